"""Label selectors (`app=fraud,tier in (a,b),!legacy`), read as `labels.Parse` of Kubernetes (v1.32) reads them.

selector    = [requirement {"," requirement}]
requirement = ["!"] key | key ("=" | "==" | "!=" | ">" | "<") [value] | key ("in" | "notin") "(" values ")"
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mlgitops.core.names import is_label_value, is_qualified_name
from mlgitops.errors import InputError

# The reference takes a NUL for the end of a word, and for the end of the text where a word would begin.
_TOKEN = re.compile(r"[ \t\r\n]*(==|!=|[=!<>(),]|[^=!<>(), \t\r\n\0]+)\0?")
_SYMBOLS = frozenset({"==", "!=", "=", "!", "<", ">", "(", ")", ",", ""})
_EXACT = frozenset({"=", "==", "!=", "<", ">"})
_SETS = frozenset({"in", "notin"})
_MAX_INT64 = 2**63 - 1


class SelectorError(InputError):
    """A text that is no label selector."""


class Requirement(NamedTuple):
    """One condition on a label; its string is the canonical form.

    Attributes:
        key: The label.
        operator: `in`, `notin`, `=`, `==`, `!=`, `<`, `>`, `exists` or `!` (is absent).
        values: Sorted, without doubles; one for comparisons, none for `exists` and `!`.
    """

    key: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        if self.operator == "exists":
            return self.key
        if self.operator == "!":
            return f"!{self.key}"
        if self.operator in _SETS:
            return f"{self.key} {self.operator} ({','.join(self.values)})"
        return f"{self.key}{self.operator}{self.values[0]}"


def parse(text: str) -> tuple[Requirement, ...]:
    """Read a label selector; the empty text selects everything and has no requirement.

    Returns:
        The requirements, all of which must hold, in order of their keys.

    Raises:
        SelectorError: Kubernetes refuses `text`.
    """
    tokens = _Tokens(text)
    requirements: list[Requirement] = []
    while tokens.next or requirements:
        requirements.append(_requirement(tokens))
        if not tokens.next:
            break
        tokens.expect(",")
    return tuple(sorted(requirements, key=lambda requirement: requirement.key))


def canonical(text: str) -> str:
    """Write a selector as Kubernetes prints it: sorted by key, values sorted and without doubles.

    Raises:
        SelectorError: As for `parse`.
    """
    return ",".join(map(str, parse(text)))


class _Tokens:
    """The words and symbols of a selector; the end is the empty string."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[str] = []
        position = 0
        while match := _TOKEN.match(text, position):
            self._found.append(match[1])
            position = match.end()
        self._found.reverse()

    @property
    def next(self) -> str:
        return self._found[-1] if self._found else ""

    def take(self) -> str:
        return self._found.pop() if self._found else ""

    def expect(self, symbol: str) -> None:
        token = self.take()
        if token != symbol:
            raise self.refused(f'"{symbol}" was expected, not "{token or "the end"}"')

    def word(self) -> str:
        token = self.take()
        if token in _SYMBOLS:
            raise self.refused(f'a name was expected, not "{token or "the end"}"')
        return token

    def refused(self, why: str) -> SelectorError:
        return SelectorError(
            f'"{self._text[:300]}" is not a label selector: {why}',
            hint="Write it like app=fraud,tier in (a,b),!legacy.",
        )


def _requirement(tokens: _Tokens) -> Requirement:
    absent = tokens.next == "!"
    if absent:
        tokens.take()
    key = tokens.word()
    if not is_qualified_name(key):
        raise tokens.refused(f'"{key}" is not the key of a label')
    if absent or tokens.next in {"", ","}:
        return Requirement(key, "!" if absent else "exists", ())
    operator = tokens.take()
    if operator in _EXACT:
        values = {"" if tokens.next in {"", ","} else tokens.word()}
    elif operator in _SETS:
        values = _value_set(tokens)
    else:
        raise tokens.refused(f'"{operator}" is not an operator')
    _check_values(tokens, operator, values)
    return Requirement(key, operator, tuple(sorted(values)))


def _value_set(tokens: _Tokens) -> set[str]:
    """Values in parentheses; nothing between two commas, or between a comma and a parenthesis, is the empty value."""
    tokens.expect("(")
    values: set[str] = set()
    while True:
        values.add("" if tokens.next in {",", ")"} else tokens.word())
        if tokens.next == ")":
            tokens.take()
            return values
        tokens.expect(",")


def _check_values(tokens: _Tokens, operator: str, values: set[str]) -> None:
    for value in values:
        if not is_label_value(value):
            raise tokens.refused(f'"{value}" is not the value of a label')
        if operator in {"<", ">"} and not (re.fullmatch("[0-9]+", value) and int(value) <= _MAX_INT64):
            raise tokens.refused(f'"{value}" is not an integer, and {operator} compares integers')
