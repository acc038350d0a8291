"""Rules without a check of their own: reading, hydration, comparison and policy find what they are about."""
