"""Pool update: the nodes of a cluster brought into the `nodePools` that an environment declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import nodes as cluster
from mlgitops.core import quantities
from mlgitops.core.demand import is_device
from mlgitops.core.yaml.append import append
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.nodes import Node


class Update(NamedTuple):
    """What becomes of an environment's document.

    Attributes:
        data: Its bytes.
        added: Names of pools that are new.
        changed: Names of pools of which something is different.
        unseen: Names of pools that have no node now; they stay as they are.
    """

    data: bytes
    added: list[str]
    changed: list[str]
    unseen: list[str]


def updated(data: bytes, path: str, nodes: Sequence[Node]) -> Update:
    """The environment's document with the pools of these nodes; comments stay.

    A node belongs to the declared pool whose labels it has, the one with the most labels where several are. What people
    decide (name, labels, `max` unless there are more nodes, what is reserved) stays; what nodes tell (`count`, taints,
    allocatable, accelerator) follows them. Nodes that belong to no pool make up new ones.

    Args:
        data: The document's file.
        path: What to call it in errors.
        nodes: All nodes of its cluster.

    Raises:
        InputError: The file cannot be read, or not be edited in place.
    """
    declared: list[dict[str, Any]] = load(data, path).get("nodePools", [])
    members: list[list[Node]] = [[] for _ in declared]
    strangers: list[Node] = []
    for node in nodes:
        home = _home(node, declared)
        (strangers if home is None else members[home]).append(node)
    changed = []
    for at, (item, found) in enumerate(zip(declared, members, strict=True)):
        edits = list(_edits(item, found)) if found else []
        for place, value in edits:
            data = replace(data, path, ("nodePools", at, *place), value)
        if edits:
            changed.append(item["name"])
    new = cluster.pools(strangers, [item["name"] for item in declared])
    data = append(data, path, ("nodePools",), new)
    unseen = [item["name"] for item, found in zip(declared, members, strict=True) if not found]
    return Update(data, [pool["name"] for pool in new], changed, unseen)


def _home(node: Node, declared: Sequence[Mapping[str, Any]]) -> int | None:
    fitting = [
        (len(pool["labels"]), -at) for at, pool in enumerate(declared) if pool["labels"].items() <= node.labels.items()
    ]
    return -max(fitting)[1] if fitting else None


def _edits(item: Mapping[str, Any], found: Sequence[Node]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Where nodes tell something else than is declared of their pool, and what."""
    told = cluster.described(found)
    if told["count"] != item["count"]:
        yield ("count",), told["count"]
    if "max" in item and told["count"] > item["max"]:
        yield ("max",), told["count"]
    if _taints(told) != _taints(item):
        yield ("taints",), told.get("taints", [])
    for name, amount in told["allocatable"].items():
        if (name in item["allocatable"] or is_device(name)) and not _same(amount, item["allocatable"].get(name)):
            yield ("allocatable", name), amount
    if "accelerator" in told and "accelerator" not in item:
        yield ("accelerator",), told["accelerator"]
        return
    for key, text in told.get("accelerator", {}).items():
        if not _same(text, item["accelerator"].get(key)):
            yield ("accelerator", key), text


def _taints(pool: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["key"], one.get("value", ""), one["effect"]) for one in pool.get("taints", [])}


def _same(text: str, declared: str | None) -> bool:
    if text == declared or declared is None:
        return text == declared
    try:
        return quantities.parse(text).nano == quantities.parse(declared).nano
    except quantities.QuantityError:
        return False
