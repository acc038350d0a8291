"""Writes YAML that every reader takes for the same value: block style, one order of keys, one spelling.

The bytes follow from the value alone. Strings are spelt by `mlgitops.core.yaml.quoting` and never folded. Nulls are
not written: what has no value is absent.
"""

from __future__ import annotations

import weakref
from typing import Any

from mlgitops.core.yaml import quoting
from mlgitops.core.yaml.limits import DOCUMENT
from mlgitops.errors import InputError

Json = Any

_FIRST_KEYS = ("apiVersion", "kind", "metadata", "name", "namespace", "labels", "annotations")
_RANKS = {key: rank for rank, key in enumerate(_FIRST_KEYS)}
_INT64 = 1 << 63

# What was spelt before: the objects of a repository say much the same. Pure values, bounded, dropped when full.
_MEMO_STRINGS = 20_000
_MEMO_STRING = 200
_MEMO_LITERAL = 4_000
_MEMO_LITERALS = 64  # the lineage of a release, in the environments that are hydrated one after the other
_MEMO_ORDERS = 4_000
_MEMO_ORDER = 64
_strings: dict[str, str] = {}
_literals: dict[tuple[str, str], str] = {}
_orders: dict[tuple[str, ...], list[tuple[str, str]]] = {}
_listener: weakref.ref[Listener] | None = None


def dump(value: Json) -> str:
    """`value` as one document that ends with a line break.

    Keys stand in the order `apiVersion`, `kind`, `metadata`, `name`, `namespace`, `labels`, `annotations`, then by
    code point; lists keep theirs. A string of several harmless lines becomes a literal block.

    Args:
        value: Mappings, lists, strings, integers of 64 bits, finite floats and booleans, or subtypes of these.

    Raises:
        InputError: It holds a null, a number, string or key that readers do not share, or is nested too deep;
            the message names the place.
    """
    lines: list[str] = []
    try:
        _node(value, "", "", 0, lines)
    except _UnwritableError as error:
        where = f"`{'.'.join(reversed(error.pointer))}`: " if error.pointer else ""
        raise InputError(f"cannot be written as YAML: {where}{error.message}", hint=error.hint) from None
    return "".join(lines)


class Listener:
    """Hears every string and key that `dump` spells from now on; of one that it remembers, the first time.

    To hear all, it forgets what is remembered.

    Attributes:
        heard: What was heard and not yet taken away.
    """

    def __init__(self) -> None:
        global _listener  # noqa: PLW0603 there is one writer, and what it remembers is as global
        self.heard: list[str] = []
        _listener = weakref.ref(self)  # who listens no more hears no more
        for memo in (_strings, _literals, _orders):
            memo.clear()

    @property
    def is_deaf(self) -> bool:
        """Whether another one listens since, so that this one hears no more."""
        return _listener is None or _listener() is not self


def _tell(*texts: str) -> None:
    """Tell whoever listens what is spelt."""
    listener = _listener and _listener()
    if listener:
        listener.heard.extend(texts)


