"""The verdict on one object: by the schema of its kind, and beyond it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.schemas import Name, number
from mlgitops.core.kubernetes.semantics.kinds import judge
from mlgitops.core.kubernetes.semantics.metadata import object_metadata
from mlgitops.core.kubernetes.semantics.report import RULE, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.kubernetes.schemas import KubernetesSchemas


def faults(
    manifest: Mapping[str, Any], version: str, schemas: KubernetesSchemas, *, privileged: bool = True
) -> list[Fault]:
    """What an API server of a version of Kubernetes would refuse an object for; all of rule `invalid-manifest`.

    Of a kind without a schema, only the metadata are judged; whether the kind is known is not judged here.

    Args:
        manifest: The object, with `apiVersion` and `kind`.
        version: One of `schemas.versions`.
        schemas: What objects are judged by.
        privileged: Whether the API server lets containers be privileged.
    """
    name = Name.of(manifest)
    known = schemas.kind(version, name) or schemas.metadata(version)
    decoded, found = known.read(manifest)
    if found:
        return [_plain(fault, name.kind) for fault in found]
    report = Report(number(version), schemas.time_zones, privileged=privileged)
    if known.custom:
        object_metadata(report, name.kind, decoded.get("metadata", {}), custom=True)
    else:
        judge(report, name.group, decoded)
    return report.faults


def _plain(fault: Fault, kind: str) -> Fault:
    """A fault by the schema, under the rule of manifests; what a Secret keeps is not repeated."""
    if kind == "Secret" and fault.pointer[:1] in (("data",), ("stringData",)):
        place = ".".join(map(str, fault.pointer))
        return Fault(RULE, fault.pointer, f"`{place}` is no text", "Write a string, in quotes.")
    return fault._replace(rule=RULE)


def alternatives(name: Name, version: str, schemas: KubernetesSchemas) -> list[Name]:
    """What is served of a kind, its own group first; else of one that is spelt alike."""
    known = [*schemas.served(version), *schemas.custom()]
    same = [one for one in known if one.kind == name.kind]
    if not same:
        close = get_close_matches(name.kind, {one.kind for one in known}, 1, 0.8)
        same = [one for one in known if one.kind in close]
    return sorted(same, key=lambda one: one.group != name.group)
