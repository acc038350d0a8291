"""Hardware: what a release requires of accelerators, against those of the pools that its pods may land on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import demand, model_memory, placement, pools, quantities
from mlgitops.core.accelerators import Device, capability_of, device, version_of
from mlgitops.core.finding import Fault
from mlgitops.core.model_memory import size_text
from mlgitops.core.repeated import TOGETHER, kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.cases import StateCase
    from mlgitops.core.model_memory import Estimate
    from mlgitops.core.pods import Pointer
    from mlgitops.core.pools import Pool
    from mlgitops.core.states import Slot

_BFLOAT16 = (8, 0)
"""Compute capability from which NVIDIA's accelerators compute in bfloat16; servers refuse it below."""


class Landing(NamedTuple):
    """A release on a pool that its pods may land on.

    Attributes:
        slot: Name of its objects.
        pointer: Where the release stands.
        release: It.
        requires: What it requires of the accelerator.
        pool: The pool.
        device: One accelerator there.
    """

    slot: str
    pointer: Pointer
    release: Mapping[str, Any]
    requires: Mapping[str, Any]
    pool: Pool
    device: Device

    def fault(self, rule: str, place: Sequence[str], message: str) -> Fault:
        """A fault of the release, on this pool."""
        return Fault(rule, (*self.pointer, *place), f"on `{self.pool.name}` ({self.device.name}) {message}", "")


def landings(slots: Sequence[Slot], environment: Mapping[str, Any]) -> Iterator[Landing]:
    """Each release that needs accelerators, on each pool that takes its pods.

    Args:
        slots: The slots of a state.
        environment: The document of its environment.
    """
    declared = pools.declared(environment)
    for slot in slots:
        requires = slot.release.get("requires", {}).get("accelerator")
        wanted = demand.of_slot(slot, environment.get("nodePools", [])) if requires else None
        if wanted is None:
            continue
        resource = requires.get("resource") or placement.RESOURCES[requires["vendor"]]
        for one in _named(slot, declared):
            if pools.obstacle(wanted, one) is None:
                pointer = (*slot.root, "release")
                yield Landing(slot.name, pointer, slot.release, requires, one, device(one, resource))


@kept(TOGETHER)
def of_state(case: StateCase) -> Iterator[Landing]:
    """The landings of a state."""
    return landings(case.slots, case.environment)


def _named(slot: Slot, declared: Sequence[Pool]) -> Sequence[Pool]:
    """The pools that a placement names; all where it is raw."""
    named = slot.deploy["placement"].get("nodePools")
    return declared if named is None else [one for one in declared if one.name in named]


def hindrances(landing: Landing) -> Iterator[Fault]:
    """Everything that is wrong with a release on a pool."""
    yield from memory(landing)
    yield from capability(landing)
    yield from driver(landing)


# --- memory ---------------------------------------------------------------------------------------------------------


def memory(landing: Landing) -> Iterator[Fault]:
    """Faults `exceeds-accelerator-memory` of one release on one pool."""
    if landing.device.memory is None or landing.device.whole is None:
        return
    needed = model_memory.estimate(landing.release)
    message, sure = _required(landing) or _weights(landing, needed) or ("", False)
    if message:
        place = ("model", "size") if needed and not _required(landing) else ("requires", "accelerator", "memory")
        fault = landing.fault("exceeds-accelerator-memory", place, message)
        yield fault if sure else fault._replace(severity="warning")


def _required(landing: Landing) -> tuple[str, bool] | None:
    """What is wrong with the memory that is required, and whether it is wrong for certain."""
    if "memory" not in landing.requires:
        return None
    required = quantities.value(landing.requires["memory"])
    has, whole = landing.device.memory or 0, landing.device.whole or 0
    if required > has:
        return f"{size_text(required)} of memory are required and {_has(has, whole)}", required > whole
    return None


def _weights(landing: Landing, needed: Estimate | None) -> tuple[str, bool] | None:
    """What is wrong with the weights, and whether it is wrong for certain."""
    if needed is None:
        return None
    has, whole = landing.device.memory or 0, landing.device.whole or 0
    usable = int(has * needed.share)
    if needed.weights > has:
        sure = needed.weights > whole and not needed.shrinks
        loaded = ", unless the server loads them smaller than they are stored" if needed.shrinks else ""
        part = f"1/{needed.parts} of the weights are" if needed.parts > 1 else "the weights alone are"
        return f"{part} {size_text(needed.weights)} and {_has(has, whole)}{loaded}", sure
    if needed.total > usable and not needed.shrinks:
        share = f", of which the server uses {needed.share:.0%}" if needed.share < 1 else ""
        return f"it needs about {size_text(needed.total)} ({needed.explained}) and {_has(has, whole)}{share}", False
    return None


def _has(has: int, whole: int) -> str:
    if has < whole:
        return f"a share of an accelerator is {size_text(has)} of {size_text(whole)}"
    return f"an accelerator has {size_text(has)}"


# --- generation and driver ------------------------------------------------------------------------------------------


def capability(landing: Landing) -> Iterator[Fault]:
    """Faults `unmet-compute-capability` of one release on one pool."""
    has = landing.device.capability
    if has is None:
        return
    shown = ".".join(map(str, has))
    required = landing.requires.get("computeCapability")
    if required and capability_of(required) > has:
        place = ("requires", "accelerator", "computeCapability")
        message = f"the compute capability is {shown}, and {required} is required"
        yield landing.fault("unmet-compute-capability", place, message)
    elif has < _BFLOAT16 and _in_bfloat16(landing.release):
        message = f"the compute capability is {shown}, and bfloat16 takes 8.0"
        yield landing.fault("unmet-compute-capability", ("values", "args"), message)


def _in_bfloat16(release: Mapping[str, Any]) -> bool:
    args = model_memory.options(release.get("values", {}).get("args", []))
    return args.get("--dtype") in ("bfloat16", "bf16")


def driver(landing: Landing) -> Iterator[Fault]:
    """Faults `driver-too-old` of one release on one pool."""
    required, has = landing.requires.get("driver"), landing.device.driver
    if required and has and version_of(has) < version_of(required):
        message = f"the driver is {has}, and {required} is required"
        yield landing.fault("driver-too-old", ("requires", "accelerator", "driver"), message)
