"""Kinds of custom resources that the program reads without their definitions: where their pods, bounds and routes are.

Groups are those of the published definitions that `mlgitops.core.pods` names, of KEDA and of the Gateway API.
"""

from __future__ import annotations

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
