"""Placement: the affinity and tolerations that put a workload on the node pools that it names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RESOURCES = {
    "nvidia": "nvidia.com/gpu",
    "amd": "amd.com/gpu",
    "intel": "gpu.intel.com/i915",
    "habana": "habana.ai/gaudi",
    "google": "google.com/tpu",
    "aws": "aws.amazon.com/neuron",
}
"""Extended resource that a vendor's device plugin offers, where a release names none itself."""


def scheduling(placement: Mapping[str, Any], pools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`affinity` and `tolerations` for a pod, as Kubernetes takes them.

    One node-affinity term for each pool named, from all its labels; the union of the tolerations of their taints.
    A taint is tolerated whatever its value, because clouds set `present` where people write `true`. Raw affinity
    and tolerations are passed on as they stand.

    Args:
        placement: `deploy.placement`; the pools that it names exist (`faults`).
        pools: `nodePools` of the environment.
    """
    if "nodePools" not in placement:
        return {"affinity": placement["affinity"], "tolerations": placement.get("tolerations", [])}
    named = [pool for name in placement["nodePools"] for pool in pools if pool["name"] == name]
    terms = [
        {
            "matchExpressions": [
                {"key": key, "operator": "In", "values": [value]} for key, value in sorted(pool["labels"].items())
            ]
        }
        for pool in named
    ]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}, "tolerations": tolerations(named)}


def tolerations(pools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What tolerates the taints of `pools`, whatever their values; sorted, none twice."""
    taints = {(taint["key"], taint["effect"]) for pool in pools for taint in pool.get("taints", [])}
    return [{"key": key, "operator": "Exists", "effect": effect} for key, effect in sorted(taints)]


def faults(placement: Mapping[str, Any], pools: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Pools that the environment does not declare."""
    declared = [pool["name"] for pool in pools]
    for index, name in enumerate(placement.get("nodePools", [])):
        if name not in declared:
            close = get_close_matches(name, declared, 1)
            known = f"did you mean `{close[0]}`?" if close else f"it declares: {', '.join(declared) or 'none'}"
            yield Fault(
                "unknown-node-pool",
                ("deploy", "placement", "nodePools", index),
                f"the environment declares no node pool `{name}`; {known}",
                "Name a pool of environment.yaml, or declare this one there.",
            )


def resources(requires: Mapping[str, Any]) -> dict[str, Any]:
    """Requests and limits of the main container, from what a release requires.

    Memory is limited to what is requested and accelerators are requested as they are limited, as Kubernetes
    demands of extended resources; the processor is requested only, so that a busy start is not throttled.
    """
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    if "cpu" in requires:
        requests["cpu"] = requires["cpu"]
    if "memory" in requires:
        requests["memory"] = limits["memory"] = requires["memory"]
    accelerator = requires.get("accelerator")
    if accelerator:
        name = accelerator.get("resource") or RESOURCES[accelerator["vendor"]]
        requests[name] = limits[name] = str(accelerator["count"])
    return {key: value for key, value in (("requests", requests), ("limits", limits)) if value}
