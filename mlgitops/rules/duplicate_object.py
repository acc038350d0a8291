"""`duplicate-object`: one object written down twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import kserve
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import EnvironmentCase, Workload


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find objects of an environment that are the same one in the cluster, or have a name that KServe claims."""
    home = case.environment["cluster"]["namespace"]
    first: dict[tuple[str, ...], Workload] = {}
    for one in case.workloads:
        if not one.name:
            continue
        key = (one.api_version.rpartition("/")[0], one.kind, one.namespace or home, one.name)
        before = first.setdefault(key, one)
        if before is not one:
            where = " and in ".join(dict.fromkeys((before.path, one.path)))
            yield Fault("duplicate-object", (), f"the {one.kind} `{one.name}` stands twice: in {where}", "")
    yield from _claimed(first)


def _claimed(objects: Mapping[tuple[str, ...], Workload]) -> Iterator[Fault]:
    """Objects beside an InferenceService of which KServe makes others of their names, in some of its modes."""
    for (_, kind, namespace, name), service in objects.items():
        if kind != "InferenceService":
            continue
        for group, made, suffix in kserve.CLAIMED:
            other = objects.get((group, made, namespace, name + suffix))
            if other:
                message = f"the {made} `{other.name}` in {other.path} has the name of one that KServe makes of"
                yield Fault("duplicate-object", (), f"{message} {service.path}", "", "warning")


def _manifest(name: str, **fields: str) -> str:
    parts = {"apiVersion": "v1", "kind": "ConfigMap", "namespace": ", namespace: ml-prod"} | fields
    return (
        f"  - {{apiVersion: {parts['apiVersion']}, kind: {parts['kind']}, metadata: {{name: {name}"
        f"{parts['namespace']}}}}}\n"
    )


_SERVICE = """
  - apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata: {name: ranker, namespace: ml-prod, annotations: {serving.kserve.io/deploymentMode: Standard}}
"""

RULE = Rule(
    id="duplicate-object",
    title="one object of the cluster in two places",
    severity="error",
    why=(
        "Two files that name the same kind, namespace and name are one object: whichever the controller applies last "
        "wins, and the other one undoes it at the next sync. Argo CD only warns of it, Flux says nothing. "
        "Names that KServe gives to what it makes of an InferenceService are a warning: not every installation does."
    ),
    mend="Rename one of the two, or remove it.",
    bad=(
        "manifests:\n" + _manifest("settings") * 2,
        "manifests:\n" + _manifest("settings") + _manifest("settings", namespace=""),
        "manifests:\n" + _manifest("fraud-detector-provenance"),
        "manifests:\n"
        + _SERVICE
        + _manifest("ranker-predictor", apiVersion="gateway.networking.k8s.io/v1", kind="HTTPRoute"),
    ),
    good=(
        "manifests:\n" + _manifest("settings") + _manifest("others"),
        "manifests:\n" + _manifest("settings") + _manifest("settings", namespace=", namespace: other"),
        "manifests:\n" + _manifest("settings") + _manifest("settings", kind="ServiceAccount"),
        "manifests:\n" + _SERVICE + _manifest("ranker", kind="ServiceAccount"),
        "manifests:\n" + _manifest("settings") + _manifest("settings-predictor"),
    ),
    judges="environment",
    check=check,
)
