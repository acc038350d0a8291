"""Schedulability: whether some node pool takes the pods of a state or of a manifest, and what keeps them off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import demand, placement, pools
from mlgitops.core.cases import StateCase
from mlgitops.core.finding import Fault, Mend
from mlgitops.core.repeated import TOGETHER, kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.finding import Severity
    from mlgitops.core.pods import Pods, Pointer
    from mlgitops.core.pools import Obstacle
    from mlgitops.core.states import Slot

_NOT_JUDGED = demand.DAEMONS | demand.BLUEPRINTS
_LISTED = 6
"""Pools that a message says it of before it counts the others."""


def unplaced(case: ManifestCase) -> Iterator[Pods]:
    """Pods that take any node with room, though they come from a state or need a device."""
    if str(case.manifest.get("kind")) in _NOT_JUDGED:
        return
    for asked, wanted in demand.of_manifest(case):
        if (case.generated or wanted.devices) and not wanted.placed:
            yield asked


class Blocked(NamedTuple):
    """Pods that no pool takes.

    Attributes:
        taint: Pointer of their tolerations.
        place: Pointer of what keeps them off the pool that comes nearest.
        obstacles: Why not, pool by pool, the nearest first.
        sure: Whether other nodes than those of the pools are out of the question.
    """

    taint: Pointer
    place: Pointer
    obstacles: list[Obstacle]
    sure: bool


def repelled(found: Iterable[Blocked]) -> Iterator[Fault]:
    """Faults `missing-toleration`: the labels of a pool match, and its taint keeps the pods off."""
    for one in found:
        if any(obstacle.kind == "taint" for obstacle in one.obstacles):
            yield Fault("missing-toleration", one.taint, _message(one.obstacles), "")


def tolerating(case: StateCase | ManifestCase, fault: Fault) -> Mend | None:
    """The tolerations of a raw placement and those that a `missing-toleration` asks for; None for pods of manifests."""
    if not isinstance(case, StateCase):
        return None  # where pods stand, somebody decides
    repelling = {obstacle.pool for one in of_state(case) for obstacle in one.obstacles if obstacle.kind == "taint"}
    named = [pool for pool in case.environment.get("nodePools", []) if pool["name"] in repelling]
    present = case.state["deploy"]["placement"].get("tolerations", [])
    missing = [toleration for toleration in placement.tolerations(named) if toleration not in present]
    return Mend(fault.pointer, [*present, *missing]) if missing else None


def unschedulable(found: Iterable[Blocked]) -> Iterator[Fault]:
    """Faults `unschedulable`: no pool takes the pods, and not for a taint."""
    for one in found:
        if all(obstacle.kind != "taint" for obstacle in one.obstacles):
            severity: Severity = "error" if one.sure else "warning"
            yield Fault("unschedulable", one.place, _message(one.obstacles), "", severity)


@kept(TOGETHER)
def of_manifest(case: ManifestCase) -> Iterator[Blocked]:
    """Pods of a manifest that no pool takes; pods that take any node run on nodes that no pool declares, perhaps."""
    if not case.pods or str(case.manifest.get("kind")) in _NOT_JUDGED:
        return
    declared = pools.declared(case.environment)
    for asked, wanted in demand.of_manifest(case):
        if wanted.bound or wanted.claims or not (wanted.placed or wanted.devices):
            continue
        obstacles = pools.obstacles(wanted, declared)
        if obstacles:
            lacks = obstacles[0].kind == "resources" and asked.containers
            place = (*asked.containers[0], "resources") if lacks else (*asked.pointer, "affinity")
            sure = case.generated or bool(wanted.devices) or obstacles[0].kind != "labels"
            yield Blocked((*asked.pointer, "tolerations"), place, obstacles, sure)


@kept(TOGETHER)
def of_state(case: StateCase) -> Iterator[Blocked]:
    """Slots of a state whose main container no pool takes; its template may ask for more."""
    declared = pools.declared(case.environment)
    for slot in case.slots:
        wanted = demand.of_slot(slot, case.environment.get("nodePools", []))
        obstacles = pools.obstacles(wanted, declared) if wanted else []
        if obstacles:
            named = slot.deploy["placement"].get("nodePools", [one.name for one in declared])
            nearest = [obstacle for obstacle in obstacles if obstacle.pool in named]
            yield Blocked(("deploy", "placement", "tolerations"), _place(slot, nearest[0]), nearest, sure=True)


def _place(slot: Slot, nearest: Obstacle) -> Pointer:
    if not nearest.lacking:
        return ("deploy", "placement")
    lacking = nearest.lacking[0]
    return (*slot.root, "release", "requires", lacking if lacking in ("cpu", "memory") else "accelerator")


def _message(obstacles: Sequence[Obstacle]) -> str:
    reasons = "; ".join(f"`{obstacle.pool}`: {obstacle.why}" for obstacle in obstacles[:_LISTED])
    others = len(obstacles) - _LISTED
    return f"no node pool takes its pods: {reasons}" + (f"; and {others} pools more" if others > 0 else "")
