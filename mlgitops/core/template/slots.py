"""Slots: the values that a template outputs, kept beside the text while markers stand in it.

A marker is U+E000, the slot's number in decimal, U+E001. Both characters are of Unicode's private use area. They are
refused in template sources, and their YAML escapes in the text that a template writes, so no marker stands in the
text that the engine did not put there.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple, NoReturn

from mlgitops.core.template.fuel import NODE, Fuel
from mlgitops.errors import InputError

OPEN = "\ue000"
CLOSE = "\ue001"
MARKER = re.compile(f"{OPEN}([0-9]+){CLOSE}")
ESCAPED = re.compile(r"\\u[eE]00[01]|\\U0000[eE]00[01]")
"""How YAML, or a string in an expression, could spell a marker's characters."""
FORBIDDEN = re.compile(rf"[\ue000-\uf8ff]|{ESCAPED.pattern}")
"""Private use characters in a template's source, and escapes that stand for a marker's."""


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


class _Absent:
    """What `optional` makes of an empty value: its key or list item is left out."""


ABSENT: Final = _Absent()


class Fragment:
    """What a macro returned: marked text that can only be output or indented.

    It is no string on purpose: every operator and filter refuses it, so no value of a slot
    can ever be joined with it.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __bool__(self) -> NoReturn:
        """Refused: whether text is empty depends on the markers in it."""
        raise InputError("the text of a macro cannot be tested", hint="Test the values that the macro is given.")

    def indented(self, width: int, *, first: bool) -> Fragment:
        """The same text with `width` spaces before each line but blank ones; before the first too if `first`."""
        lines = self.text.split("\n")
        pad = " " * width
        start = 0 if first else 1
        return Fragment("\n".join(lines[:start] + [pad + line if line.strip() else line for line in lines[start:]]))


class Slots:
    """The values of one rendered file, in the order in which they were output.

    Args:
        fuel: What writing a value once more takes, where its marker stands more than once in the text.
    """

    __slots__ = ("fuel", "sites", "values")

    def __init__(self, fuel: Fuel) -> None:
        self.fuel = fuel
        self.values: list[Any] = []
        self.sites: list[int] = []

    def mark(self, value: Any, site: int) -> str:
        """Keep `value` and return the marker to write in its place."""
        number = len(self.values)
        self.values.append(value)
        self.sites.append(site)
        return f"{OPEN}{number}{CLOSE}"

    def again(self, number: int) -> Any:
        """The value of a slot whose marker stands in the text once more: a macro's text or an alias repeats it.

        Raises:
            FuelError: Writing it again is too much.
        """
        value = self.values[number]
        if value is not ABSENT:
            spend(self.fuel, value)
        return value


def spend(fuel: Fuel, value: Any) -> None:
    """Count what writing `value` takes.

    Raises:
        FuelError: It is too much.
        RecursionError: It is nested too deeply.
    """
    if type(value) is str:
        fuel.text(len(value))
        return
    fuel.text(NODE)
    if type(value) is list:
        for item in value:
            spend(fuel, item)
    elif type(value) is dict:
        for key, item in value.items():
            fuel.text(len(key))
            spend(fuel, item)
