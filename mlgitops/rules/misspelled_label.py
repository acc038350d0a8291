"""`misspelled-label`: a key that no vendor uses, one letter from one that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import label_keys
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import EnvironmentCase, ManifestCase
    from mlgitops.core.finding import Fault


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find misspelt keys of node pools."""
    return label_keys.of_pools(case.environment)


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find misspelt keys in what pods require, tolerate and ask for."""
    return label_keys.of_pods(case)


_POOL = """
nodePools:
  - name: t4
    count: 8
    labels: {{nvidia.com/gpu.product: Tesla-T4, {}: Tesla-T4}}
    taints: [{{key: {}, effect: NoSchedule}}]
    allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
"""
_POD = """
apiVersion: v1
kind: Pod
metadata: {{name: probe, namespace: ml-prod}}
spec:
  nodeSelector: {{nvidia.com/gpu.product: Tesla-T4}}
  tolerations: [{{key: nvidia.com/gpu, operator: Exists}}{}]
  affinity: {{podAffinity: {{}}}}
  containers: [{{name: probe, image: ghcr.io/acme/probe:1.0.0@sha256:DIGEST}}]
"""

RULE = Rule(
    id="misspelled-label",
    title="a label, taint or device whose name is almost, but not, that of a vendor",
    severity="error",
    why=(
        "`nvidia.com/gpu-product` is a valid label that no node has: the GPU feature discovery writes "
        "`nvidia.com/gpu.product`. A pod that requires it stays Pending, a toleration of it tolerates nothing, and a "
        "pool that declares it makes everything look right. Keys are compared with those that NVIDIA, AMD, Google, "
        "Amazon, Microsoft and Karpenter give nodes; keys without a domain, or of other domains, are your own."
    ),
    mend="Write the key that the finding names, or a domain of your own in front of yours.",
    bad=(
        _POOL.format("nvidia.com/gpu-product", "nvidia.com/gpu"),
        _POOL.format("nvidia.com/gpu.prodcut", "nvidia.com/gpu"),
        _POOL.format("nvida.com/gpu.product", "nvidia.com/gpu"),
        _POOL.format("cloud.google.com/gke_accelerator", "nvidia.com/gpu"),
        _POOL.format("team", "nvidia.com/GPU"),
    ),
    good=(
        _POOL.format("gpu-product", "nvidia.com/gpu"),
        _POOL.format("acme.dev/gpu-product", "acme.dev/gpus"),
        _POOL.format("karpenter.k8s.aws/instance-gpu-manufacturer", "nvidia.com/gpu"),
        _POOL.format("nvidia.com/mig-1g.10gb.count", "sku"),
    ),
    judges="environment",
    check=check,
    manifests=manifests,
    bad_manifests=(_POD.format(", {key: nvidia.com/gpus, operator: Exists}"),),
    good_manifests=(_POD.format(""), _POD.format(", {key: sku, operator: Exists}")),
    pods=True,
)
