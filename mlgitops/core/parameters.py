"""Parameters: what a template takes, judged by the JSON Schemas that its document gives them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mlgitops.core.schema import SchemaError, compiled
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.finding import Fault

Pointer = tuple[str | int, ...]

_REFUSED = {
    "$ref": "Write the schema out where it is referred to.",
    "$dynamicRef": "Write the schema out where it is referred to.",
    "patternProperties": "Use `propertyNames` with `additionalProperties`.",
    "unevaluatedProperties": "Use `additionalProperties`.",
}
"""Keywords that schemas of parameters may not use: a few lines of references can take for ever to judge by."""

_DATA = frozenset({"const", "default", "enum", "examples"})
_NAMED = frozenset({"$defs", "dependentSchemas", "properties"})


class ParameterError(InputError):
    """The schema of a parameter is none, or uses a keyword that it may not.

    Args:
        parameter: Name of the parameter.
        message: What is wrong with its schema.
        hint: What to do.
        pointer: Keys and indices of the place in the schema, as far as known.
    """

    def __init__(self, parameter: str, message: str, *, hint: str | None, pointer: Pointer = ()) -> None:
        super().__init__(f"the schema of the parameter `{parameter}`: {message}", hint=hint)
        self.parameter = parameter
        self.pointer = pointer
        self._said = message

    def __reduce__(self) -> tuple[object, ...]:
        return partial(ParameterError, hint=self.hint, pointer=self.pointer), (self.parameter, self._said)


class Parameters:
    """The parameters of a template in one scope.

    Args:
        schemas: JSON Schema of each parameter.
        required: Parameters that have no default.

    Raises:
        ParameterError: One of `schemas` is no JSON Schema, or uses a keyword that it may not.
    """

    def __init__(self, schemas: Mapping[str, Any], required: set[str]) -> None:
        for name, schema in schemas.items():
            _require_bounded(name, schema)
        self._schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": dict(schemas),
            "required": sorted(required),
        }
        try:
            self._accept = compiled(self._schema)
        except SchemaError as error:
            _, parameter, *place = error.pointer or ("properties", next(iter(schemas)))
            raise ParameterError(str(parameter), error.message, hint=error.hint, pointer=tuple(place)) from None

    def faults(self, values: Mapping[str, Any], pointer: Pointer) -> Iterator[Fault]:
        """What is wrong with `values`: rules `unknown-parameter`, `missing-parameter` and `invalid-parameter`.

        Args:
            values: Values by the names of parameters.
            pointer: Where they stand in their document.
        """
        if self._accept(values):
            return
        from mlgitops.core.schema_explain import explain

        for one in explain(self._schema, values, {}, at=pointer):
            if one.keyword == "additionalProperties" and len(one.fault.pointer) == len(pointer) + 1:
                rule = "unknown-parameter"
            elif one.keyword == "required" and one.fault.pointer == pointer:
                rule = "missing-parameter"
            else:
                rule = "invalid-parameter"
            yield one.fault._replace(rule=rule)


def _require_bounded(name: str, schema: Any) -> None:
    pending: list[tuple[Pointer, Any]] = [((), schema)]
    while pending:
        pointer, part = pending.pop()
        if isinstance(part, list):
            pending += [((*pointer, number), item) for number, item in enumerate(part)]
        elif isinstance(part, dict):
            for keyword, value in part.items():
                here = (*pointer, keyword)
                if keyword in _REFUSED:
                    message = f"`{keyword}` is not taken here"
                    raise ParameterError(name, message, hint=_REFUSED[keyword], pointer=here)
                if keyword in _NAMED and isinstance(value, dict):
                    pending += [((*here, key), item) for key, item in value.items()]
                elif keyword not in _DATA:
                    pending.append((here, value))
