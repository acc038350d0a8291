"""The filters of the template language. Each takes plain data and gives plain data, within the fuel.

A filter is a function `name(fuel, value, …)`; `FILTERS` is made from the functions of this module, so adding one is
adding a function (and a row to the reference, which a test insists on). `default` and `optional`, which alone take
what is undefined, live in `mlgitops.core.template.sandbox`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from mlgitops.core import quantities
from mlgitops.core.template.operators import as_text, bounded_number, describe, is_number
from mlgitops.core.template.slots import Fragment
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgitops.core.template.fuel import Fuel

_WIDEST_INDENT = 64
_INTEGER = re.compile(r"[-+]?[0-9]{1,19}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?")


class DeclinedError(InputError):
    """A template declines the values that it was given: the filter `fail`."""


def _want(value: Any, kind: type, noun: str) -> Any:
    if type(value) is not kind:
        raise InputError(f"the filter takes {noun}, not {describe(value)}")
    return value


def _string(value: Any) -> str:
    text: str = _want(value, str, "a string")
    return text


def _list(fuel: Fuel, value: Any) -> list[Any]:
    items: list[Any] = _want(value, list, "a list")
    fuel.step(len(items))
    return items


def _mapping(fuel: Fuel, value: Any) -> dict[str, Any]:
    mapping: dict[str, Any] = _want(value, dict, "a mapping")
    fuel.step(len(mapping))
    return mapping


def _numbers(fuel: Fuel, value: Any) -> list[Any]:
    items = _list(fuel, value)
    if not items or not all(map(is_number, items)):
        raise InputError("the filter takes a list of numbers that is not empty")
    return items


def _spelt(value: Any, pattern: re.Pattern[str], noun: str) -> str:
    text = as_text(value)
    if not pattern.fullmatch(text):
        raise InputError(f"{text[:40]!a} does not spell {noun}", hint=f"Give the filter a string that spells {noun}.")
    return text


def abs_(_fuel: Fuel, value: Any) -> Any:
    """The absolute value of a number."""
    if not is_number(value):
        raise InputError(f"the filter takes a number, not {describe(value)}")
    return bounded_number(abs(value))


def bytes_(_fuel: Fuel, value: Any) -> int:
    """The whole number that a quantity stands for, rounded up: `1Ki` gives 1024."""
    return int(bounded_number(quantities.value(as_text(value))))


def fail(_fuel: Fuel, value: Any) -> NoReturn:
    """Stop, and show this text as what is wrong with the state."""
    raise DeclinedError(_string(value))


def first(_fuel: Fuel, value: Any) -> Any:
    """The first item of a list that is not empty."""
    if not _want(value, list, "a list"):
        raise InputError("`first` of an empty list", hint="Test the list with {% if %} first.")
    return value[0]


def float_(_fuel: Fuel, value: Any) -> float:
    """The number that a number or a string spells."""
    return float(bounded_number(float(value if is_number(value) else _spelt(value, _NUMBER, "a number"))))


def indent(fuel: Fuel, value: Any, width: Any = 2, first: Any = False) -> Fragment:
    """What a macro returned, with `width` spaces before each line but the first (`first=true`: before it too)."""
    if not isinstance(value, Fragment):
        raise InputError("`indent` takes what a macro returned", hint="Values need no indentation: insert them.")
    if type(width) is not int or not 0 <= width <= _WIDEST_INDENT:
        raise InputError(f"`indent` takes a width from 0 to {_WIDEST_INDENT}")
    fuel.text(len(value.text) + width * (value.text.count("\n") + 1))
    return value.indented(width, first=first is True)


def int_(_fuel: Fuel, value: Any) -> int:
    """The integer that a number (cut towards zero) or a string spells."""
    return int(bounded_number(int(value if is_number(value) else _spelt(value, _INTEGER, "an integer"))))


def items(fuel: Fuel, value: Any) -> list[Any]:
    """The pairs of a mapping as a list of two-item lists, in the order of their keys."""
    mapping = _mapping(fuel, value)
    return [[key, mapping[key]] for key in sorted(mapping)]


def join(fuel: Fuel, value: Any, separator: Any = "") -> str:
    """The items of a list as text, with `separator` between them."""
    between = as_text(separator)
    texts = [as_text(item) for item in _list(fuel, value)]
    fuel.text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def keys(fuel: Fuel, value: Any) -> list[str]:
    """The keys of a mapping, sorted."""
    return sorted(_mapping(fuel, value))


def last(_fuel: Fuel, value: Any) -> Any:
    """The last item of a list that is not empty."""
    if not _want(value, list, "a list"):
        raise InputError("`last` of an empty list", hint="Test the list with {% if %} first.")
    return value[-1]


def length(_fuel: Fuel, value: Any) -> int:
    """How many characters a string, items a list or keys a mapping has."""
    if type(value) not in (str, list, dict):
        raise InputError(f"the filter takes a string, a list or a mapping, not {describe(value)}")
    return len(value)


def lower(fuel: Fuel, value: Any) -> str:
    """A string in lower case."""
    fuel.text(3 * len(_string(value)))  # one character may become several: U+0130
    return _string(value).lower()


def max_(fuel: Fuel, value: Any) -> Any:
    """The largest number of a list that is not empty."""
    return max(_numbers(fuel, value))


def merge(fuel: Fuel, value: Any, other: Any) -> dict[str, Any]:
    """A mapping with the pairs of both; `other` wins."""
    return {**_mapping(fuel, value), **_mapping(fuel, other)}


def min_(fuel: Fuel, value: Any) -> Any:
    """The smallest number of a list that is not empty."""
    return min(_numbers(fuel, value))


def quantity(_fuel: Fuel, value: Any) -> str:
    """A quantity in the form in which Kubernetes stores it: `1024Mi` gives `1Gi`."""
    return quantities.canonical(as_text(value))


def replace(fuel: Fuel, value: Any, old: Any, new: Any) -> str:
    """A string with each `old` replaced by `new`."""
    text, old, new = _string(value), _string(old), _string(new)
    if not old:
        raise InputError("`replace` takes a text to look for that is not empty")
    fuel.text(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def round_(_fuel: Fuel, value: Any, digits: Any = 0) -> Any:
    """A number rounded to `digits` decimals, to an integer when 0; a half goes to the even neighbour."""
    if not is_number(value) or type(digits) is not int or not 0 <= digits <= 15:  # noqa: PLR2004 a float's digits
        raise InputError("`round` takes a number and from 0 to 15 digits")
    return bounded_number(round(value, digits) if digits else round(value))


def sort(fuel: Fuel, value: Any) -> list[Any]:
    """A list of strings, or of numbers, sorted."""
    items_ = _list(fuel, value)
    if not (all(type(item) is str for item in items_) or all(map(is_number, items_))):
        raise InputError("`sort` takes a list of strings or a list of numbers")
    return sorted(items_)


def split(fuel: Fuel, value: Any, separator: Any, times: Any = -1) -> list[str]:
    """The parts of a string between separators; at most `times` splits, if given."""
    text, between = _string(value), _string(separator)
    if not between or type(times) is not int:
        raise InputError("`split` takes a separator that is not empty, and how often to split")
    fuel.text(len(text))
    fuel.step(text.count(between))
    return text.split(between, times)


def string(fuel: Fuel, value: Any) -> str:
    """A scalar as text."""
    text = as_text(value)
    fuel.text(len(text))
    return text


def trim(fuel: Fuel, value: Any) -> str:
    """A string without white space at its ends."""
    fuel.text(len(_string(value)))
    return _string(value).strip()


def unique(fuel: Fuel, value: Any) -> list[Any]:
    """A list of scalars without repetitions, first come first kept."""
    items_ = _list(fuel, value)
    if any(type(item) in (dict, list) for item in items_):
        raise InputError("`unique` takes a list of scalars")
    return list({(type(item), item): item for item in items_}.values())


def upper(fuel: Fuel, value: Any) -> str:
    """A string in upper case."""
    fuel.text(3 * len(_string(value)))  # one character may become three: U+0390
    return _string(value).upper()


FILTERS: dict[str, Callable[..., Any]] = {
    name.rstrip("_"): function
    for name, function in list(globals().items())
    if callable(function)
    and not isinstance(function, type)
    and getattr(function, "__module__", "") == __name__
    and not name.startswith("_")
}
"""Every filter but `default` and `optional`, by name."""
