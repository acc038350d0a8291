"""Nodes as `kubectl get nodes -o json` prints them, in the manner of three clouds; all names are made up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Taint = tuple[str, str, str]
_CORDONED: Taint = ("node.kubernetes.io/unschedulable", "", "NoSchedule")


def node(
    name: str, labels: Mapping[str, str], allocatable: Mapping[str, str], taints: Sequence[Taint] = ()
) -> dict[str, Any]:
    """One node, with what every node has."""
    own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {**own, **labels}, "annotations": {"node.alpha.kubernetes.io/ttl": "0"}},
        "spec": {
            "providerID": f"cloud:///{name}",
            "taints": [
                {"key": key, "effect": effect} | ({"value": value} if value else {}) for key, value, effect in taints
            ],
        },
        "status": {
            "allocatable": {"hugepages-2Mi": "0", "pods": "110", **allocatable},
            "capacity": dict(allocatable),
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def discovered(product: str, memory: int, capability: str, driver: str = "550.107.02") -> dict[str, str]:
    """Labels of NVIDIA's GPU feature discovery."""
    major, _, minor = capability.partition(".")
    parts = driver.split(".")
    return {
        "nvidia.com/gpu.present": "true",
        "nvidia.com/gpu.count": "1",
        "nvidia.com/gpu.replicas": "1",
        "nvidia.com/gpu.product": product,
        "nvidia.com/gpu.memory": str(memory),
        "nvidia.com/gpu.compute.major": major,
        "nvidia.com/gpu.compute.minor": minor,
        "nvidia.com/cuda.driver.major": parts[0],
        "nvidia.com/cuda.driver.minor": parts[1],
        "nvidia.com/cuda.driver.rev": parts[2],
    }


def gke() -> list[dict[str, Any]]:
    """Three L4 nodes on spot prices, one of them cordoned, and two without accelerators."""
    gpu = {
        "cloud.google.com/gke-nodepool": "l4-spot",
        "cloud.google.com/gke-accelerator": "nvidia-l4",
        "cloud.google.com/gke-spot": "true",
        "node.kubernetes.io/instance-type": "g2-standard-8",
    }
    taint: Taint = ("nvidia.com/gpu", "present", "NoSchedule")
    return [
        node(
            f"gke-acme-l4-spot-{number}",
            gpu,
            {"cpu": "7910m", "memory": f"{28_000_000 + number}Ki", "nvidia.com/gpu": "1"},
            [taint, _CORDONED] if number == 2 else [taint],
        )
        for number in range(3)
    ] + [
        node(
            f"gke-acme-default-{number}",
            {"cloud.google.com/gke-nodepool": "default-pool", "node.kubernetes.io/instance-type": "e2-standard-8"},
            {"cpu": "7910m", "memory": "29000000Ki"},
        )
        for number in range(2)
    ]


def eks() -> list[dict[str, Any]]:
    """Nodes that Karpenter made of one NodePool: T4 machines on demand, and H100 machines on spot prices."""
    kinds = (
        ("g4dn.2xlarge", "on-demand", discovered("Tesla-T4", 15360, "7.5"), "1", 2),
        ("p5.48xlarge", "spot", discovered("NVIDIA-H100-80GB-HBM3", 81559, "9.0"), "8", 1),
    )
    return [
        node(
            f"ip-10-0-{kind}-{number}.eu-west-1.compute.internal",
            {
                "karpenter.sh/nodepool": "GPU_Pool",
                "karpenter.sh/capacity-type": price,
                "node.kubernetes.io/instance-type": machine,
                **labels,
            },
            {"cpu": "7910m", "memory": "30408704Ki", "nvidia.com/gpu": count, "attachable-volumes-aws-ebs": "39"},
            [("nvidia.com/gpu", "true", "NoSchedule"), ("karpenter.sh/disrupted", "", "NoSchedule")],
        )
        for kind, (machine, price, labels, count, many) in enumerate(kinds)
        for number in range(many)
    ]


def aks() -> list[dict[str, Any]]:
    """A spot pool of T4 machines without feature discovery, and one of the control plane's own."""
    return [
        node(
            "aks-gput4-1234-vmss000000",
            {
                "kubernetes.azure.com/agentpool": "gput4",
                "kubernetes.azure.com/accelerator": "nvidia",
                "kubernetes.azure.com/scalesetpriority": "spot",
                "node.kubernetes.io/instance-type": "Standard_NC4as_T4_v3",
            },
            {"cpu": "3860m", "memory": "24000000Ki", "nvidia.com/gpu": "1", "ephemeral-storage": "119703055367"},
            [("sku", "gpu", "NoSchedule"), ("kubernetes.azure.com/scalesetpriority", "spot", "NoSchedule")],
        ),
        node("control", {}, {"cpu": "2"}, [("node-role.kubernetes.io/control-plane", "", "NoSchedule")]),
    ]


def listed(nodes: Sequence[Mapping[str, Any]]) -> bytes:
    """What kubectl prints of them."""
    return json.dumps({"apiVersion": "v1", "items": list(nodes), "kind": "List", "metadata": {}}, indent=4).encode()
