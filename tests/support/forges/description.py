"""Judges requests and answers by a description of an API: OpenAPI 3.0 or Swagger 2.0.

Requests are judged strictly: operation, parameters and their types, and every field of the body must be described.
Answers only so far that each field that is there is described, of its type; GitHub's own examples lack required ones.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "forges"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Operation(NamedTuple):
    """A described operation, with what its path's parameters were."""

    path: str
    described: Mapping[str, Any]
    parameters: Mapping[str, str]


class Description:
    """One description.

    Args:
        document: As published.
        base: What stands before its paths.
    """

    def __init__(self, document: Mapping[str, Any], base: str) -> None:
        self._document = document
        self._base = base
        self._patterns = [
            (
                re.compile(
                    re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))
                ),
                path,
            )
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
        ]

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation of a request."""
        for pattern, template in self._patterns:
            found = pattern.fullmatch(path.removeprefix(self._base)) if path.startswith(self._base) else None
            if found and method.lower() in self._document["paths"][template]:
                parameters = {name: unquote(value) for name, value in found.groupdict().items()}
                return Operation(template, self._document["paths"][template][method.lower()], parameters)
        return None

    def judge(self, method: str, target: str, body: bytes) -> list[str]:
        """What a request has that is not described."""
        path, _, query = target.partition("?")
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        parameters = [self._resolved(one) for one in found.described.get("parameters", [])]
        faults = []
        known = {one["name"]: one.get("schema", one) for one in parameters if one["in"] == "query"}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name not in known:
                faults.append(f"query {name} is not described")
            else:
                faults += self._query_faults(name, value, self._resolved(known[name]))
        schema = self._body_schema(found.described, parameters)
        if body:
            faults += [f"{method} {found.path}: a body is not described"] if schema is None else []
            faults += self.faults(json.loads(body), schema or {}, "body", strict=True)
        return faults

    def judge_answer(self, method: str, target: str, status: int, value: Any) -> list[str]:
        """What an answer has that is not described."""
        found = self.operation(method, target.partition("?")[0])
        if found is None:
            return []
        answers = found.described["responses"]
        answer = self._resolved(answers[str(status)]) if str(status) in answers else None
        if answer is None:
            return [f"{method} {found.path} answers {status}, which is not described"]
        schema = answer.get("schema") or answer.get("content", {}).get("application/json", {}).get("schema")
        return list(self.faults(value, schema, "answer", strict=False)) if schema and status < 300 else []

    def faults(self, value: Any, schema: Mapping[str, Any], where: str, *, strict: bool) -> Iterator[str]:
        """How a value differs from its schema, unknown fields included; required fields only where `strict`."""
        schema = self._resolved(schema)
        if value is None and (not strict or schema.get("nullable")):
            return
        branches = schema.get("oneOf") or schema.get("anyOf")
        if branches:
            if all(any(self.faults(value, branch, where, strict=strict)) for branch in branches):
                yield f"{where} fits no alternative"
            return
        schema = self._merged(schema)
        kind = schema.get("type")
        if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
            yield f"{where} is no {kind}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of {schema['enum']}"
        elif isinstance(value, dict) and "properties" in schema:
            yield from self._object_faults(value, schema, where, strict=strict)
        elif isinstance(value, list):
            if len(value) < schema.get("minItems", 0):
                yield f"{where} has too few items"
            for item in value:
                yield from self.faults(item, schema.get("items", {}), f"{where}[]", strict=strict)

    def _object_faults(self, value: Any, schema: Mapping[str, Any], where: str, *, strict: bool) -> Iterator[str]:
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{where}.{name} is not described"
            else:
                yield from self.faults(part, schema["properties"][name], f"{where}.{name}", strict=strict)
        missing = set(schema.get("required", ())) - set(value) if strict else ()
        yield from (f"{where}.{name} is missing" for name in missing)

    def _query_faults(self, name: str, value: str, schema: Mapping[str, Any]) -> list[str]:
        if schema.get("type") == "integer" and not value.isdigit():
            return [f"query {name} is no number"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"query {name} is none of {schema['enum']}"]
        return []

    def _body_schema(self, described: Mapping[str, Any], parameters: list[Any]) -> Mapping[str, Any] | None:
        if "requestBody" in described:
            return self._resolved(described["requestBody"])["content"]["application/json"]["schema"]
        return next((one["schema"] for one in parameters if one["in"] == "body"), None)

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """`allOf` as one schema."""
        merged = dict(schema)
        for part in schema.get("allOf", ()):
            part = self._merged(self._resolved(part))  # noqa: PLW2901 (resolved)
            merged["properties"] = {**merged.get("properties", {}), **part.get("properties", {})}
        return merged

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            found: Any = self._document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part


@cache
def load(name: str, base: str) -> Description:
    """A published description from `../shared/forges`."""
    return Description(json.loads((FOLDER / name).read_bytes()), base)