class _UnwritableError(Exception):
    """Something that is not written; `pointer` grows from the inside out."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.pointer: list[str] = []


def _node(value: Json, lead: str, indent: str, depth: int, lines: list[str]) -> None:
    """Write a value behind `lead`; `indent` stands before its further lines, which are no deeper than these."""
    if isinstance(value, dict) and value:
        _mapping(value, lead, indent, depth, lines)
    elif isinstance(value, list) and value:
        _sequence(value, lead, indent, depth, lines)
    else:
        lines.append(f"{lead}{_scalar(value, indent)}\n")


def _mapping(value: dict[str, Json], lead: str, indent: str, depth: int, lines: list[str]) -> None:
    order = _orders.get(tuple(value)) or _ordered(value)
    key = ""
    try:
        for key, spelt in order:
            child = value[key]
            kind = type(child)
            if kind is str:
                lines.append(f"{lead}{spelt} {_strings.get(child) or _string(child, indent)}\n")
            elif isinstance(child, dict) and child:
                lines.append(f"{lead}{spelt}\n")
                deeper = indent + "  "
                _mapping(child, deeper, deeper, _deeper(depth), lines)
            elif isinstance(child, list) and child:
                lines.append(f"{lead}{spelt}\n")
                _sequence(child, indent, indent, _deeper(depth), lines)
            else:
                lines.append(f"{lead}{spelt} {_scalar(child, indent)}\n")
            lead = indent
    except _UnwritableError as error:
        error.pointer.append(key)
        raise


def _sequence(value: list[Json], lead: str, indent: str, depth: int, lines: list[str]) -> None:
    index = 0
    deeper = indent + "  "
    try:
        for index, child in enumerate(value):  # noqa: B007 -- the handler reads it
            if type(child) is str:
                lines.append(f"{lead}- {_strings.get(child) or _string(child, indent)}\n")
            else:
                _node(child, lead + "- ", deeper, _deeper(depth), lines)
            lead = indent
    except _UnwritableError as error:
        error.pointer.append(str(index))
        raise


def _deeper(depth: int) -> int:
    if depth >= DOCUMENT.depth - 1:
        raise _UnwritableError(f"more than {DOCUMENT.depth} levels inside each other", "Flatten the value.")
    return depth + 1


def _scalar(value: Json, indent: str) -> str:
    """A value that is no filled container, behind its key or dash."""
    if isinstance(value, str):
        return _string(str.__str__(value), indent)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if -_INT64 <= value < _INT64:
            return int.__repr__(value)
        raise _UnwritableError("an integer of more than 64 bits", "Write it as a string.")
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if value is None:
        raise _UnwritableError("a null", "Leave the key out, or give it a value.")
    raise TypeError(f"no JSON value: {type(value).__name__}")


def _float(value: float) -> str:
    """With a point and a sign in the exponent: YAML 1.1 takes `1e-05` and `1e+16` for strings."""
    text = float.__repr__(value)
    if text.endswith(("inf", "nan")):
        raise _UnwritableError("a number that is not finite", "Give it a finite value.")
    mantissa, exponent, power = text.partition("e")
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def _string(text: str, indent: str) -> str:
    known = _literals.get((text, indent))
    if known is not None:
        return known
    _tell(text)
    if quoting.is_literal(text):
        return _literal(text, indent)
    try:
        spelt = quoting.line(text)
    except InputError as error:
        raise _UnwritableError(error.message, error.hint) from None
    if len(text) <= _MEMO_STRING:
        if len(_strings) >= _MEMO_STRINGS:
            _strings.clear()
        _strings[text] = spelt
    return spelt


def _literal(text: str, indent: str) -> str:
    mark = "|" if text.endswith("\n") else "|-"
    body = "\n".join(f"{indent}  {line}" if line else "" for line in text.removesuffix("\n").split("\n"))
    spelt = f"{mark}\n{body}"
    if len(text) <= _MEMO_LITERAL:
        if len(_literals) >= _MEMO_LITERALS:
            _literals.clear()
        _literals[text, indent] = spelt
    return spelt


def _ordered(value: dict[str, Json]) -> list[tuple[str, str]]:
    """The keys of a mapping in the order in which they are written, each with its spelling and colon."""
    keys = tuple(value)
    for key in keys:
        if not isinstance(key, str):
            raise _UnwritableError(f"a key is no string ({type(key).__name__})", "Use strings as keys.")
    _tell(*keys)
    order = []
    for key in sorted(keys, key=lambda key: (_RANKS.get(key, len(_RANKS)), key)):
        try:
            order.append((key, quoting.key(key) + ":"))
        except InputError as error:
            raise _UnwritableError(error.message, error.hint) from None
    if len(keys) <= _MEMO_ORDER:
        if len(_orders) >= _MEMO_ORDERS:
            _orders.clear()
        _orders[keys] = order
    return order
