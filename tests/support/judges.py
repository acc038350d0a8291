"""One function that judges Kubernetes manifests, by a real API server or by the published schemas."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from kubernetes_validate import utils as kubernetes
from support import definitions, structural
from support.verdict import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.apiserver import ApiServer

KUBERNETES = "1.34.0"
METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def judge(manifests: Sequence[Any], server: ApiServer | None = None) -> list[Verdict]:
    """A verdict on each object, in order.

    By `server` where one is given. Else by schemas: those of Kubernetes 1.34 (strict) for its own kinds, and for custom
    resources those that `definitions` finds; a kind that neither has is "not judged".
    """
    return server.dry_run(manifests) if server else [by_schema(manifest) for manifest in manifests]


def by_schema(manifest: Any) -> Verdict:
    """The verdict of the schemas alone."""
    validator = validator_of(manifest["apiVersion"], manifest["kind"])
    if validator is None:
        return verdict(manifest, "not judged", "no schema of this kind is at hand")
    error = next(validator.iter_errors(manifest), None)
    if error is None:
        return verdict(manifest, "accepted")
    return verdict(manifest, "refused", f"{'.'.join(str(step) for step in error.instance_path)}: {error.message}")


@functools.cache
def validator_of(version: str, kind: str) -> Any:
    """The compiled schema of a kind; None where there is none."""
    group, _, short = version.rpartition("/")
    if (group, kind) in definitions.paths():
        schema = definitions.schema(group, short, kind)
        return jsonschema_rs.Draft4Validator(structural.strict(schema, self_contained({"$ref": reference(METADATA)})))
    schema = kubernetes_schema(version, kind)
    return None if schema is None else jsonschema_rs.Draft202012Validator(schema)


def kubernetes_schema(version: str, kind: str) -> dict[str, Any] | None:
    """The strict schema of one of Kubernetes' own kinds, self-contained; None where it is none of them."""
    group, _, short = version.rpartition("/")
    first = group.split(".")[0]
    try:
        file = f"{folder()}/{kind.lower()}-{first + '-' if first else ''}{short}.json"
        return dict(self_contained(kubernetes.schema_contents(file, KUBERNETES)))
    except FileNotFoundError:
        return None


def self_contained(schema: Any) -> Any:
    """The schema with each reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [self_contained(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    target = schema.get("$ref")
    if isinstance(target, str):
        return resolved(target)
    return {key: self_contained(value) for key, value in schema.items()}


def reference(name: str) -> str:
    """How the schemas of Kubernetes refer to one of their definitions."""
    return f"_definitions.json#/$defs/{name}"


@functools.cache
def resolved(target: str) -> Any:
    """The definition that a reference names, self-contained; none refers to itself in what a workload may hold."""
    return self_contained(published()[target.rpartition("/")[2]])


@functools.cache
def published() -> dict[str, Any]:
    """All definitions of this version of Kubernetes, unknown fields refused."""
    return dict(kubernetes.schema_contents(f"{folder()}/_definitions.json", KUBERNETES)["$defs"])


def folder() -> str:
    """Where the package keeps the strict schemas of this version of Kubernetes."""
    return f"kubernetes-json-schema/v{KUBERNETES}-local-strict"
