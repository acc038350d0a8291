"""`unschedulable`: pods that no node pool takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import schedulability
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase, StateCase
    from mlgitops.core.finding import Fault


def check(case: StateCase) -> Iterator[Fault]:
    """Find states whose placement and requirements no pool meets."""
    return schedulability.unschedulable(schedulability.of_state(case))


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find pods that no pool takes."""
    return schedulability.unschedulable(schedulability.of_manifest(case))


_POD = """
apiVersion: v1
kind: Pod
metadata: {{name: probe, namespace: ml-prod}}
spec:
  nodeSelector: {{nvidia.com/gpu.product: {}}}
  tolerations: [{{key: nvidia.com/gpu, operator: Exists}}]
  containers: [{{name: probe, image: ghcr.io/acme/probe:1.0.0@sha256:DIGEST, resources: {{limits: {{{}}}}}}}]
"""
_RAW = """
deploy:
  placement:
    nodePools: null
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{{key: {}, operator: {}, values: [{}]}}]
    tolerations: [{{operator: Exists}}]
"""

_ZONE = "Tesla-T4]}, {key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a"

RULE = Rule(
    id="unschedulable",
    title="pods that no node pool takes",
    severity="error",
    why=(
        "kube-scheduler leaves such a pod Pending, and nobody is told but by an event. Labels, taints and amounts are "
        "compared as the scheduler does, with a node of each pool of environment.yaml that nothing else runs on: "
        "allocatable less what is reserved. A manifest without affinity that asks for no device is not judged, nor is "
        "a claim on a device (DRA); where only labels that no pool has are asked for by a manifest written by hand, "
        "it is a warning, since pools that run no models need not be declared."
    ),
    mend="Ask for what a pool has, name another pool, or correct the pools: `mlgitops fit` shows them all.",
    bad=(
        "release: {requires: {cpu: '9'}}",
        "release: {requires: {memory: 33Gi}}",
        "release: {requires: {accelerator: {count: 2}}}",
        "release: {requires: {accelerator: {vendor: amd, memory: null, computeCapability: null}}}",
        "environment: {nodePools: [{name: t4, count: 0, labels: {pool: t4}, allocatable: {cpu: '8'}}]}",
        _RAW.format("nvidia.com/gpu.product", "In", "NVIDIA-L4"),
        _RAW.format("nvidia.com/gpu.memory", "Gt", "'15360'"),
    ),
    good=(
        "release: {requires: {cpu: '8', memory: 32Gi}}",
        _RAW.format("nvidia.com/gpu.product", "In", "Tesla-T4"),
        _RAW.format("nvidia.com/gpu.memory", "Gt", "'15359'"),
        _RAW.format("nvidia.com/gpu.product", "In", _ZONE),
    ),
    judges="state",
    check=check,
    manifests=manifests,
    bad_manifests=(
        _POD.format("Tesla-T4", "nvidia.com/gpu: '2'"),
        _POD.format("NVIDIA-L4", "nvidia.com/gpu: '1'"),
        _POD.format("NVIDIA-L4", ""),
        _POD.format("Tesla-T4", "nvidia.com/mig-1g.5gb: '1'"),
    ),
    good_manifests=(
        _POD.format("Tesla-T4", "nvidia.com/gpu: '1'"),
        _POD.format("Tesla-T4", "cpu: '8'"),
        """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ml-prod}
spec: {containers: [{name: web, image: ghcr.io/acme/web:1.0.0@sha256:DIGEST, resources: {requests: {cpu: '64'}}}]}
""",
    ),
    pods=True,
)
