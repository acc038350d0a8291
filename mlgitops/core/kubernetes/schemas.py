"""The schemas of Kubernetes' own kinds, by version of Kubernetes, and of the custom resources that a user imported."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.kubernetes.decoding import Decoder
from mlgitops.core.schema import compiled
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mlgitops.core.finding import Fault

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
"""Pattern of a point in time (RFC 3339)."""

KEYS = "x-map-keys"
"""Keyword of an imported schema: the fields that tell the items of a list apart, each with its default or null."""

_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_QUANTITY = r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]+)?\s*$"
_SPECIAL: dict[str, dict[str, Any]] = {
    "Quantity": {
        "type": ["number", "string"],
        "pattern": _QUANTITY,
        "patternErrorMessage": "write a number with a unit, such as 500m, 2 or 16Gi",
    },
    "IntOrString": {"type": ["integer", "string"], "minimum": -(2**31), "maximum": 2**31 - 1},
    "Time": {"type": "string", "pattern": DATE, "patternErrorMessage": "write it like 2026-11-03T09:12:00Z"},
    "MicroTime": {"type": "string", "pattern": DATE, "patternErrorMessage": "write it like 2026-11-03T09:12:00Z"},
}
_OPTIONAL: Mapping[str, frozenset[str]] = {
    "CSIDriver": frozenset({"spec"}),
    "CSINode": frozenset({"spec"}),
    "CSINodeSpec": frozenset({"drivers"}),
    "ContainerResizePolicy": frozenset({"resourceName", "restartPolicy"}),
    "ContainerRestartRule": frozenset({"action"}),
    "DeviceClass": frozenset({"spec"}),
    "FileKeySelector": frozenset({"key", "path", "volumeName"}),
    "HTTPHeader": frozenset({"value"}),
    "LimitRangeSpec": frozenset({"limits"}),
    "NetworkPolicySpec": frozenset({"podSelector"}),
    "OwnerReference": frozenset({"apiVersion", "kind", "name", "uid"}),
    "PodFailurePolicy": frozenset({"rules"}),
    "PodResourceClaim": frozenset({"name"}),
    "PreferredSchedulingTerm": frozenset({"preference"}),
    "PriorityClass": frozenset({"value"}),
    "ResourceClaim": frozenset({"name", "spec"}),
    "ResourceClaimTemplate": frozenset({"spec"}),
    "ResourceClaimTemplateSpec": frozenset({"spec"}),
    "RoleRef": frozenset({"apiGroup"}),
    "ScaleIOPersistentVolumeSource": frozenset({"secretRef"}),
    "ScaleIOVolumeSource": frozenset({"secretRef"}),
    "SleepAction": frozenset({"seconds"}),
    "StatefulSetSpec": frozenset({"serviceName"}),
    "Sysctl": frozenset({"value"}),
    "TypedLocalObjectReference": frozenset({"kind", "name"}),
    "TypedObjectReference": frozenset({"kind", "name"}),
}
"""Fields that the published schemas require, and an API server fills in or judges only in some places."""


_UNREAD = (1, 34)
"""Before this version an API server judged nothing of the pods and claims of a StatefulSet, not even what it lacks."""

_CORE = "io.k8s.api.core.v1."


class Name(NamedTuple):
    """What an object is, by its `apiVersion` and `kind`.

    Attributes:
        group: The API group; empty for the core.
        version: The version of the group: `v1beta1`.
        kind: The kind.
    """

    group: str
    version: str
    kind: str

    @staticmethod
    def of(manifest: Mapping[str, Any]) -> Name:
        """The name of an object's kind."""
        return _name(str(manifest.get("apiVersion", "")), str(manifest.get("kind", "")))

    @property
    def api_version(self) -> str:
        """As it is written."""
        return f"{self.group}/{self.version}" if self.group else self.version


@lru_cache(maxsize=512)
def _name(api_version: str, kind: str) -> Name:
    group, _, version = api_version.rpartition("/")
    return Name(group, version, kind)


class Kind:
    """One kind, ready to judge.

    Args:
        schema: JSON Schema of its objects.
        custom: Whether it is a custom resource.

    Attributes:
        schema: The schema.
        custom: As given.
    """

    def __init__(self, schema: dict[str, Any], *, custom: bool) -> None:
        self.schema = schema
        self.custom = custom
        self._accepts = compiled(schema)
        self._decoder = Decoder(schema, custom=custom)
        self._repeated: Callable[[Mapping[str, Any]], list[Fault]] = _distinct(schema) if custom else lambda _: []

    def read(self, manifest: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        """An object without its nulls, and what is wrong with it by the schema."""
        if self._accepts(manifest):
            return dict(manifest), self._repeated(manifest)
        decoded = self._decoder.decoded(manifest)
        if self._accepts(decoded):
            return decoded, self._repeated(decoded)
        from mlgitops.core.schema_explain import explain

        return decoded, [one.fault for one in explain(self.schema, decoded, {})]


def _distinct(schema: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], list[Fault]]:
    """What finds items of lists that an API server takes for the same one."""
    from mlgitops.core.kubernetes.list_maps import places, repeated  # for the few that are custom resources

    where = places(schema)
    return lambda manifest: list(repeated(where, manifest)) if where else []


