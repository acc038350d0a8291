"""Gates on changes that are there already: a pull request that somebody opened by hand, or that waits to be merged.

The verdicts are those of a promotion: one function, whoever made the change. What widens trust is read from the branch
that the change goes into.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import code_owners
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.project import unit_at
from mlgitops.core.promotion.messages import overridden
from mlgitops.core.promotion.moves import Move, same
from mlgitops.core.slots import SlotName
from mlgitops.core.snapshot import Overlay
from mlgitops.errors import InputError
from mlgitops.gates import Review
from mlgitops.ports.forge import Status
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.planned import Group
from mlgitops.workflows.promotion.publish import said, statuses
from mlgitops.workflows.promotion.session import opened
from mlgitops.workflows.promotion.verdicts import Overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Unit
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.gates import Gate
    from mlgitops.ports.forge import Approvals, PullRequest
    from mlgitops.workflows.promotion.planned import Planned
    from mlgitops.workflows.promotion.session import Parts, Session


_FINDINGS = "mlgitops/findings"


class Request(NamedTuple):
    """What is asked.

    Attributes:
        base: The branch that changes go into; empty for the remote's default.
        commit: The commit that brings the change; empty for every open pull request.
        status: Whether the verdicts are said of the commit on the forge.
    """

    base: str = ""
    commit: str = ""
    status: bool = False


class Judged(NamedTuple):
    """One change.

    Attributes:
        commit: The commit that brings it.
        pull_request: The pull request, where one is known.
        planned: What it changes for each slot whose release differs, with what gates say of it.
        broken: Why gates cannot judge it: a state is no state any more; else empty.
        findings: Where no release differs, what rules find in it and did not find before.
        gates: Every gate by its id.
    """

    commit: str
    pull_request: PullRequest | None
    planned: Sequence[Planned]
    broken: str = ""
    findings: Sequence[Finding] = ()
    gates: Mapping[str, Gate] = MappingProxyType({})

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop it."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def failed(self) -> bool:
        """Whether a gate stops it."""
        return bool(self.broken or self.errors) or any(planned.refused for planned in self.planned)

    @property
    def statuses(self) -> list[Status]:
        """What is said of the commit; of a change to no release too, for a forge may wait for it."""
        if self.broken:
            return [Status(_FINDINGS, "failure", said(self.broken))]
        if self.planned:
            return list(statuses(Group("", self.planned), self.gates, honoured=True))
        told = {f"mlgitops/{gate}": Status(f"mlgitops/{gate}", "success", "no release changes") for gate in self.gates}
        for error in self.errors[:1]:
            more = f", and {len(self.errors) - 1} more" if len(self.errors) > 1 else ""
            told[_FINDINGS] = Status(_FINDINGS, "failure", said(f"{error.rule} at {error.path}: {error.message}{more}"))
        return list(told.values())


class Gates:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> list[Judged]:
        """Judge a commit, or every open pull request.

        Raises:
            InputError: There is no such commit or branch, no forge to ask for pull requests, or a gate cannot tell.
            NotPermittedError: This account may not read it, or set statuses.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            forge = session.place.forge
            if forge is None and (request.status or not request.commit):
                raise InputError(
                    "no forge is known, so there are no pull requests to judge, nor statuses to set",
                    hint="Name a commit with --commit, or set `forge` in mlgitops.yaml.",
                )
            found = forge.pull_requests("", session.place.base) if forge else []
            if request.commit:
                commit = request.commit
                opened_by = next((one for one in found if one.commit == commit), None)
                judged = [self._judged(session, commit, opened_by)]
            else:
                fetched = self._parts.remote.fetch(*(one.branch for one in found)) if found else {}
                judged = [self._judged(session, fetched[one.branch], one) for one in found]
            if forge and request.status:
                for one in judged:
                    forge.set_statuses(one.commit, one.statuses)
            return judged

    def _judged(self, session: Session, commit: str, found: PullRequest | None) -> Judged:
        remote, tip = self._parts.remote, session.tip
        with remote.snapshot(commit) as snapshot:
            try:
                brought = remote.brought(session.place.tip, commit)
                paths = [path for path in brought if path != PROJECT_FILE]  # is the base's
                merged = Ground(_merged(tip.snapshot, snapshot, paths), self._parts.tools.schemas)
                states = dict(_states(merged, paths))
            except InputError as error:
                where = f"{error.place}: " if error.place else ""
                return Judged(commit, found, [], f"{where}{error.message}")
            moves = [move for unit, state in states.items() for move in _moves(session, merged, unit, state)]
            if not moves:
                return Judged(commit, found, [], "", session.new_findings(merged, paths), self._parts.gates)
            review = self._review(session, [move.unit.path for move in moves], found)  # of nothing that came along
            overrides = Overrides(self._overrides(session, commit, moves, review))
            judged = session.judge(moves, merged, paths, overrides, review)
            return Judged(commit, found, judged, gates=self._parts.gates)

    def _review(self, session: Session, paths: Sequence[str], found: PullRequest | None) -> Callable[[], Review] | None:
        forge = session.place.forge
        if forge is None or found is None:
            return None
        approvals: list[Approvals] = []

        def review() -> Review:
            if not approvals:
                approvals.append(forge.approvals(found))
            named = approvals[0]
            owners = code_owners.owners(session.tip.snapshot, paths)
            return Review(
                author=found.author,
                approved=named.approved,
                refused=named.refused,
                satisfied=named.satisfied,
                owners=owners,
            )

        return review

    def _overrides(
        self, session: Session, commit: str, moves: Sequence[Move], review: Callable[[], Review] | None
    ) -> dict[str, str]:
        """The overrides of the commits that count: listed by the base branch, and approved by a code owner."""
        asked: dict[str, str] = {}
        for revision in self._parts.remote.between(session.place.tip, commit):
            asked |= overridden(revision.message)
        allowed: Mapping[str, Sequence[str]] = session.tip.gates.get("overridable", {})
        environments = {move.target.environment for move in moves}
        listed = {gate for gate in asked if all(gate in allowed.get(name, ()) for name in environments)}
        if not listed or review is None or not _is_approved(review()):
            return {}
        return {gate: asked[gate] for gate in sorted(listed)}


