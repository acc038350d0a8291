"""Structural templates: Jinja2 text whose values are inserted as data, never as text.

A template file goes through `language` (is it part of the closed language?), `rewrite` (outputs leave markers, what
can grow is counted) and `sandbox`, which it runs in with `operators`, `filters` and `kinds`, on `fuel`. What comes out
is marked text; `slots` hold the values, `skeleton` puts them into the parsed tree. `explain` words what goes wrong and
`engine` joins it all.
"""
