"""What operators of the template language do: arithmetic, comparison and joining, all typed and bounded."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from mlgitops.core.template.slots import ABSENT, Fragment
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlgitops.core.template.fuel import Fuel

LARGEST = 2**63 - 1
"""Integers stay within what Kubernetes keeps."""

SCALARS = (str, int, float, bool, type(None))

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a mapping",
    type(None): "null",
    Fragment: "the text of a macro",
    type(ABSENT): "what `optional` gives",
}
_CHARACTERS_A_STEP = 4096


def describe(value: Any) -> str:
    """What kind of thing a value is, in the words of a YAML document."""
    return _KINDS.get(type(value), "what is no data")


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
            raise InputError("division by zero", hint="Test the divisor with {% if %} first.")
        return bounded_number(_ARITHMETIC[symbol](left, right))
    if symbol == "+" and type(left) is type(right) is str:
        fuel.text(len(left) + len(right))
        return left + right
    if symbol == "+" and type(left) is type(right) is list:
        fuel.step(len(left) + len(right))
        return left + right
    raise InputError(
        f"`{symbol}` does not take {describe(left)} and {describe(right)}",
        hint="Join text with `~`; `+` adds numbers, or joins two strings or two lists.",
    )


def unary(fuel: Fuel, symbol: str, value: Any) -> Any:
    """The result of `-value` or `+value`, for a number."""
    fuel.step()
    if not is_number(value):
        raise InputError(f"`{symbol}` does not take {describe(value)}", hint="It takes a number.")
    return bounded_number(-value) if symbol == "-" else value


def bounded_number(value: Any) -> Any:
    """`value`, if it is an integer that Kubernetes keeps or a number of that size.

    Raises:
        InputError: It is not.
    """
    if not abs(value) <= LARGEST:
        raise InputError("a number beyond 2^63", hint="Kubernetes keeps integers of 64 bits.")
    return value


def compare(fuel: Fuel, symbol: str, left: Any, right: Any) -> bool:
    """Whether `left symbol right` holds; a boolean equals no number, numbers and strings have an order of their own.

    Raises:
        InputError: The two cannot be compared so.
    """
    fuel.step()
    if symbol in ("in", "not in"):
        return _contains(fuel, right, left) is (symbol == "in")
    if symbol in ("==", "!="):
        if type(left) in SCALARS and type(right) in SCALARS:
            return _equal(fuel, left, right) is (symbol == "==")
        hint = "Compare their parts; `{% if list %}` asks whether one has any."
        raise InputError(f"`{symbol}` does not take {describe(left)} and {describe(right)}", hint=hint)
    if (is_number(left) and is_number(right)) or type(left) is type(right) is str:
        return _ORDER[symbol](left, right)
    raise InputError(
        f"`{symbol}` does not take {describe(left)} and {describe(right)}", hint="It takes two numbers or two strings."
    )


def _equal(fuel: Fuel, left: Any, right: Any) -> bool:
    if type(left) is type(right) is str:
        fuel.step(min(len(left), len(right)) // _CHARACTERS_A_STEP)
    return bool(left == right) and (type(left) is bool) is (type(right) is bool)


def _contains(fuel: Fuel, container: Any, item: Any) -> bool:
    if type(container) is list and type(item) in SCALARS:
        fuel.step(len(container))
        return any(_equal(fuel, item, other) for other in container if type(other) in SCALARS)
    if type(container) is dict and type(item) is str:
        return item in container
    if type(container) is type(item) is str:
        fuel.step(len(container) // _CHARACTERS_A_STEP)
        return item in container
    raise InputError(
        f"`in` does not look for {describe(item)} in {describe(container)}",
        hint="It looks for a scalar in a list, a key in a mapping or a text in a string.",
    )


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
        hint="Give it a key or list item of its own, or name the part that is meant.",
    )


def concatenate(fuel: Fuel, values: Iterable[Any]) -> str:
    """The text of all `values`, one after the other: the operator `~`."""
    fuel.step()
    texts = [as_text(value) for value in values]
    fuel.text(sum(map(len, texts)))
    return "".join(texts)
