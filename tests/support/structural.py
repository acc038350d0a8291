"""JSON Schema with the verdict of a custom resource definition's structural schema, unknown fields refused.

What it says follows https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/:
fields that are not specified are unknown, a default fills a required field, `x-kubernetes-*` widens both.
Not judged here, and judged by an API server: CEL rules (`x-kubernetes-validations`), list types and lengths in bytes.
"""

from __future__ import annotations

from typing import Any

PRESERVE = "x-kubernetes-preserve-unknown-fields"
INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
VALUE_KEYWORDS = (
    *("allOf", "anyOf", "oneOf", "not", "enum", "pattern", "required", "type"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "minProperties", "maxProperties"),
)


def strict(schema: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """The whole object's schema (JSON Schema draft 4); `metadata` is the schema of an object's metadata."""
    whole = node(schema, metadata)
    whole["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": metadata}
    return whole


def node(schema: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """One node and all below it."""
    made = {key: schema[key] for key in VALUE_KEYWORDS if key in schema}
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    if schema.get("format") == "int32":
        made = INT32 | made
    if "items" in schema:
        made["items"] = node(schema["items"], metadata)
    if schema.get("type") == "object":
        fields(schema, made, metadata)
    return made


def fields(schema: dict[str, Any], made: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Fills in what fields an object may and must have."""
    properties = schema.get("properties", {})
    made["properties"] = {name: node(below, metadata) for name, below in properties.items()}
    if schema.get("x-kubernetes-embedded-resource"):
        text = {"type": "string"}
        made["properties"] |= {"apiVersion": text, "kind": text, "metadata": metadata}
    others = schema.get("additionalProperties", False)
    made["additionalProperties"] = bool(schema.get(PRESERVE)) or (
        node(others, metadata) if isinstance(others, dict) else others
    )
    if "required" in made:
        made["required"] = [name for name in made["required"] if "default" not in properties.get(name, {})]
        if not made["required"]:
            del made["required"]
