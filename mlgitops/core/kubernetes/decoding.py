"""Null and absent fields, as an API server decodes them.

In an object of a built-in kind, null is the zero value of its type: for a field the same as absent, in a list or a
mapping the empty text, number or object. In a custom resource, null is dropped where the field cannot be null, and is
a fault in a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZEROS: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "object": {}, "array": []}


class Decoder:
    """Removes nulls from objects of one kind.

    Args:
        schema: JSON Schema of the kind, with its `$defs`.
        custom: Whether it is a custom resource.
    """

    def __init__(self, schema: dict[str, Any], *, custom: bool) -> None:
        self._schema = schema
        self._custom = custom

    def decoded(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The object without nulls; the same one if it has none."""
        found: dict[str, Any] = self._value(manifest, self._schema)
        return found

    def _resolved(self, schema: Any) -> dict[str, Any]:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._schema["$defs"][schema["$ref"].rpartition("/")[2]]
        return schema if isinstance(schema, dict) else {}

    def _value(self, value: Any, schema: Any) -> Any:
        found = self._resolved(schema)
        if isinstance(value, dict):
            return self._mapping(value, found)
        if isinstance(value, list):
            inner = found.get("items", {})
            return [self._zero(inner) if one is None else self._value(one, inner) for one in value]
        return value

    def _mapping(self, value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        made = {}
        for key, one in value.items():
            inner = properties.get(key, others)
            if one is not None:
                made[key] = self._value(one, inner)
            elif "null" in self._resolved(inner).get("type", ()):
                made[key] = None
            elif key not in properties and not self._custom:
                made[key] = self._zero(inner)
        return made

    def _zero(self, schema: Any) -> Any:
        """What a null in a list or a mapping becomes."""
        if self._custom:
            return None
        kinds = self._resolved(schema).get("type", "object")
        if isinstance(kinds, list):  # a quantity or a port
            return 0
        return _ZEROS[kinds].copy() if kinds in ("object", "array") else _ZEROS[kinds]
