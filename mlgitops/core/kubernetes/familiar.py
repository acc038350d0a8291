"""Kinds of custom resources that the program reads without their definitions: where their pods, bounds and routes are.

Groups are those of the published definitions that `mlgitops.core.pods` names, of KEDA and of the Gateway API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILIAR: frozenset[tuple[str, str]] = frozenset(
    (group, kind)
    for group, kinds in (
        ("argoproj.io", ("Rollout",)),
        ("gateway.networking.k8s.io", ("HTTPRoute",)),
        ("jobset.x-k8s.io", ("JobSet",)),
        ("keda.sh", ("ScaledObject",)),
        ("kubeflow.org", ("MPIJob", "PyTorchJob", "TFJob", "XGBoostJob")),
        ("leaderworkerset.x-k8s.io", ("LeaderWorkerSet",)),
        ("mlops.seldon.io", ("Server",)),
        ("ray.io", ("RayCluster", "RayJob", "RayService")),
        ("serving.kserve.io", ("ClusterServingRuntime", "InferenceService", "LLMInferenceService", "ServingRuntime")),
        ("trainer.kubeflow.org", ("TrainJob",)),
    )
    for kind in kinds
)
"""API group and kind of each."""

INSTRUCTIONS = "kustomize.config.k8s.io/"
"""How `apiVersion` begins of what tells kustomize which objects to make: no API server ever sees it."""


def is_strange(version: Any, kind: Any, knows: Callable[[str], bool]) -> bool:
    """Whether nothing is known of a kind.

    Args:
        version: `apiVersion` of an object; what is no string is for others to tell.
        kind: Its kind; likewise.
        knows: Whether all kinds of an API group are known.
    """
    if not (isinstance(version, str) and isinstance(kind, str)):
        return False
    group, _, _ = version.rpartition("/")
    if "." not in group or version.startswith(INSTRUCTIONS):
        return False
    return (group, kind) not in FAMILIAR and not knows(group)