class KubernetesSchemas:
    """All schemas that objects are judged by; each is compiled when its kind is first met.

    Args:
        load: Gives the document that `scripts/derive_kubernetes_schemas.py` writes; called once, when it is needed.
        imported: Gives JSON Schemas of custom resources by their names; likewise.
    """

    def __init__(
        self,
        load: Callable[[], Mapping[str, Any]],
        imported: Callable[[], Mapping[Name, dict[str, Any]]] = dict,
    ) -> None:
        self._load = load
        self._import = imported
        self._imported: Mapping[Name, dict[str, Any]] | None = None
        self._document: Mapping[str, Any] | None = None
        self._definitions: dict[str, dict[str, Any]] = {}
        self._kinds: dict[tuple[str, Name], Kind | None] = {}
        self._zones: frozenset[str] | None = None
        self._nearest: dict[str, str] = {}
        self._own: frozenset[str] | None = None

    @property
    def document(self) -> Mapping[str, Any]:
        """The document, read once."""
        if self._document is None:
            self._document = self._load()
        return self._document

    @property
    def versions(self) -> list[str]:
        """The versions of Kubernetes that are known, oldest first."""
        return sorted(self.document["versions"], key=number)

    @property
    def time_zones(self) -> frozenset[str]:
        """Names of all time zones."""
        if self._zones is None:
            self._zones = frozenset(self.document["timeZones"])
        return self._zones

    def nearest(self, version: str) -> str:
        """The known version that is nearest to `version`, which may be newer or older than all of them.

        Raises:
            InputError: `version` is none.
        """
        if version not in self._nearest:
            wanted = number(version)
            self._nearest[version] = min(self.versions, key=lambda known: abs(number(known)[1] - wanted[1]))
        return self._nearest[version]

    def kind(self, version: str, name: Name) -> Kind | None:
        """A kind that `version` of Kubernetes serves, or that was imported; None where no schema is known."""
        key = (version, name)
        if key not in self._kinds:
            self._kinds[key] = self._made(version, name)
        return self._kinds[key]

    def served(self, version: str) -> Iterable[Name]:
        """What `version` of Kubernetes serves."""
        for text in self.document["versions"][version]["kinds"]:
            api_version, _, kind = text.partition(" ")
            yield Name.of({"apiVersion": api_version, "kind": kind})

    def custom(self) -> Mapping[Name, dict[str, Any]]:
        """What was imported."""
        if self._imported is None:
            self._imported = self._import()
        return self._imported

    def knows(self, group: str) -> bool:
        """Whether all kinds of a group are known: it is one of Kubernetes' own, or some of it was imported.

        The name of a custom group has a dot.
        """
        return "." not in group or group in self._groups() or any(name.group == group for name in self.custom())

    def _groups(self) -> frozenset[str]:
        if self._own is None:
            self._own = frozenset(name.group for version in self.versions for name in self.served(version))
        return self._own

    def metadata(self, version: str) -> Kind:
        """Judges nothing but metadata, for kinds that no schema is known of."""
        name = Name("", "", "")
        found = self.kind(version, name)
        if found is None:
            loose = {"type": "object", "properties": {"metadata": {"type": "object"}}, "required": ["metadata"]}
            found = self._kinds[version, name] = self._custom(version, loose)
        return found

    def _made(self, version: str, name: Name) -> Kind | None:
        imported = self.custom().get(name)
        if imported is not None:
            return self._custom(version, imported)
        definition = self.document["versions"][version]["kinds"].get(f"{name.api_version} {name.kind}")
        if definition is None:
            return None
        known = self._of(version)
        schema = known[definition]
        needed = _closure(schema, known)
        if (name.group, name.kind) == ("apps", "StatefulSet") and number(version) < _UNREAD:
            needed = {key: _without_required(one) if key.startswith(_CORE) else one for key, one in needed.items()}
        return Kind({**_strict(definition, schema), "$defs": needed}, custom=False)

    def _custom(self, version: str, schema: dict[str, Any]) -> Kind:
        known = self._of(version)
        properties = {**schema["properties"], "metadata": {"$ref": f"#/$defs/{_METADATA}"}}
        whole = {**schema, "properties": properties}
        return Kind({**whole, "$defs": _closure(whole, known)}, custom=True)

    def _of(self, version: str) -> dict[str, Any]:
        """The definitions of a version, by name."""
        if version not in self._definitions:
            stored = self.document["definitions"]
            numbers = self.document["versions"][version]["definitions"]
            self._definitions[version] = {stored[index][0]: stored[index][1] for index in numbers}
        return self._definitions[version]


@lru_cache(maxsize=64)
def number(version: str) -> tuple[int, int]:
    """A version of Kubernetes as numbers: `1.34.2` is `(1, 34)`.

    Raises:
        InputError: It is none.
    """
    found = re.match(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:[.+-].*)?$", version)
    if not found:
        raise InputError(f"`{version[:40]}` is no version of Kubernetes", hint="Write it like 1.34.")
    return int(found[1]), int(found[2])


def _closure(schema: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that a schema needs, without nulls."""
    found: dict[str, Any] = {}
    pending = list(_references(schema))
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = _strict(name, known[name])
            pending += _references(known[name])
    return found


def _references(node: Any) -> Iterable[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str):
            yield target.rpartition("/")[2]
        for value in node.values():
            yield from _references(value)


def _strict(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A definition that refuses null, which is decoded before; more exact where an API server is."""
    short = name.rpartition(".")[2]
    if short in _SPECIAL:
        return _SPECIAL[short]
    made: dict[str, Any] = _without_null(schema)
    if "required" in made:
        made["required"] = [field for field in made["required"] if field not in _OPTIONAL.get(short, ())]
    return made


def _without_required(definition: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key != "required"}


def _without_null(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_null(value) for key, value in node.items()}
    kinds = made.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        made["type"] = rest[0] if len(rest) == 1 else rest
    return made
