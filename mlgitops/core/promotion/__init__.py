"""Promotion, as far as it is values in and values out: what travels, what stays, and what it is called."""
