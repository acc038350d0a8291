"""Custom resource definitions: the JSON Schema of each version that they serve.

What it says follows https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/:
a field that is not specified is unknown, a default fills a required field, `x-kubernetes-*` widens both, and lists that
are sets or maps have no item twice. Rules in CEL (`x-kubernetes-validations`) and formats but dates are for an API
server to judge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.kubernetes.schemas import DATE, KEYS, Name
from mlgitops.core.snapshot import files_below
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.snapshot import Snapshot

FOLDER = "schemas/crds"
"""Folder of an environment repository that holds the imported schemas."""

IDENTITY = "x-kubernetes-group-version-kind"
"""Keyword of an imported schema that says what it is of."""

_VERSION = {("CustomResourceDefinition", "apiextensions.k8s.io/v1"): True}
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED = "x-kubernetes-embedded-resource"
_KEPT = (
    *("allOf", "anyOf", "oneOf", "not", "enum", "pattern", "required", "type"),
    *("minimum", "maximum", "multipleOf", "uniqueItems"),
    *("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"),
)
_INT64 = {"minimum": -(2**63), "maximum": 2**63 - 1}


class Imported(NamedTuple):
    """The schema of one kind.

    Attributes:
        name: Group, version and kind.
        schema: JSON Schema (2020-12) of its objects.
    """

    name: Name
    schema: dict[str, Any]

    @property
    def path(self) -> str:
        """Where it is kept in an environment repository."""
        return f"{FOLDER}/{self.name.group}_{self.name.kind}_{self.name.version}.json"


def imported(document: Any, path: str) -> Iterator[Imported]:
    """The schemas of a CustomResourceDefinition, one a version that it serves.

    Raises:
        InputError: `document` is none, or is one of `apiextensions.k8s.io/v1beta1`.
    """
    try:
        _ = _VERSION[document["kind"], document["apiVersion"]]
        spec = document["spec"]
        group, kind = spec["group"], spec["names"]["kind"]
        for version in spec["versions"]:
            if version["served"]:
                schema = version["schema"]["openAPIV3Schema"]
                name = Name(group, version["name"], kind)
                yield Imported(name, {IDENTITY: name._asdict(), **_object(schema)})
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            "this is no CustomResourceDefinition of apiextensions.k8s.io/v1",
            path=path,
            hint="Give the YAML that `kubectl get crd NAME -o yaml` prints, or that its project publishes.",
        ) from None


class Kept(Mapping[Name, dict[str, Any]]):
    """The schemas that were imported into an environment repository, each read when it is asked for.

    Args:
        snapshot: The repository.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        names = (path.removeprefix(f"{FOLDER}/").removesuffix(".json") for path in files_below(snapshot, FOLDER))
        parts = (name.split("_") for name in names)
        self._names = {Name(part[0], part[2], part[1]) for part in parts if len(part) == 3}  # noqa: PLR2004 (of a name)

    def __getitem__(self, name: Name) -> dict[str, Any]:
        """The schema of a kind.

        Raises:
            KeyError: It was not imported.
            InputError: Its file is not what `mlgitops schema import` writes.
        """
        if name not in self._names:
            raise KeyError(name)
        path = Imported(name, {}).path
        try:
            schema: dict[str, Any] = json.loads(self._snapshot.read(path))
            usable = schema[IDENTITY] == name._asdict() and isinstance(schema["properties"], dict)
        except (ValueError, KeyError, TypeError, RecursionError):
            usable = False
        if not usable:
            raise InputError(
                "this is no imported schema", path=path, hint="Write it again with `mlgitops schema import FILE`."
            )
        return schema

    def __iter__(self) -> Iterator[Name]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a whole object, to which every API server adds its type and metadata."""
    made = _node(schema)
    made["type"] = "object"
    made["properties"] = {**made.get("properties", {}), **_ENVELOPE}
    made.setdefault("additionalProperties", False)
    return made


_ENVELOPE = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}


def _node(schema: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
    for way in ("allOf", "anyOf", "oneOf"):
        if way in made:
            made[way] = [_condition(one) for one in made[way]]
    if "not" in made:
        made["not"] = _condition(made["not"])
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
        made.pop("anyOf", None)  # which says the same, and refuses null
    made |= _bounds(schema)
    if "items" in schema:
        made["items"] = _node(schema["items"])
        made |= _distinct(schema)
    if schema.get("type") == "object" or schema.get(_EMBEDDED):
        _fields(schema, made)
    if schema.get("nullable") and "type" in made:
        made["type"] = [*([made["type"]] if isinstance(made["type"], str) else made["type"]), "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def _distinct(schema: dict[str, Any]) -> dict[str, Any]:
    """What tells the items of a list apart, where it is a set or a map."""
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        return {"uniqueItems": True}
    if kind != "map":
        return {}
    fields = schema["items"].get("properties", {})
    return {KEYS: {key: fields.get(key, {}).get("default") for key in schema["x-kubernetes-list-map-keys"]}}


def _condition(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that only says more about fields that are specified elsewhere."""
    made = _node({key: value for key, value in schema.items() if key not in ("properties", "additionalProperties")})
    made.pop("additionalProperties", None)
    if "properties" in schema:
        made["properties"] = {name: _condition(inner) for name, inner in schema["properties"].items()}
    return made


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    """Bounds that JSON Schema spells otherwise, or that a format stands for."""
    made: dict[str, Any] = {}
    form = schema.get("format")
    if schema.get("type") == "integer" or schema.get("x-kubernetes-int-or-string"):
        made |= {key: value for key, value in _INT64.items() if key not in schema}
    if form == "date-time" and "pattern" not in schema:
        made["pattern"] = DATE
    for side, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(side) is True:
            made[side] = schema[bound]
    return made


def _fields(schema: dict[str, Any], made: dict[str, Any]) -> None:
    properties = schema.get("properties", {})
    made["properties"] = {name: _node(inner) for name, inner in properties.items()}
    if schema.get(_EMBEDDED):
        made["properties"] = {**_ENVELOPE, **made["properties"]}
    others = schema.get("additionalProperties", False)
    made["additionalProperties"] = bool(schema.get(_PRESERVE)) or (
        _node(others) if isinstance(others, dict) else others
    )
    if "required" in made:
        made["required"] = [name for name in made["required"] if "default" not in properties.get(name, {})]
