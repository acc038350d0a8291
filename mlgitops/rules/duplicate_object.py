"""`duplicate-object`: one object written down twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import EnvironmentCase, Workload


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find objects of an environment that are the same one in the cluster."""
    home = case.environment["cluster"]["namespace"]
    first: dict[tuple[str, ...], Workload] = {}
    for one in case.workloads:
        if not one.name:
            continue
        group = one.api_version.rpartition("/")[0]
        key = (group, one.kind, one.namespace or home, one.name)
        before = first.setdefault(key, one)
        if before is not one:
            where = " and in ".join(dict.fromkeys((before.path, one.path)))
            yield Fault("duplicate-object", (), f"the {one.kind} `{one.name}` stands twice: in {where}", "")


def _manifest(name: str, **fields: str) -> str:
    parts = {"apiVersion": "v1", "kind": "ConfigMap", "namespace": ", namespace: ml-prod"} | fields
    return (
        f"  - {{apiVersion: {parts['apiVersion']}, kind: {parts['kind']}, metadata: {{name: {name}"
        f"{parts['namespace']}}}}}\n"
    )


RULE = Rule(
    id="duplicate-object",
    title="one object of the cluster in two places",
    severity="error",
    why=(
        "Two files that name the same kind, namespace and name are one object: whichever the controller applies last "
        "wins, and the other one undoes it at the next sync. Argo CD only warns of it, Flux says nothing."
    ),
    mend="Rename one of the two, or remove it.",
    bad=(
        "manifests:\n" + _manifest("settings") * 2,
        "manifests:\n" + _manifest("settings") + _manifest("settings", namespace=""),
        "manifests:\n" + _manifest("fraud-detector-provenance"),
    ),
    good=(
        "manifests:\n" + _manifest("settings") + _manifest("others"),
        "manifests:\n" + _manifest("settings") + _manifest("settings", namespace=", namespace: other"),
        "manifests:\n" + _manifest("settings") + _manifest("settings", kind="ServiceAccount"),
    ),
    judges="environment",
    check=check,
)
