"""What `value is …` can ask: of what kind a value is, by exact types (a boolean is no number)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Undefined

if TYPE_CHECKING:
    from collections.abc import Callable


def _of(*kinds: type) -> Callable[[Any], bool]:
    def test(value: Any) -> bool:
        if isinstance(value, Undefined):
            value._fail_with_undefined_error()  # noqa: SLF001 raises, naming what is undefined, whatever its class
        return type(value) in kinds

    return test


def _defined(value: Any) -> bool:
    return not isinstance(value, Undefined)


TESTS: dict[str, Callable[[Any], bool]] = {
    "boolean": _of(bool),
    "defined": _defined,
    "float": _of(float),
    "integer": _of(int),
    "list": _of(list),
    "mapping": _of(dict),
    "number": _of(int, float),
    "string": _of(str),
    "undefined": lambda value: not _defined(value),
}
"""The tests of the language, by name."""
