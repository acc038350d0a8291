"""Forges: one module each."""
