"""Canonical JSON as RFC 8785 (JSON Canonicalization Scheme) has it: one text for one value, so that it has one digest.

Written here rather than taken from a library because it is on the path of every hydrated workload: the standard
library's C encoder writes almost all real data exactly as the RFC demands, and the rest takes the long way.
"""

from __future__ import annotations

import json
from typing import Any

from mlgitops.errors import InputError

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 7493, section 2.2)."""


def canonical_json(value: Any) -> bytes:
    """The one JSON text of `value`, UTF-8, as RFC 8785 has it.

    Args:
        value: JSON-like data: dict with string keys, list, tuple, str, int, float, bool, None.

    Raises:
        InputError: An integer beyond 2^53 - 1, a float that is not finite, text that is not Unicode (a lone
            surrogate), a key that is not a string or a value of another type.
    """
    if _is_plain(value):
        text = _dump_plain(value)
    else:
        parts: list[str] = []
        _write(value, parts)
        text = "".join(parts)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InputError("text holds a lone surrogate: it is not Unicode and has no digest") from None


_dump_plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_PLAIN_FLOATS = (1e-4, 1e16)
"""From the one up to the other neither Python nor ECMAScript writes an exponent."""
_quote = json.JSONEncoder(ensure_ascii=False).encode


def _is_plain(value: Any) -> bool:
    """Whether the standard library writes `value` as RFC 8785 demands.

    It does where every integer is small, every float has a fraction and needs no exponent, and every key is ASCII: it
    sorts by code points, RFC 8785 by UTF-16 units, and these part for characters beyond U+FFFF only. Floats are the
    shortest digits in both; they part over `1.0` and over where exponents begin.
    """
    stack = [value]
    for item in stack:
        kind = type(item)
        if kind is str:
            continue
        if kind is dict:
            try:
                if not "".join(item).isascii():
                    return False
            except TypeError:  # a key is not a string
                return False
            stack.extend(item.values())
        elif kind is list:
            stack.extend(item)
        elif item is not None and kind is not bool and not _is_plain_number(item):
            return False
    return True


def _is_plain_number(item: Any) -> bool:
    if type(item) is int:
        return -MAX_INTEGER <= item <= MAX_INTEGER
    least, bound = _PLAIN_FLOATS
    return type(item) is float and item % 1 != 0 and least <= abs(item) < bound


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(_quote(value))
    elif value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise InputError(f"the integer {value} is beyond 2^53 - 1: not every reader keeps it", hint="Quote it.")
        parts.append(str(value))
    elif isinstance(value, float):
        parts.append(_number(value))
    elif isinstance(value, dict):
        _write_object(value, parts)
    elif isinstance(value, list | tuple):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        raise InputError(f"a value of type {type(value).__name__} is not JSON")


def _write_object(value: dict[Any, Any], parts: list[str]) -> None:
    for key in value:
        if not isinstance(key, str):
            raise InputError(f"the key {key!r} is not a string", hint="Quote it.")
    parts.append("{")
    for index, key in enumerate(sorted(value, key=_utf16)):
        parts.append(f"{',' if index else ''}{_quote(key)}:")
        _write(value[key], parts)
    parts.append("}")


def _utf16(key: str) -> bytes:
    """Sorts as UTF-16 code units do."""
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """A float as ECMAScript's `Number::toString` writes it, which RFC 8785 section 3.2.2.3 prescribes.

    Python's `repr` gives the same shortest digits; only their layout differs.
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 (only NaN differs from itself)
        raise InputError(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _layout(digits, point)


def _layout(digits: str, point: int) -> str:
    """Digits with the decimal point after `point` of them; exponents from 1e21 up and from 1e-7 down."""
    if len(digits) <= point <= 21:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return "0." + "0" * -point + digits
    head, tail = digits[0], digits[1:]
    return f"{head}{'.' if tail else ''}{tail}e{point - 1:+d}"
