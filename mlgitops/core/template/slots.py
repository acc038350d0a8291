"""Slots: the values that a template outputs, kept beside the text while markers stand in it.

A marker is U+E000, the slot's number in decimal, U+E001. Both characters are of Unicode's private use area
and refused in template sources, so no marker stands in the text that the engine did not put there.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

OPEN = "\ue000"
CLOSE = "\ue001"
MARKER = re.compile(f"{OPEN}([0-9]+){CLOSE}")
FORBIDDEN = re.compile(r"[\ue000-\uf8ff]|\\u[eEfF][0-9a-fA-F]{3}|\\U0000[eEfF][0-9a-fA-F]{3}")
"""Private use characters in a template's source, as themselves or as YAML escapes."""


class Site(NamedTuple):
    """Where an output expression stands.

    Attributes:
        path: Repository-relative path of the template file.
        line: Its line, counted from 1.
        expression: Its source, without the braces.
    """

    path: str
    line: int
    expression: str


class Fragment:
    """What a macro returned: marked text that can only be output or indented.

    It is no string on purpose: every operator and filter refuses it, so no value of a slot
    can ever be joined with it.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def indented(self, width: int, *, first: bool) -> Fragment:
        """The same text with `width` spaces before each line but blank ones; before the first too if `first`."""
        lines = self.text.split("\n")
        pad = " " * width
        start = 0 if first else 1
        return Fragment("\n".join(lines[:start] + [pad + line if line.strip() else line for line in lines[start:]]))


class Slots:
    """The values of one rendered file, in the order in which they were output."""

    __slots__ = ("sites", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.sites: list[int] = []

    def mark(self, value: Any, site: int) -> str:
        """Keep `value` and return the marker to write in its place."""
        number = len(self.values)
        self.values.append(value)
        self.sites.append(site)
        return f"{OPEN}{number}{CLOSE}"
