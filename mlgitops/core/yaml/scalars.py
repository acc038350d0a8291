"""What a plain scalar stands for: the core schema of YAML 1.2.2, section 10.3.2, less infinities and NaN.

So `yes`, `on`, `2026-01-01`, `1_000`, `1:30` and `<<` are strings, and `012` is twelve.
"""

from __future__ import annotations

import re

from mlgitops.errors import InputError

Scalar = str | int | float | bool | None

MAX_DIGITS = 40
"""Characters of an integer; no identifier, count or size needs more."""

FIRST = frozenset("-+.0123456789~tTfFnN")
"""What a plain scalar that is no string starts with."""

NULLS = frozenset(("", "~", "null", "Null", "NULL"))
"""Plain scalars that stand for null."""

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(NULLS),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(
    r"""(?P<decimal>[-+]?[0-9]+)
    |0o(?P<octal>[0-7]+)
    |0x(?P<hexadecimal>[0-9a-fA-F]+)
    |(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
    |(?P<unbounded>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))""",
    re.VERBOSE,
)
_BASES = {"decimal": 10, "octal": 8, "hexadecimal": 16}
_INFINITY = float("inf")


def resolve(text: str) -> Scalar:
    """The value of the plain scalar `text`.

    Raises:
        InputError: It is an infinity, not a number, or an integer of more than `MAX_DIGITS` characters.
    """
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    kind = str(match.lastgroup)
    if kind in _BASES:
        if len(text) > MAX_DIGITS:
            raise InputError(
                f"an integer of {len(text):,} characters is too long", hint="Quote it to make it a string."
            )
        return int(match[kind], _BASES[kind])
    number = float(text) if kind == "float" else _INFINITY
    if number in (_INFINITY, -_INFINITY):
        shown = text if len(text) <= MAX_DIGITS else text[:MAX_DIGITS] + "…"
        raise InputError(f"`{shown}` is not a finite number", hint="Quote it to make it a string.")
    return number
