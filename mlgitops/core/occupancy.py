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


Room = Literal["enough", "not-found", "none", "unasked"]
"""For a surge: `none` is proven, `unasked` where what surges has no room itself, which is told elsewhere."""

_TOLD: Mapping[Room, str] = {
    "none": "its pools have no room, even without others",
    "not-found": "no room was found while all others run",
}


class Claim(NamedTuple):
    """Pods of one shape of one workload, that fit on an empty node of some pool.

    Attributes:
        path: Path of the workload's file.
        owner: Name of the workload's object.
        group: As many as run at most.
        surge: How many more a roll-out may start.
    """

    path: str
    owner: str
    group: Group
    surge: int


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
        self._members: dict[str, list[tuple[str, int]]] = {}
        self._groups = self._merged((claim.owner, claim.group) for claim in self.claims)
        self.answer = capacity.judge(self._groups, declared)
        self._rooms: dict[object, Room] = {}

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
        key = tuple((_shape(claim.group), claim.surge) for claim in claims)
        if key not in self._rooms:
            groups = [claim.group._replace(name="surge") for claim in claims]  # a name decides nothing
            extra = [one._replace(number=claim.surge) for one, claim in zip(groups, claims, strict=True) if claim.surge]
            self._rooms[key] = self._looked_for(groups, extra)
        return self._rooms[key]

    def _looked_for(self, groups: Sequence[Group], extra: Sequence[Group]) -> Room:
        others_fit = self.answer.verdict == "fits"
        if others_fit and capacity.fits_beside(extra, self.answer.arrangement, self.pools):
            return "enough"  # beside everything else, so beside its own pods alone too
        if capacity.judge([*groups, *extra], self.pools).verdict == "overloaded":
            return "none" if capacity.judge(groups, self.pools).verdict == "fits" else "unasked"
        if others_fit and capacity.arranged([*self._groups, *extra], self.pools).homeless:
            return "not-found"  # by a quick look, which is enough for a warning
        return "enough"

    def _rolling(self) -> Iterator[list[Claim]]:
        """The claims of each workload that rolls out with a surge."""
        found: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.path, claim.owner), []).append(claim)
        return (claims for claims in found.values() if any(claim.surge for claim in claims))

    def _merged(self, claims: Iterable[tuple[str, Group]]) -> list[Group]:
        """The groups, those that ask alike as one; their names are keys of `_members`."""
        found: dict[tuple[object, ...], Group] = {}
        for owner, group in claims:
            key = _shape(group._replace(number=0))
            same = found.get(key, group._replace(name=str(len(found)), number=0))
            found[key] = same._replace(number=same.number + group.number)
            self._members.setdefault(same.name, []).append((owner, group.number))
        return list(found.values())

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


def of_case(case: EnvironmentCase) -> Occupancy:
    """The occupancy of an environment."""
    (found,) = _of_case(case)
    return found


@kept(1)
def _of_case(case: EnvironmentCase) -> list[Occupancy]:
    return [Occupancy(case.workloads, pools.declared(case.environment))]


def _shape(group: Group) -> tuple[object, ...]:
    """What makes two groups alike but for their names."""
    return (group.pools, group.number, *sorted(group.requests.items()))


def _claims(workloads: Sequence[Workload], declared: Sequence[Pool]) -> Iterator[Claim]:
    scaled = scales(workloads)
    for workload in workloads:
        if workload.kind in demand.DAEMONS | demand.BLUEPRINTS:
            continue
        for asked in workload.pods:
            yield from _claim(workload, asked, most(workload, asked, scaled), declared)


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


@kept(4096)
def _demand(spec: Mapping[str, Any]) -> list[demand.Demand | None]:
    """What pods with this spec demand; what environments share of a service is one object."""
    return [demand.of_spec(spec)]


def _claim(workload: Workload, asked: Pods, number: int, declared: Sequence[Pool]) -> Iterator[Claim]:
    (wanted,) = _demand(asked.spec)
    if wanted is None or wanted.bound:
        return
    open_to = tuple(pools.takers(wanted, declared))
    if open_to and number + asked.surge:
        requests = {name: amount for name, amount in wanted.requests.items() if amount > 0}
        yield Claim(workload.path, workload.name, Group(workload.name, number, requests, open_to), asked.surge)
