"""Promote: a release moves one step, by pull request, with its evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.project import unit_at
from mlgitops.core.promotion import branches as naming
from mlgitops.core.promotion.overrides import Overrides
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.steps import number
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.choice import Way, choose
from mlgitops.workflows.promotion.planned import Group
from mlgitops.workflows.promotion.publish import Withdrawn
from mlgitops.workflows.promotion.session import opened
from mlgitops.workflows.promotion.standing import besides, overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.ground import Ground
    from mlgitops.workflows.promotion.planned import Planned
    from mlgitops.workflows.promotion.publish import Published
    from mlgitops.workflows.promotion.session import Parts, Session
    from mlgitops.workflows.promotion.standing import Branch


class Request(NamedTuple):
    """What is asked.

    Attributes:
        source: The slot that releases come from.
        target: The slot that they go to.
        names: Services, all or none of them; empty for every one whose release differs and may go.
        base: The branch that is merged into; empty for the remote's default.
        per_service: Whether each service gets a pull request of its own.
        overrides: Gates that are passed over.
        dry_run: Whether nothing is pushed.
        auto_merge: Whether the forge shall merge what is no draft.
    """

    source: SlotName
    target: SlotName
    names: tuple[str, ...] = ()
    base: str = ""
    per_service: bool = False
    overrides: Overrides = Overrides()
    dry_run: bool = False
    auto_merge: bool = False


class Report(NamedTuple):
    """What was planned, and done.

    Attributes:
        base: The branch that is merged into.
        tip: The commit of it that everything was planned on.
        groups: What may go, one a pull request.
        refused: What gates stop, by name of the service.
        broken: Services of which nothing can be planned, with why.
        undeclared: Services that the source has and the target does not declare: they are promoted when named.
        unchanged: How many services have the same release in both slots.
        bodies: The body of each group's pull request, in their order.
        published: What became of the groups; empty for a dry run, or where something that was named is refused.
        withdrawn: What was no longer needed.
    """

    base: str
    tip: str
    groups: Sequence[Group]
    refused: Sequence[Planned]
    broken: Sequence[tuple[str, InputError]]
    undeclared: Sequence[str]
    unchanged: int
    bodies: Sequence[str]
    published: Sequence[Published] = ()
    withdrawn: Withdrawn = Withdrawn()

    @property
    def complete(self) -> bool:
        """Whether all that was asked for can go."""
        return not self.refused and not self.broken


class Promote:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: It cannot be asked so, or a gate cannot tell.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            _require(request, session.tip)
            return self._promote(request, session)

    def _promote(self, request: Request, session: Session) -> Report:
        prefix = naming.promotion_prefix(request.source, request.target)
        standing = session.standing(prefix)
        ground = session.with_people(standing)
        way = Way(request.source, request.target)
        carried = _carried(request, standing, session.tip)
        chosen = choose(way, request.names, carried, session.tip, ground)
        if chosen.broken:
            ground = session.with_people(standing, [name for name, _ in chosen.broken])
        planned = session.plan(chosen.moves, ground, request.target.environment, request.overrides.only(chosen.named))
        branch_of = partial(_branch, prefix, per_service=request.per_service)
        allowed = session.tip.gates.get("overridable", {}).get(request.target.environment, [])
        planned = [_kept(one, standing.get(branch_of(one)), allowed) for one in planned]
        refused = [one for one in planned if one.refused]
        going = [one for one in planned if not one.refused]
        groups = [
            group._replace(besides=besides(standing.get(group.branch), group.planned))
            for group in _grouped(going, branch_of)
        ]
        place = session.place
        report = Report(
            place.base, place.tip, groups, refused, chosen.broken, chosen.undeclared, chosen.unchanged, bodies=[]
        )
        if request.dry_run or any(one.move.unit.name in chosen.named for one in refused):
            return report._replace(bodies=[session.publisher.body(group) for group in groups])
        published = session.publisher.publish(groups, standing, auto_merge=request.auto_merge)
        stopped = {one.move.unit.name for one in refused} | {name for name, _ in chosen.broken}
        unneeded = _superseded(request, standing, groups, stopped)
        withdrawn = session.publisher.withdraw(unneeded, _farewell(request))
        return report._replace(bodies=[one.body for one in published], published=published, withdrawn=withdrawn)


def _require(request: Request, ground: Ground) -> None:
    """Refuse what cannot be asked.

    Raises:
        InputError: There is no such environment, or both slots are one.
    """
    for slot in (request.source, request.target):
        ground.project.environment(slot.environment)
    if request.source == request.target:
        raise InputError(f"{request.source} is both source and target", hint="Name two slots.")
    here, there = (number(ground.project.steps, slot.environment) for slot in (request.source, request.target))
    if not request.names and there < here:
        raise InputError(
            f"{request.source} comes after {request.target} on the path, so this would bring releases back",
            hint="Name the services that are to go back, or turn the two round.",
        )
    if request.target.challenger and request.source.environment == request.target.environment:
        raise InputError(
            f"a champion does not become its own {CHALLENGER}",
            hint=f"Promote another environment's release into {request.target}.",
        )


def _carried(request: Request, standing: Mapping[str, Branch], tip: Ground) -> set[str]:
    """Services that open pull requests bring already: naming others of a team must not throw them out."""
    if request.names and request.per_service:
        return set()
    here, there = (tip.units(slot.environment) for slot in (request.source, request.target))
    short = [name.rpartition("/")[2] for name in request.names]
    teams = {naming.of_team(unit) for name in short if (unit := there.get(name) or here.get(name))}
    changed = [
        unit_at(path)
        for name, found in standing.items()
        if not request.names or name.rpartition("/")[2] in teams
        for path in found.changed
    ]
    return {unit.name for unit in changed if unit and unit.environment == request.target.environment}


def _branch(prefix: str, one: Planned, *, per_service: bool) -> str:
    """Name of the branch that brings a change."""
    return prefix + (naming.of_service(one.move.unit) if per_service else naming.of_team(one.move.unit))


def _kept(one: Planned, branch: Branch | None, allowed: Collection[str]) -> Planned:
    """The change with the overrides that its branch carries for this very release: no later run takes them back."""
    reasons = overrides(branch, one.move)
    told = [
        each._replace(override=each.override or reasons.get(each.gate, ""))
        if each.verdict.result != "passed" and each.gate in allowed
        else each
        for each in one.told
    ]
    return one._replace(told=told)


def _grouped(planned: Sequence[Planned], branch_of: Callable[[Planned], str]) -> list[Group]:
    by_branch: dict[str, list[Planned]] = {}
    for one in planned:
        by_branch.setdefault(branch_of(one), []).append(one)
    return [Group(branch, members) for branch, members in sorted(by_branch.items())]


def _superseded(
    request: Request, standing: Mapping[str, Branch], groups: Sequence[Group], stopped: Collection[str]
) -> list[Branch]:
    """The branches of former runs that nothing needs any more; what has been stopped since stays open for people."""
    if request.names:
        return []
    kept = {group.branch for group in groups}
    return [
        branch
        for name, branch in standing.items()
        if name not in kept and not any((unit := unit_at(path)) and unit.name in stopped for path in branch.changed)
    ]


def _farewell(request: Request) -> str:
    return (
        f"Nothing of this is left to promote from {request.source} to {request.target} in this pull request: it was "
        "merged, superseded by another one, or withdrawn from the source."
    )
