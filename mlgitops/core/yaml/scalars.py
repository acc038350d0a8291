"""What a plain scalar stands for.

Documents are read by the core schema of YAML 1.2.2, section 10.3.2, less infinities and NaN: `yes`, `on`, `2026-01-01`,
`1_000`, `1:30` and `<<` are strings, and `012` is twelve. Manifests that people wrote are read as kubectl reads them
(sigs.k8s.io/yaml, after go-yaml v2): `yes` and `on` are true, `0644` is octal, and `1_000` a thousand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.patterns import later
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

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
_SWITCHES: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_NUMERIC = frozenset("-+0123456789")
_EXPONENT = later(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][+]?[0-9]+")
_PREFIXED = later(r"(?P<sign>[-+]?)0(?:[xX](?P<x>[0-9a-fA-F]+)|[bB](?P<b>[01]+)|[oO]?(?P<o>[0-7]+))")
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


def resolve_as_kubectl(text: str) -> Scalar:
    """The value of the plain scalar `text` of a manifest, as kubectl and Argo CD read it.

    Raises:
        InputError: As `resolve`.
    """
    if text in _SWITCHES:
        return _SWITCHES[text]
    if text[:1] not in _NUMERIC or (text.isdecimal() and text[0] != "0"):
        return resolve(text)
    digits = text.replace("_", "")
    match = _PREFIXED.fullmatch(digits)
    if match and len(digits) <= MAX_DIGITS:
        number = int(match["x"], 16) if match["x"] else int(match["b"], 2) if match["b"] else int(match["o"], 8)
        return -number if match["sign"] == "-" else number
    if _EXPONENT.fullmatch(digits) and float(digits) in (_INFINITY, -_INFINITY):
        return text  # too large for a number, such as a commit that is cut short
    value = resolve(digits)
    return text if isinstance(value, str) else value


def key_as_kubectl(value: Scalar) -> str | None:
    """What kubectl makes of a key that is no string; None of a null, which it refuses."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)


class Reader(NamedTuple):
    """How plain scalars, and keys, are read.

    Attributes:
        first: What one that is no string starts with.
        resolve: Gives the value of one.
        key: Gives what a key that is no string stands for; None where it is refused.
        merges: Whether the key `<<` merges a mapping, or several, into its own.
        known: Keys that were found to be strings, kept so that they are not looked at again.
    """

    first: frozenset[str]
    resolve: Callable[[str], Scalar]
    key: Callable[[Scalar], str | None]
    merges: bool
    known: set[str]


CORE = Reader(FIRST, resolve, lambda _: None, merges=False, known=set())
"""For documents, and for what templates write."""

KUBECTL = Reader(FIRST | frozenset("yYoO"), resolve_as_kubectl, key_as_kubectl, merges=True, known=set())
"""For manifests that people wrote."""
