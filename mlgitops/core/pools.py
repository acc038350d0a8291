"""Node pools: what a node of each offers, and what keeps a pod off it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlgitops.core import scheduling
from mlgitops.core.demand import EVERYWHERE
from mlgitops.core.repeated import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.demand import Demand

Kind = Literal["labels", "taint", "resources", "nodes"]

_NATIVE = frozenset({"cpu", "memory", "ephemeral-storage"})
"""What every node has; where a pool does not declare one, its amount is not known."""

_MIB, _GIB = 2**20, 2**30


class Pool(NamedTuple):
    """A node pool as the scheduler sees it.

    Attributes:
        name: Its name.
        nodes: How many nodes it has at most: `max`, else `count`.
        labels: Labels of each node.
        taints: Taints of each node.
        offers: What each node has for pods, allocatable less what is reserved, in the scheduler's units.
        accelerator: What is declared of each accelerator; empty for none.
    """

    name: str
    nodes: int
    labels: Mapping[str, str]
    taints: Sequence[Mapping[str, Any]]
    offers: Mapping[str, int]
    accelerator: Mapping[str, str]


class Obstacle(NamedTuple):
    """Why a pod cannot run in a pool.

    Attributes:
        pool: Name of the pool.
        kind: What stands in the way.
        why: In words.
        lacking: Names of the resources that its nodes lack.
    """

    pool: str
    kind: Kind
    why: str
    lacking: tuple[str, ...] = ()


@kept(8)
def declared(environment: Mapping[str, Any]) -> list[Pool]:
    """The node pools of an environment's document, in its order."""
    return [pool(item) for item in environment.get("nodePools", [])]


def pool(item: Mapping[str, Any]) -> Pool:
    """One item of `nodePools`."""
    reserved = scheduling.amounts(item.get("reserved"))
    offers = {
        name: max(amount - reserved.get(name, 0), 0) for name, amount in scheduling.amounts(item["allocatable"]).items()
    }
    accelerator = item.get("accelerator", {})
    labels = {**_discovered(accelerator), **item["labels"]}
    nodes = item.get("max", item["count"])
    return Pool(item["name"], nodes, labels, item.get("taints", []), offers, accelerator)


def _discovered(accelerator: Mapping[str, str]) -> dict[str, str]:
    """Labels that NVIDIA's feature discovery gives a node with this accelerator."""
    labels = {}
    if accelerator.get("product", "").startswith(("NVIDIA", "Tesla", "Quadro")):  # not what a cloud calls it
        labels["nvidia.com/gpu.product"] = accelerator["product"].replace(" ", "-")
    if "memory" in accelerator:
        labels["nvidia.com/gpu.memory"] = str(scheduling.amounts({"memory": accelerator["memory"]})["memory"] // _MIB)
    if "computeCapability" in accelerator:
        major, _, minor = accelerator["computeCapability"].partition(".")
        labels |= {"nvidia.com/gpu.compute.major": major, "nvidia.com/gpu.compute.minor": minor}
    return labels


def obstacle(demand: Demand, one: Pool) -> Obstacle | None:
    """What keeps a pod off every node of a pool, even an empty one; None if nothing does."""
    mismatch = label_mismatch(demand, one.labels)
    if mismatch:
        return Obstacle(one.name, "labels", mismatch)
    taint = scheduling.untolerated(demand.tolerations, one.taints)
    if taint:
        return Obstacle(one.name, "taint", f"the taint `{taint_text(taint)}` is not tolerated")
    if one.nodes < 1:
        return Obstacle(one.name, "nodes", "it has no nodes")
    lacking = list(scheduling.shortages(counted(demand.requests, one), {}, {**one.offers, **_room(one)}))
    if lacking:
        why = ", and ".join(map(_shortage, lacking))
        return Obstacle(one.name, "resources", why, tuple(lack.resource for lack in lacking))
    return None


@kept(1024)
def obstacles(demand: Demand, pools: Sequence[Pool]) -> Iterator[Obstacle]:
    """What keeps a pod off each pool, the nearest miss first; nothing if one takes it, or there is no pool."""
    found: list[Obstacle] = []
    for one in pools:
        reason = obstacle(demand, one)
        if reason is None:
            return
        found.append(reason)
    order = ("resources", "nodes", "taint", "labels")
    yield from sorted(found, key=lambda reason: order.index(reason.kind))


@kept(1024)
def takers(demand: Demand, pools: Sequence[Pool]) -> Iterator[int]:
    """Indices of the pools that take a pod."""
    return (at for at, one in enumerate(pools) if obstacle(demand, one) is None)


def counted(requests: Mapping[str, int], one: Pool) -> dict[str, int]:
    """The requests that can be compared with a pool: what is not known of its nodes is left out."""
    return {
        name: amount for name, amount in requests.items() if amount > 0 and (name in one.offers or name not in _NATIVE)
    }


def _room(one: Pool) -> dict[str, int]:
    return {"pods": one.offers["pods"]} if "pods" in one.offers else {}


# --- labels ---------------------------------------------------------------------------------------------------------


def label_mismatch(demand: Demand, labels: Mapping[str, str]) -> str:
    """What a pod wants of a node's labels that these are not; empty if they match, or may.

    Of several terms of a node affinity, the one that comes nearest is told.
    """
    for key, value in demand.selector.items():
        if labels.get(key, value if key in EVERYWHERE else None) != value:
            return _unlike({"key": key, "operator": "In", "values": [value]}, labels)
    if demand.terms is None:
        return ""
    misses = [list(_misses(term, labels)) for term in demand.terms if any(term.values())]
    if not misses:
        return "its node affinity is empty, and matches no node"
    nearest = min(misses, key=len)
    return ", and ".join(nearest)


def _misses(term: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    for expression in term.get("matchExpressions") or []:
        if expression.get("key") in EVERYWHERE and expression["key"] not in labels:
            continue
        try:
            if not scheduling.matches_terms([{"matchExpressions": [expression]}], labels):
                yield _unlike(expression, labels)
        except scheduling.SelectorError as error:
            yield f"its node affinity cannot be read: {error}"


def _unlike(expression: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or []
    has = f"the label `{key}` is `{labels[key]}`" if key in labels else f"there is no label `{key}`"
    wanted = " or ".join(f"`{value}`" for value in values)
    asked = {
        "In": f"not {wanted}" if key in labels else f"wanted as {wanted}",
        "NotIn": "which is excluded",
        "Exists": "which is wanted",
        "DoesNotExist": "which is excluded",
        "Gt": f"and must be above {wanted}",
        "Lt": f"and must be below {wanted}",
    }[operator]
    return f"{has}, {asked}"


def taint_text(taint: Mapping[str, Any]) -> str:
    """A taint as `kubectl taint` writes it."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


# --- amounts --------------------------------------------------------------------------------------------------------


def _shortage(lack: scheduling.Shortage) -> str:
    offered = amount_text(lack.resource, lack.capacity)
    return f"it offers {offered} {lack.resource} a node, not {amount_text(lack.resource, lack.requested, up=True)}"


def amount_text(resource: str, amount: int, *, up: bool = False) -> str:
    """An amount in the scheduler's units, for people.

    Args:
        resource: What it is of.
        amount: Thousandths for `cpu`, bytes for memory, else units.
        up: Whether what cannot be written shortly is rounded up rather than down.
    """
    if resource == "cpu":
        return f"{amount}m" if amount % 1000 else str(amount // 1000)
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        if amount % _GIB == 0:
            return f"{amount // _GIB}Gi"
        return f"{-(-amount // _MIB) if up else amount // _MIB}Mi"
    return str(amount)
