"""Custom resource definitions, and what is judged by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.kubernetes import schemas

from mlgitops.adapters import packaged
from mlgitops.core.kubernetes import crds, judging
from mlgitops.core.kubernetes.schemas import KubernetesSchemas, Name
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError

VERSION = "1.34"


def definition(**properties: Any) -> dict[str, Any]:
    spec = {"type": "object", "properties": properties, "required": ["size"]}
    schema = {"type": "object", "properties": {"spec": spec, "metadata": {"type": "object"}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.acme.dev"},
        "spec": {
            "group": "acme.dev",
            "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [version, {**version, "name": "v0", "served": False}],
        },
    }


WIDGET = definition(
    size={"type": "integer", "format": "int32"},
    share={
        "x-kubernetes-int-or-string": True,
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "pattern": "^[0-9%]+$",
    },
    free={"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    nothing={"type": "string", "nullable": True},
    mode={"type": "string", "enum": ["a", "b"], "default": "a"},
    labels={"type": "object", "additionalProperties": {"type": "string"}},
    embedded={"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
    at={"type": "string", "format": "date-time"},
    ruled={"type": "integer", "x-kubernetes-validations": [{"rule": "self > 3"}]},
    list={"type": "array", "items": {"type": "string"}},
    set={"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
    ports={
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["port", "protocol"],
        "items": {
            "type": "object",
            "properties": {
                "port": {"type": "integer"},
                "protocol": {"type": "string", "default": "TCP"},
                "note": {"type": "string"},
            },
            "required": ["port", "protocol"],
        },
    },
    pools={
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "names": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                        "items": {"type": "object", "properties": {"name": {"type": "string"}}},
                    }
                },
            },
        },
    },
)


def judged(spec: Any, **metadata: Any) -> list[str]:
    (one,) = crds.imported(WIDGET, "widgets.yaml")
    known = KubernetesSchemas(packaged.kubernetes_schemas, lambda: {one.name: one.schema})
    manifest = {"apiVersion": "acme.dev/v1", "kind": "Widget", "metadata": {"name": "w", **metadata}, "spec": spec}
    return [".".join(map(str, fault.pointer)) for fault in judging.faults(manifest, VERSION, known)]


@pytest.mark.parametrize(
    "spec",
    [
        {"size": 1},
        {"size": 1, "share": 5},
        {"size": 1, "share": "50%"},
        {"size": 1, "free": {"any": {"thing": [1, None]}}},
        {"size": 1, "nothing": None},
        {"size": 1, "mode": None},
        {"size": 1, "labels": {"a": "b"}},
        {"size": 1, "embedded": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}}},
        {"size": 1, "at": "2026-11-03T09:12:00Z"},
        {"size": 1, "ruled": 1},
    ],
)
def test_resources_that_are_valid(spec: dict[str, Any]) -> None:
    assert judged(spec) == []


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({}, "spec"),
        ({"size": "1"}, "spec.size"),
        ({"size": 1, "sise": 1}, "spec.sise"),
        ({"size": 1, "share": "x"}, "spec.share"),
        ({"size": 1, "share": True}, "spec.share"),
        ({"size": 1, "mode": "c"}, "spec.mode"),
        ({"size": 1, "labels": {"a": 1}}, "spec.labels.a"),
        ({"size": 1, "at": "yesterday"}, "spec.at"),
        ({"size": 2**63}, "spec.size"),
        ({"size": 1, "list": [None]}, "spec.list.0"),
        ({"size": None}, "spec"),
    ],
)
def test_resources_that_are_not(spec: dict[str, Any], place: str) -> None:
    assert judged(spec) == [place]


def test_metadata_are_judged_as_those_of_any_object() -> None:
    assert judged({"size": 1}, labels={"a": "b c"}) == ["metadata.labels.a"]
    assert judged({"size": 1}, label={"a": "b"}) == ["metadata.label"]


def test_of_a_kind_without_a_schema_only_metadata_are_judged() -> None:
    manifest = {"apiVersion": "acme.dev/v1", "kind": "Widget", "metadata": {"name": "A"}, "spec": {"any": "thing"}}
    assert [fault.pointer for fault in judging.faults(manifest, VERSION, schemas())] == [("metadata", "name")]


def test_what_was_imported_is_found_in_the_repository() -> None:
    (one,) = crds.imported(WIDGET, "widgets.yaml")
    kept = crds.Kept(LoadedSnapshot("test", {one.path: json.dumps(one.schema).encode()}))
    assert dict(kept) == {Name("acme.dev", "v1", "Widget"): one.schema}
    assert len(kept) == 1
    assert Name("acme.dev", "v2", "Widget") not in kept
    assert one.path == "schemas/crds/acme.dev_Widget_v1.json"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"x-kubernetes-group-version-kind": {"a": 1}}', b"\xff"])
def test_another_file_among_the_imported_is_refused(data: bytes) -> None:
    kept = crds.Kept(LoadedSnapshot("test", {"schemas/crds/README.md": b"", "schemas/crds/acme.dev_A_v1.json": data}))
    with pytest.raises(InputError, match="no imported schema"):
        kept[Name("acme.dev", "v1", "A")]


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"kind": "CustomResourceDefinition"}, {**WIDGET, "apiVersion": "apiextensions.k8s.io/v1beta1"}],
)
def test_what_is_no_definition_is_refused(document: Any) -> None:
    with pytest.raises(InputError, match="no CustomResourceDefinition"):
        list(crds.imported(document, "a.yaml"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"set": ["a", "b"], "list": ["a", "a"]}, []),
        ({"set": ["a", "b", "a"]}, ["spec.set"]),
        ({"ports": [{"port": 80}, {"port": 80, "protocol": "UDP"}, {"port": 81}]}, []),
        ({"ports": [{"port": 80}, {"port": 80, "protocol": "TCP", "note": "the same"}]}, ["spec.ports.1"]),
        ({"ports": [{"port": 80}, {"port": 81}, {"port": 81}, {"port": 80}]}, ["spec.ports.2", "spec.ports.3"]),
        ({"pools": {"a": [{"names": [{"name": "x"}]}, {"names": [{"name": "x"}]}]}}, []),
        ({"pools": {"a": [{}, {"names": [{"name": "x"}, {"name": "x"}]}]}}, ["spec.pools.a.1.names.1"]),
        ({"pools": {"a": [{"names": [{}, {}]}]}}, ["spec.pools.a.0.names.1"]),
        ({"nothing": None, "ports": [{"port": 80, "note": None}, {"port": 80}]}, ["spec.ports.1"]),
    ],
)
def test_items_of_sets_and_maps_are_distinct(spec: dict[str, Any], expected: list[str]) -> None:
    assert judged({"size": 1, **spec}) == expected


def test_an_item_that_stands_twice_is_named() -> None:
    (one,) = crds.imported(WIDGET, "widgets.yaml")
    known = KubernetesSchemas(packaged.kubernetes_schemas, lambda: {one.name: one.schema})
    spec = {"size": 1, "ports": [{"port": 80}, {"port": 80}]}
    manifest = {"apiVersion": "acme.dev/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}
    (fault,) = judging.faults(manifest, VERSION, known)
    assert fault.message == "`spec.ports` has two items with `port: 80, protocol: TCP`: 0 and 1, counted from 0"
