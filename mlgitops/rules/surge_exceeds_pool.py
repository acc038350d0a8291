"""`surge-exceeds-pool`: a roll-out that starts pods for which there is no node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import occupancy
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import EnvironmentCase
    from mlgitops.core.finding import Fault


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find workloads whose roll-out has no room for its surge."""
    return occupancy.of_case(case).crowded()


_EXAMPLE = """
nodePools:
  - name: t4
    count: 5
    labels: {{nvidia.com/gpu.product: Tesla-T4}}
    allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
  - name: l4
    count: 2
    labels: {{nvidia.com/gpu.product: NVIDIA-L4}}
    allocatable: {{cpu: "16", memory: 64Gi, nvidia.com/gpu: "1"}}
manifests:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: ranker, namespace: ml-prod}}
    spec:
      replicas: {}
      strategy: {}
      selector: {{matchLabels: {{app: ranker}}}}
      template:
        metadata: {{labels: {{app: ranker}}}}
        spec:
          nodeSelector: {{nvidia.com/gpu.product: {}}}
          containers:
            - {{name: main, image: "ghcr.io/acme/ranker@sha256:DIGEST", resources: {{limits: {{nvidia.com/gpu: "1"}}}}}}
"""

RULE = Rule(
    id="surge-exceeds-pool",
    title="a roll-out that starts pods for which there is no node",
    severity="error",
    why=(
        "A rolling update starts new pods before it ends old ones. Where every accelerator is taken, the new pod stays "
        "Pending, the old one is never replaced, and the roll-out ends at its deadline. It is an error where the "
        "workload's own pools are too small for its replicas and its surge, a warning where no room is found while "
        "all other workloads run at their most replicas."
    ),
    mend="Use `rollout: {strategy: recreate}`, or `maxSurge: 0`, or give the pool one more node.",
    bad=(
        _EXAMPLE.format(3, "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "Tesla-T4"),
        _EXAMPLE.format(2, "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "NVIDIA-L4"),
        _EXAMPLE.format(2, "{}", "NVIDIA-L4"),
    ),
    good=(
        _EXAMPLE.format(2, "{type: Recreate}", "NVIDIA-L4"),
        _EXAMPLE.format(2, "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "Tesla-T4"),
        _EXAMPLE.format(1, "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "NVIDIA-L4"),
    ),
    judges="environment",
    check=check,
)
