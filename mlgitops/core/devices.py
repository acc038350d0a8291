"""Devices: how containers ask for extended resources, which Kubernetes counts and never shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import demand, quantities
from mlgitops.core.finding import Fault
from mlgitops.core.pods import placeless, scheduled
from mlgitops.core.repeated import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.pods import Pods, Pointer

_WHOLE = 10**9  # billionths of one


def limits(case: ManifestCase) -> Iterator[Fault]:
    """Faults `accelerator-limits`: amounts that are no whole number, have no limit, or differ from it."""
    for asked in case.pods:
        if _wrong(scheduled(asked.spec)):
            yield from _of_pods(asked)


@kept(1024)
def _wrong(spec: Mapping[str, Any]) -> list[str]:
    """What is wrong in what pods of this spec ask for, wherever it stands."""
    return [fault.message for fault in _of_pods(placeless(spec))]


def _of_pods(asked: Pods) -> Iterator[Fault]:
    listed = asked.spec.get("containers")
    containers = listed if isinstance(listed, list) else []
    places = [*zip(asked.containers, containers, strict=False)]
    started = asked.spec.get("initContainers")
    for index, container in enumerate(started if isinstance(started, list) else []):
        places.append(((*asked.pointer, "initContainers", index), container))
    for pointer, container in places:
        resources = container.get("resources") if isinstance(container, dict) else None
        if isinstance(resources, dict):
            yield from _of_container((*pointer, "resources"), resources)


def _of_container(pointer: Pointer, resources: Mapping[str, Any]) -> Iterator[Fault]:
    limited, requested = (_devices(resources.get(key)) for key in ("limits", "requests"))
    for name in sorted({*limited, *requested}):
        kind = "limits" if name in limited else "requests"
        amount = limited.get(name, requested.get(name, 0))
        if amount % _WHOLE:
            yield _fault((*pointer, kind, name), f"`{name}` is {amount / _WHOLE:g}, and devices are given whole")
        elif name not in limited:
            yield _fault((*pointer, "requests", name), f"`{name}` is requested and not limited")
        elif requested.get(name, amount) != amount:
            found = f"{requested[name] / _WHOLE:g} are requested and {amount / _WHOLE:g} are the limit"
            yield _fault((*pointer, "requests", name), f"of `{name}` {found}")


def _devices(amounts: Any) -> dict[str, int]:
    """Extended resources among amounts, in billionths; what is no quantity is left out."""
    found = {}
    for name, amount in amounts.items() if isinstance(amounts, dict) else ():
        if isinstance(name, str) and demand.is_device(name) and isinstance(amount, str | int | float):
            try:
                found[name] = quantities.parse(str(amount)).nano
            except quantities.QuantityError:
                continue
    return found


def _fault(pointer: Pointer, message: str) -> Fault:
    return Fault("accelerator-limits", pointer, message, "")
