"""Hardware that evaluations name: what is measured about a release counts on the same hardware only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.repeated import alike, kept
from mlgitops.core.scheduling import SelectorError, matches_affinity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_INSTANCE_TYPE = "node.kubernetes.io/instance-type"


class Hardware(NamedTuple):
    """Node pools of one product: results from one of them hold on all.

    Attributes:
        name: Name of the first of them.
        names: What an evaluation may call it: names of the pools, product of the accelerator, type of the instances.
    """

    name: str
    names: frozenset[str]


def places(placement: Mapping[str, Any], pools: Sequence[Mapping[str, Any]]) -> list[Hardware]:
    """The kinds of hardware that a placement may put a workload on, in the order of the pools.

    Args:
        placement: `deploy.placement`.
        pools: `nodePools` of the environment.

    Returns:
        Empty where nothing is known of it: raw affinity that no declared pool satisfies.
    """
    (of_placement,) = _places(pools)
    return of_placement(placement)


@kept(8)
def _places(pools: Sequence[Mapping[str, Any]]) -> list[Callable[[Mapping[str, Any]], list[Hardware]]]:
    """The kinds of hardware of a placement on these pools; few states are placed in their own way."""

    @alike(512)
    def of_placement(placement: Mapping[str, Any]) -> list[Hardware]:
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for pool in _chosen(placement, pools):
            groups.setdefault(_product(pool), []).append(pool)
        return [Hardware(group[0]["name"], frozenset().union(*map(names, group))) for group in groups.values()]

    return [of_placement]


def _chosen(placement: Mapping[str, Any], pools: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if "nodePools" in placement:
        declared = {pool["name"]: pool for pool in pools}
        return [declared.get(name, {"name": name}) for name in placement["nodePools"]]
    return [pool for pool in pools if _satisfies(pool, placement)]


def _satisfies(pool: Mapping[str, Any], placement: Mapping[str, Any]) -> bool:
    try:
        return matches_affinity({"affinity": placement.get("affinity")}, pool.get("labels", {}))
    except SelectorError:
        return False


def names(pool: Mapping[str, Any]) -> frozenset[str]:
    """What an evaluation may call the hardware of a pool."""
    product = pool.get("accelerator", {}).get("product")
    found = (pool["name"], product, pool.get("labels", {}).get(_INSTANCE_TYPE))
    return frozenset(name for name in found if name)


def _product(pool: Mapping[str, Any]) -> str:
    product = pool.get("accelerator", {}).get("product")
    return str(product or pool.get("labels", {}).get(_INSTANCE_TYPE) or pool["name"])