def _is_approved(review: Review) -> bool:
    """Whether a code owner approves, or the forge says that all who have to do."""
    if review.refused:
        return False
    if review.satisfied is not None and review.owners:
        return review.satisfied
    others = {f"@{name}".lower() for name in review.approved} - {f"@{review.author}".lower()}
    return any(owner.lower() in others for owner in review.owners)


class _Brought(Mapping[str, bytes]):
    """Files of a commit, each read when somebody asks for it: most are no documents of ours."""

    def __init__(self, snapshot: Snapshot, paths: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._paths = dict.fromkeys(paths)

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return self._snapshot.read(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _merged(tip: Snapshot, commit: Snapshot, paths: Sequence[str]) -> Snapshot:
    """The branch with the files of a commit in it.

    Raises:
        InputError: A link or a submodule stands where a state belongs, or a file is called so that nobody can show it.
    """
    kinds = commit.entries()
    for path in paths:
        if unit_at(path) and kinds.get(path, "file") != "file":
            raise InputError(f"a {kinds[path]} stands where a state belongs", path=path, hint="Put the file here.")
    files = [path for path in paths if kinds.get(path) == "file"]
    return Overlay(tip, _Brought(commit, files), set(paths).difference(files))


def _states(merged: Ground, paths: Sequence[str]) -> Iterator[tuple[Unit, Mapping[str, Any]]]:
    """The states that a change touches."""
    for path in paths:
        unit = unit_at(path)
        if unit and unit.environment in merged.project.environments and merged.snapshot.exists(path):
            yield unit, merged.state(unit)


def _moves(session: Session, merged: Ground, unit: Unit, state: Mapping[str, Any]) -> Iterator[Move]:
    """The slots of a state whose release a change makes another."""
    for slot in (SlotName(unit.environment), SlotName(unit.environment, challenger=True)):
        release = slot.release(state)
        before = _before(session.tip, unit, slot)
        if release is not None and not same(release, before):
            yield _move(session, merged, unit, slot, release, before)


def _before(tip: Ground, unit: Unit, slot: SlotName) -> dict[str, Any] | None:
    known = tip.units(unit.environment).get(unit.name)
    return tip.release(known, slot) if known else None


def _move(
    session: Session,
    merged: Ground,
    unit: Unit,
    slot: SlotName,
    release: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> Move:
    """The move that a change makes; what this slot has declared before is brought back."""
    past = session.past([unit.name]).declared(slot, unit.name)
    back = before is not None and any(same(one.release, release) for one in past)
    data = merged.snapshot.read(unit.path)
    state = merged.state(unit)
    return Move("rollback" if back else "promotion", None, slot, unit, state, data, release, before, {})
