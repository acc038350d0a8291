"""Label keys: where node pools and pods name labels, taints and devices, and which of these are misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import demand, labels
from mlgitops.core.finding import Fault
from mlgitops.core.pods import placeless, scheduled
from mlgitops.core.repeated import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.pods import Pods, Pointer

Place = tuple["Pointer", str]


def of_pools(environment: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults `misspelled-label` of an environment's document."""
    for index, pool in enumerate(environment.get("nodePools", [])):
        where: Pointer = ("nodePools", index)
        places: list[Place] = [((*where, "labels", key), key) for key in pool["labels"]]
        places += [((*where, "taints", at, "key"), taint["key"]) for at, taint in enumerate(pool.get("taints", []))]
        places += [((*where, "allocatable", key), key) for key in pool["allocatable"]]
        yield from _faults(places, frozenset())


def of_pods(case: ManifestCase) -> Iterator[Fault]:
    """Faults `misspelled-label` of a manifest; what the pools of its environment declare is right."""
    for asked, _ in demand.of_manifest(case):
        if _misspelt(scheduled(asked.spec), case.environment):
            yield from _faults(_places(asked), frozenset(_declared(case.environment)))


@kept(1024)
def _misspelt(spec: Mapping[str, Any], environment: Mapping[str, Any]) -> list[str]:
    """The keys in what decides where pods run that are misspelt, wherever it stands."""
    return [fault.message for fault in _faults(_places(placeless(spec)), frozenset(_declared(environment)))]


def _declared(environment: Mapping[str, Any]) -> Iterator[str]:
    for pool in environment.get("nodePools", []):
        yield from pool["labels"]
        yield from (taint["key"] for taint in pool.get("taints", []))
        yield from pool["allocatable"]


def _places(asked: Pods) -> Iterator[Place]:
    pointer, spec = asked.pointer, asked.spec
    for key in spec.get("nodeSelector") or {}:
        yield (*pointer, "nodeSelector", key), key
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    for number, term in enumerate((affinity.get(required) or {}).get("nodeSelectorTerms") or []):
        for index, expression in enumerate(term.get("matchExpressions") or []):
            term_at: Pointer = (*pointer, "affinity", "nodeAffinity", required, "nodeSelectorTerms", number)
            yield (*term_at, "matchExpressions", index, "key"), expression.get("key", "")
    for index, toleration in enumerate(spec.get("tolerations") or []):
        yield (*pointer, "tolerations", index, "key"), toleration.get("key") or ""
    for place, container in zip(asked.containers, spec.get("containers") or [], strict=False):
        for kind in ("limits", "requests"):
            for key in (container.get("resources") or {}).get(kind) or {}:
                yield (*place, "resources", kind, key), key


def _faults(places: Iterator[Place] | list[Place], own: frozenset[str]) -> Iterator[Fault]:
    for pointer, key in places:
        known = None if key in own else labels.meant(key)
        if known:
            message = f"no node has `{key}`: `{known}` is how it is spelt"
            yield Fault("misspelled-label", pointer, message, f"Write `{known}`.")
