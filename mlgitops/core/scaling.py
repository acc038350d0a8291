"""Scaling: how far an autoscaler may take the workload that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMITS = {"HorizontalPodAutoscaler": "maxReplicas", "ScaledObject": "maxReplicaCount"}


class Scaling(NamedTuple):
    """What an autoscaler may do.

    Attributes:
        kind: Kind of the workload that it scales.
        name: Name of that workload.
        most: How many replicas it may have.
    """

    kind: str
    name: str
    most: int


def scaling(manifest: Mapping[str, Any]) -> Scaling | None:
    """What a HorizontalPodAutoscaler, or KEDA's ScaledObject, may do; None for all other objects."""
    limit, spec = _LIMITS.get(str(manifest.get("kind"))), manifest.get("spec")
    if limit is None or not isinstance(spec, dict):
        return None
    target, most = spec.get("scaleTargetRef"), spec.get(limit, 100)  # KEDA's own limit where none is written
    if not isinstance(target, dict) or not isinstance(most, int):
        return None
    return Scaling(str(target.get("kind", "Deployment")), str(target.get("name", "")), most)
