"""Structural templates: Jinja2 text whose values are inserted as data, never as text.

`language` closes the language, `operators` and `filters` bound what it computes, `fuel` counts it,
`slots` keeps values out of the text, `skeleton` puts them into the parsed tree and `engine` joins them.
"""
