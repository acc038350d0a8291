from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.labels import KNOWN, meant


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("nvidia.com/gpu-product", "nvidia.com/gpu.product"),
        ("nvidia.com/gpu_product", "nvidia.com/gpu.product"),
        ("nvidia.com/gpuProduct", "nvidia.com/gpu.product"),
        ("nvidia.com/gpu.prodcut", "nvidia.com/gpu.product"),
        ("nvida.com/gpu.product", "nvidia.com/gpu.product"),
        ("nvidia.com/gpus", "nvidia.com/gpu"),
        ("cloud.google.com/gke-acelerator", "cloud.google.com/gke-accelerator"),
        ("karpenter.k8s.aws/instance-gpu-nam", "karpenter.k8s.aws/instance-gpu-name"),
        ("karpenter.sh/capacity_type", "karpenter.sh/capacity-type"),
        ("node.kubernetes.io/instancetype", "node.kubernetes.io/instance-type"),
        ("topology.kubernetes.io/zones", "topology.kubernetes.io/zone"),
        ("kubernetes.azure.com/acelerator", "kubernetes.azure.com/accelerator"),
    ],
)
def test_misspelt_keys_are_recognised(key: str, known: str) -> None:
    assert meant(key) == known


@pytest.mark.parametrize(
    "key",
    [
        "gpu-product", "accelerator", "gpu.product", "pool", "acme.dev/gpu.product", "acme.dev/gpu-product",
        "nvidia.com/mig-1g.10gb", "nvidia.com/mig-1g.10gb.memory", "nvidia.com/mig-3g.20gb.me.count",
        "karpenter.k8s.aws/instance-cpu-manufacturer", "amd.com/gpu.cu-count.304", "nvidia.com/custom",
        "example.com/gpu", "node-role.kubernetes.io/gpu", "x/y",
    ],
)  # fmt: skip
def test_other_keys_are_somebodys_own(key: str) -> None:
    assert meant(key) is None


@pytest.mark.parametrize("key", sorted(KNOWN))
def test_known_keys_are_right(key: str) -> None:
    assert meant(key) is None


@given(st.from_regex(r"[a-z]{2,12}\.(io|dev|org)/[a-z][a-z.-]{0,20}[a-z]", fullmatch=True))
def test_keys_of_other_domains_are_their_own_unless_only_the_domain_is_misspelt(key: str) -> None:
    found = meant(key)
    assert (
        found is None
        or found.partition("/")[2] == key.partition("/")[2]
        or found.partition("/")[0] == key.partition("/")[0]
    )
