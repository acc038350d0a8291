"""Nodes of a cluster, as `kubectl get nodes -o json` prints them, and the node pools that they make up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import quantities
from mlgitops.core.accelerators import card
from mlgitops.core.demand import is_device
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_POOL = (
    "cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup", "karpenter.sh/nodepool",
    "kubernetes.azure.com/agentpool",
)  # fmt: skip
"""Labels by which clouds name their pools."""
_HARDWARE = (
    "nvidia.com/gpu.product", "amd.com/gpu.product-name", "cloud.google.com/gke-accelerator",
    "cloud.google.com/gke-tpu-accelerator", "cloud.google.com/gke-tpu-topology",
    "karpenter.k8s.aws/instance-gpu-name", "eks.amazonaws.com/instance-gpu-name", "k8s.amazonaws.com/accelerator",
    "karpenter.azure.com/sku-gpu-name",
)  # fmt: skip
"""Labels that name an accelerator; those that NVIDIA and AMD name themselves come first."""
_KIND = (
    "node.kubernetes.io/instance-type", "karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType",
    "cloud.google.com/gke-spot", "kubernetes.azure.com/scalesetpriority", "nvidia.com/gpu.replicas",
)  # fmt: skip
_PASSING = re.compile(
    r"node\.kubernetes\.io/.*|node\.cloudprovider\.kubernetes\.io/.*|karpenter\.sh/.*|.*[Nn]ot-?[Rr]eady"
    r"|ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler"
)
"""Keys of taints that say how a node is just now, not what it is."""
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_LEFT_OUT = re.compile(r"attachable-volumes-.*")
_UNFIT = re.compile("[^a-z0-9]+")


class Node(NamedTuple):
    """One node.

    Attributes:
        name: Its name.
        labels: Its labels.
        taints: Its lasting taints, sorted.
        allocatable: What it gives to pods; nothing of which it has none.
    """

    name: str
    labels: Mapping[str, str]
    taints: tuple[tuple[str, str, str], ...]
    allocatable: Mapping[str, str]


def read(data: bytes, path: str) -> list[Node]:
    """The nodes that pods can run on, by name; those of the control plane are left out.

    Args:
        data: What `kubectl get nodes -o json` printed.
        path: What to call it in errors.

    Raises:
        InputError: It is no list of nodes.
    """
    try:
        document = json.loads(data)
        items = document.get("items", [document])
        if any(item["kind"] != "Node" for item in items):
            raise _no_nodes(path)
        nodes = [_node(item) for item in items]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _no_nodes(path) from None
    return sorted((node for node in nodes if node is not None), key=lambda node: node.name)


def _no_nodes(path: str) -> InputError:
    return InputError(f"{path} is no list of nodes", hint="Give what `kubectl get nodes -o json` prints.")


def _node(item: Mapping[str, Any]) -> Node | None:
    metadata, spec = item["metadata"], item.get("spec", {})
    labels = {str(key): str(value) for key, value in metadata.get("labels", {}).items()}
    taints = {(str(one["key"]), str(one.get("value", "")), str(one["effect"])) for one in spec.get("taints", [])}
    if any(key in _CONTROL_PLANE for key, _, _ in taints):
        return None
    allocatable = {}
    for name, amount in item["status"]["allocatable"].items():
        exact = quantities.parse(str(amount))
        if exact.mantissa > 0 and not _LEFT_OUT.fullmatch(name):
            allocatable[str(name)] = exact.canonical
    lasting = tuple(sorted(taint for taint in taints if not _PASSING.fullmatch(taint[0])))
    return Node(str(metadata["name"]), labels, lasting, allocatable)


def pools(nodes: Sequence[Node], taken: Iterable[str]) -> list[dict[str, Any]]:
    """The node pools that nodes make up, as `nodePools` has them, sorted by name.

    Nodes are alike whose labels of pool, accelerator, machine and price, whose taints and whose devices are the same.

    Args:
        nodes: The nodes.
        taken: Names that other pools have.
    """
    groups: dict[tuple[object, ...], list[Node]] = {}
    for node in nodes:
        devices = sorted((name, amount) for name, amount in node.allocatable.items() if is_device(name))
        groups.setdefault((*sorted(_identity(node).items()), node.taints, *devices), []).append(node)
    ordered = sorted(groups.values(), key=lambda group: (_names(group[0]), group[0].name))
    names = set(taken)
    found = []
    for group in ordered:
        name = _free(_names(group[0]), names)
        names.add(name)
        told = described(group)
        found.append({"name": name, "count": told.pop("count"), "labels": _identity(group[0]), **told})
    return sorted(found, key=lambda pool: str(pool["name"]))


def described(nodes: Sequence[Node]) -> dict[str, Any]:
    """What nodes of one pool have in common: `count`, `taints`, `allocatable`, `accelerator`.

    Of each resource a node gives as much as the one with the least; all taints that any has are its own.
    """
    taints = sorted({taint for node in nodes for taint in node.taints})
    shared = set.intersection(*(set(node.allocatable) for node in nodes))
    allocatable = {
        name: min((node.allocatable[name] for node in nodes), key=lambda text: quantities.parse(text).nano)
        for name in sorted(shared, key=_by_weight)
    }
    described: dict[str, Any] = {"count": len(nodes)}
    if taints:
        described["taints"] = [
            {"key": key, **({"value": value} if value else {}), "effect": effect} for key, value, effect in taints
        ]
    described["allocatable"] = allocatable
    accelerator = _accelerator(nodes)
    if accelerator:
        described["accelerator"] = accelerator
    return described


def _by_weight(resource: str) -> tuple[int, str]:
    own = ("cpu", "memory", "ephemeral-storage", "pods")
    return (own.index(resource) if resource in own else len(own), resource)


def _identity(node: Node) -> dict[str, str]:
    found = {key: node.labels[key] for key in (*_POOL, *_HARDWARE, *_KIND) if node.labels.get(key)}
    if found.get("nvidia.com/gpu.replicas") == "1":
        del found["nvidia.com/gpu.replicas"]
    return found or {"kubernetes.io/hostname": node.labels.get("kubernetes.io/hostname", node.name)}


def _accelerator(nodes: Sequence[Node]) -> dict[str, str]:
    """What the labels of nodes, or else the table of products, tell of their accelerators."""
    labels = nodes[0].labels
    product = next((labels[key] for key in _HARDWARE if labels.get(key)), "")
    if not product or not any(map(is_device, nodes[0].allocatable)):
        return {}
    known = card(product)
    memory = labels.get("nvidia.com/gpu.memory") or (str(known.memory) if known and known.memory else "")
    major, minor = labels.get("nvidia.com/gpu.compute.major"), labels.get("nvidia.com/gpu.compute.minor", "0")
    capability = f"{major}.{minor}" if major else ".".join(map(str, known.capability)) if known else ""
    drivers = [driver for driver in map(_driver, nodes) if driver]
    oldest = min(drivers, key=lambda text: [int(part) for part in text.split(".")], default="")
    found = {"memory": f"{memory}Mi" if memory.isdigit() else "", "computeCapability": capability, "driver": oldest}
    return {"product": product, **{key: value for key, value in found.items() if value}}


def _driver(node: Node) -> str:
    full = node.labels.get("nvidia.com/cuda.driver-version.full", "")
    parts = [node.labels.get(f"nvidia.com/cuda.driver.{part}", "") for part in ("major", "minor", "rev")]
    text = full or ".".join(filter(None, parts))
    return text if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}", text) else ""


def _names(node: Node) -> list[str]:
    """Names for its pool, the best first: each after it is longer."""
    labels = node.labels
    pool = next((labels[key] for key in _POOL if labels.get(key)), "")
    hardware = next((labels[key] for key in _HARDWARE if labels.get(key)), "")
    machine = labels.get("node.kubernetes.io/instance-type", "")
    spot = any("spot" in labels.get(key, "").lower() for key in _KIND) or "cloud.google.com/gke-spot" in labels
    first = pool or re.sub("^(nvidia|tesla|nvidia-tesla)-", "", hardware.lower()) or machine or "nodes"
    parts = [first, machine, "spot" if spot else "", hardware]
    named = [_label("-".join(filter(None, dict.fromkeys(parts[: number + 1])))) for number in range(len(parts))]
    return list(dict.fromkeys(named))


def _label(text: str) -> str:
    return _UNFIT.sub("-", text.lower())[:60].strip("-")


def _free(wanted: Sequence[str], taken: set[str]) -> str:
    return next(name for name in _candidates(wanted) if name not in taken)


def _candidates(wanted: Sequence[str]) -> Iterator[str]:
    yield from wanted
    number = 2
    while True:
        yield f"{wanted[-1]}-{number}"
        number += 1
