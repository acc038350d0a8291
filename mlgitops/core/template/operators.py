"""What operators of the template language do: arithmetic on numbers, joining of strings and lists, all bounded."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from mlgitops.core.template.fuel import Fuel
from mlgitops.core.template.slots import Fragment
from mlgitops.errors import InputError

LARGEST = 2**63 - 1
"""Integers stay within what Kubernetes keeps."""

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_JOINED = (str, list)


def describe(value: Any) -> str:
    """What kind of thing a value is, in the words of a YAML document."""
    if isinstance(value, Fragment):
        return "the text of a macro"
    names = {bool: "a boolean", int: "an integer", float: "a number", str: "a string", list: "a list", dict: "a mapping"}
    return "null" if value is None else names.get(type(value), "no plain value")


def is_number(value: Any) -> bool:
    """Whether `value` is an integer or a floating point number (a boolean is neither)."""
    return type(value) in (int, float)


def binary(fuel: Fuel, symbol: str, left: Any, right: Any) -> Any:
    """The result of `left symbol right`.

    Raises:
        InputError: The operator does not take such operands, or the result is out of range.
        FuelError: The result is too large.
    """
    fuel.step()
    if is_number(left) and is_number(right) and symbol in _ARITHMETIC:
        if right == 0 and symbol in ("/", "//", "%"):
            raise InputError("division by zero", hint="test the divisor with {% if %} first")
        return bounded_number(_ARITHMETIC[symbol](left, right))
    if symbol == "+" and type(left) is type(right) and isinstance(left, _JOINED):
        fuel.text(len(left) + len(right))
        return left + right
    raise InputError(
        f"`{symbol}` does not take {describe(left)} and {describe(right)}",
        hint="join text with `~`; `+` adds numbers, or joins two strings or two lists",
    )


def unary(fuel: Fuel, symbol: str, value: Any) -> Any:
    """The result of `-value` or `+value`, for a number."""
    fuel.step()
    if not is_number(value):
        raise InputError(f"`{symbol}` does not take {describe(value)}", hint="it takes a number")
    return -value if symbol == "-" else value


def bounded_number(value: Any) -> Any:
    """`value`, if it is an integer that Kubernetes keeps or a finite number.

    Raises:
        InputError: It is not.
    """
    if abs(value) > LARGEST:
        raise InputError("a number grew beyond 2^63", hint="Kubernetes keeps integers of 64 bits")
    return value


def as_text(value: Any) -> str:
    """The text of a scalar inside longer text: JSON's spelling, strings as they are.

    Raises:
        InputError: `value` is null, a list, a mapping or the text of a macro.
    """
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind in (int, float):
        return repr(value)
    raise InputError(
        f"{describe(value)} cannot stand inside text",
        hint="give it a key or list item of its own, or name the part that is meant",
    )


def concatenate(fuel: Fuel, values: Iterable[Any]) -> str:
    """The text of all `values`, one after the other: the operator `~`."""
    fuel.step()
    texts = [as_text(value) for value in values]
    fuel.text(sum(map(len, texts)))
    return "".join(texts)
