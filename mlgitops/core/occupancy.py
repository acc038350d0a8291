"""Occupancy: what all workloads of an environment ask of its node pools, taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlgitops.core import capacity, demand, pools
from mlgitops.core.capacity import Group
from mlgitops.core.finding import Fault
from mlgitops.core.repeated import kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.capacity import Overload
    from mlgitops.core.cases import EnvironmentCase, Workload
    from mlgitops.core.pods import Pods
    from mlgitops.core.pools import Pool

_NAMED = 6
"""Names that a message lists before it counts the others."""


_UNASKED = demand.DAEMONS | demand.BLUEPRINTS
Room = Literal["enough", "not-found", "none", "unasked"]
"""For a surge: `none` is proven, `unasked` where what surges has no room itself, which is told elsewhere."""

_TOLD: Mapping[Room, str] = {
    "none": "its pools have no room, even without others",
    "not-found": "no room was found while all others run",
}


class Shape(NamedTuple):
    """What pods that ask alike have in common.

    Attributes:
        pools: Indices of the pools whose empty nodes each of them fits on.
        requests: What each asks for, in the scheduler's units, sorted by name.
    """

    pools: tuple[int, ...]
    requests: tuple[tuple[str, int], ...]


class Claim(NamedTuple):
    """Pods of one shape of one workload, that fit on an empty node of some pool.

    Attributes:
        path: Path of the workload's file.
        owner: Name of the workload's object.
        group: As many as run at most.
        surge: How many more a roll-out may start.
        shape: Of which the pods are.
    """

    path: str
    owner: str
    group: Group
    surge: int
    shape: Shape


class Occupancy:
    """The claims of workloads on pools.

    Args:
        workloads: All of an environment.
        declared: Its node pools.

    Attributes:
        pools: As given.
        claims: In the order of the workloads; pods that fit nowhere, or that no scheduler places, have none.
        answer: Whether all fit at once, surges left out.
    """

    def __init__(self, workloads: Sequence[Workload], declared: Sequence[Pool]) -> None:
        self.pools = declared
        self.claims = list(_claims(workloads, declared))
        self._groups, self._members = _merged(self.claims)
        self.answer = capacity.judge(self._groups, declared)
        self._rooms: dict[object, Room] = {}
        self._beside: dict[object, bool] = {}

    def overcommitted(self) -> Iterator[Fault]:
        """What does not fit, in the document of the environment."""
        if self.answer.overload:
            message = self._overload(self.answer.overload)
            yield self._fault("overcommitted-pool", self.answer.overload.pools[0], message)
        elif self.answer.verdict == "open":
            group, missing = self.answer.arrangement.homeless[0]
            message = (
                f"no nodes were found for {missing} of the {group.number} pods of {self._names([group.name])} while "
                "all others run; whether none can be found is not proven"
            )
            yield self._fault("overcommitted-pool", group.pools[0], message)._replace(severity="warning")

    def crowded(self) -> Iterator[Fault]:
        """Roll-outs for whose surge there is no room, in the document of the environment."""
        for claims in self._rolling():
            room = self._room(claims)
            if room not in _TOLD:
                continue
            surging = [claim for claim in claims if claim.surge]
            count = sum(claim.surge for claim in surging)
            more = f"{count} more {'pod' if count == 1 else 'pods'}"
            text = f"a roll-out of `{claims[0].owner}` starts {more}, for which {_TOLD[room]}"
            fault = self._fault("surge-exceeds-pool", surging[0].group.pools[0], text)
            yield fault if room == "none" else fault._replace(severity="warning")

    def _room(self, claims: Sequence[Claim]) -> Room:
        """What room there is for a surge; found out once for roll-outs that are alike but for their names."""
        key = tuple((claim.shape, claim.group.number, claim.surge) for claim in claims)
        if key not in self._rooms:
            self._rooms[key] = "enough" if self._is_beside(claims) else self._looked_for(claims)
        return self._rooms[key]

    def _is_beside(self, claims: Sequence[Claim]) -> bool:
        """Whether a surge has room beside everything else, and so beside its own pods alone too."""
        if self.answer.verdict != "fits":
            return False
        key = tuple((claim.shape, claim.surge) for claim in claims if claim.surge)
        if key not in self._beside:
            self._beside[key] = capacity.fits_beside(_extra(claims), self.answer.arrangement, self.pools)
        return self._beside[key]

    def _looked_for(self, claims: Sequence[Claim]) -> Room:
        groups, extra = [claim.group._replace(name="") for claim in claims], _extra(claims)
        if capacity.judge([*groups, *extra], self.pools).verdict == "overloaded":
            return "none" if capacity.judge(groups, self.pools).verdict == "fits" else "unasked"
        if self.answer.verdict == "fits" and capacity.arranged([*self._groups, *extra], self.pools).homeless:
            return "not-found"  # by a quick look, which is enough for a warning
        return "enough"

    def _rolling(self) -> Iterator[list[Claim]]:
        """The claims of each workload that rolls out with a surge."""
        found: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.path, claim.owner), []).append(claim)
        return (claims for claims in found.values() if any(claim.surge for claim in claims))

    def _overload(self, found: Overload) -> str:
        where = " and ".join(f"`{self.pools[at].name}`" for at in found.pools)
        who = self._names(found.groups)
        if not found.resource:
            return f"the nodes of {where} cannot hold all pods at once, however they are arranged: no room for {who}"
        offered, asked = (
            pools.amount_text(found.resource, amount, up=up)
            for amount, up in ((found.offered, False), (found.asked, True))
        )
        what = f"room for {offered} such pods" if found.resource == "pods" else f"{offered} {found.resource}"
        return f"all nodes of {where} together have {what}, and {asked} are asked for by {who}"

    def _names(self, groups: Sequence[str]) -> str:
        counts: dict[str, int] = {}
        for name in groups:
            for owner, count in self._members[name]:
                counts[owner] = counts.get(owner, 0) + count
        listed = [f"`{owner}` ({count})" for owner, count in sorted(counts.items(), key=lambda item: (-item[1], item))]
        others = len(listed) - _NAMED
        return ", ".join(listed[:_NAMED]) + (f" and {others} more" if others > 0 else "")

    def _fault(self, rule: str, pool: int, message: str) -> Fault:
        return Fault(rule, ("nodePools", pool), message, "")


def _merged(claims: Iterable[Claim]) -> tuple[list[Group], dict[str, list[tuple[str, int]]]]:
    """The groups of claims, those that ask alike as one, and by the name of each who it is and how many they are."""
    found: dict[Shape, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.shape, []).append(claim)
    members = {str(at): [(one.owner, one.group.number) for one in same] for at, same in enumerate(found.values())}
    groups = [
        same[0].group._replace(name=name, number=sum(number for _, number in who))
        for same, (name, who) in zip(found.values(), members.items(), strict=True)
    ]
    return groups, members


def of_case(case: EnvironmentCase) -> Occupancy:
    """The occupancy of an environment."""
    (found,) = _of_case(case)
    return found


@kept(1)
def _of_case(case: EnvironmentCase) -> list[Occupancy]:
    return [Occupancy(case.workloads, pools.declared(case.environment))]


def _extra(claims: Sequence[Claim]) -> list[Group]:
    """What a roll-out starts more; a name decides nothing."""
    return [claim.group._replace(name="", number=claim.surge) for claim in claims if claim.surge]


def _claims(workloads: Sequence[Workload], declared: Sequence[Pool]) -> Iterator[Claim]:
    scaled = scales(workloads)
    for workload in workloads:
        if workload.kind in _UNASKED:
            continue
        for asked in workload.pods:
            (wanted,) = _demand(asked.spec)
            (shape,) = _shape(wanted, declared)
            number = most(workload, asked, scaled)
            if shape and number + asked.surge:
                group = Group(workload.name, number, dict(shape.requests), shape.pools)
                yield Claim(workload.path, workload.name, group, asked.surge, shape)


@kept(4096)
def _demand(spec: Mapping[str, Any]) -> list[demand.Demand | None]:
    """What pods with this spec demand; what environments share of a service is one object."""
    return [demand.of_spec(spec)]


@kept(1024)
def _shape(wanted: demand.Demand | None, declared: Sequence[Pool]) -> list[Shape | None]:
    """What pods claim; None where nothing takes them, or no scheduler is asked."""
    open_to = tuple(pools.takers(wanted, declared)) if wanted and not wanted.bound else ()
    if not (wanted and open_to):
        return [None]
    return [Shape(open_to, tuple(sorted((name, one) for name, one in wanted.requests.items() if one > 0)))]


Scales = dict[tuple[str, str, str], int]
"""How far autoscalers take each workload, by its kind, namespace and name."""


def scales(workloads: Sequence[Workload]) -> Scales:
    """How far the autoscalers among workloads take others."""
    return {
        (workload.scaling.kind, workload.namespace, workload.scaling.name): workload.scaling.most
        for workload in workloads
        if workload.scaling
    }


def most(workload: Workload, asked: Pods, scaled: Scales) -> int:
    """How many pods of one shape a workload may have."""
    return max(asked.replicas, scaled.get((workload.kind, workload.namespace, workload.name), 0))
