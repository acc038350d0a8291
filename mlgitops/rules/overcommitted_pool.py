"""`overcommitted-pool`: workloads that do not fit on the nodes of an environment all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import occupancy
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import EnvironmentCase
    from mlgitops.core.finding import Fault


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find pools of which too much is asked, every workload at its most replicas."""
    return occupancy.of_case(case).overcommitted()


_POOLS = """
nodePools:
  - name: t4
    count: 1
    max: 4
    labels: {nvidia.com/gpu.product: Tesla-T4}
    taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
    allocatable: {cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}
  - name: l4
    count: 2
    labels: {nvidia.com/gpu.product: NVIDIA-L4}
    allocatable: {cpu: "16", memory: 64Gi, nvidia.com/gpu: "3"}
"""
_DEPLOYMENT = """
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: {0}, namespace: ml-prod}}
    spec:
      replicas: {1}
      strategy: {{type: Recreate}}
      selector: {{matchLabels: {{app: {0}}}}}
      template:
        metadata: {{labels: {{app: {0}}}}}
        spec:
          affinity:
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                  - matchExpressions: [{{key: nvidia.com/gpu.product, operator: In, values: [{2}]}}]
          tolerations: [{{key: nvidia.com/gpu, operator: Exists}}]
          containers:
            - name: main
              image: ghcr.io/acme/{0}:1.0.0@sha256:DIGEST
              resources: {{requests: {{cpu: "{3}"}}, limits: {{nvidia.com/gpu: "{4}"}}}}
"""


def _example(*deployments: tuple[str, int, str, int, int]) -> str:
    return _POOLS + "manifests:\n" + "".join(_DEPLOYMENT.format(*item) for item in deployments)


RULE = Rule(
    id="overcommitted-pool",
    title="workloads that do not fit on the nodes of an environment all at once",
    severity="error",
    why=(
        "Each workload fits alone, and the last one to scale out finds the pool full: its pods stay Pending just when "
        "traffic is highest. All objects of an environment are added up, each at the most replicas that it or its "
        "autoscaler may have, against `max` (else `count`) nodes of each pool. It is an error where it is proven that "
        "they cannot all run: they ask for more than there is, or every arrangement on the nodes was tried. It is a "
        "warning where no arrangement was found and not all could be tried."
    ),
    mend="Raise the pool's `max`, lower replicas, or place a workload elsewhere: `mlgitops fit` shows what is left.",
    bad=(
        _example(("a", 2, "Tesla-T4", 1, 1), ("b", 1, "Tesla-T4", 1, 1)),
        _example(("a", 3, "NVIDIA-L4", 1, 2)),
        _example(("a", 3, "NVIDIA-L4", 10, 1), ("b", 1, "NVIDIA-L4", 3, 1)),
        _example(("a", 1, "'Tesla-T4', NVIDIA-L4", 1, 1), ("b", 6, "NVIDIA-L4", 1, 1), ("c", 2, "Tesla-T4", 1, 1)),
    ),
    good=(
        _example(("a", 1, "Tesla-T4", 1, 1)),
        _example(("a", 2, "NVIDIA-L4", 1, 2), ("b", 2, "NVIDIA-L4", 1, 1)),
        _example(("a", 1, "'Tesla-T4', NVIDIA-L4", 1, 1), ("b", 5, "NVIDIA-L4", 1, 1), ("c", 1, "Tesla-T4", 1, 1)),
    ),
    judges="environment",
    check=check,
)
