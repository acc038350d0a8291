"""Gates on changes that are there already: a pull request that somebody opened by hand, or that waits to be merged.

The verdicts are those of a promotion: one function, whoever made the change. What widens trust is read from the branch
that the change goes into.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.approvals import Review, is_approved
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.project import unit_at
from mlgitops.core.promotion.branches import PREFIX
from mlgitops.core.promotion.messages import overridden
from mlgitops.core.promotion.overrides import Overrides
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Status
from mlgitops.workflows.promotion.brought import Branch, merged, moves, states
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.planned import Group
from mlgitops.workflows.promotion.session import opened
from mlgitops.workflows.promotion.statuses import said, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.code_owners import CodeOwners
    from mlgitops.core.finding import Finding
    from mlgitops.core.promotion.moves import Move
    from mlgitops.errors import MlgitopsError
    from mlgitops.gates import Gate
    from mlgitops.ports.forge import Forge, PullRequest
    from mlgitops.ports.git import Merge
    from mlgitops.workflows.promotion.planned import Planned
    from mlgitops.workflows.promotion.session import Parts, Session


_FINDINGS = "mlgitops/findings"
_CONFLICTS = 3  # paths that are named


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
        broken: Why gates cannot judge it: a state is no state any more, a branch is gone; else empty.
        findings: Where no release differs, what rules find in it and did not find before.
        gates: Every gate by its id.
        untold: Why the forge does not tell of its pull request and reviews, where it could be asked: then `approval`
            is not judged, and no override counts; else empty.
    """

    commit: str
    pull_request: PullRequest | None
    planned: Sequence[Planned]
    broken: str = ""
    findings: Sequence[Finding] = ()
    gates: Mapping[str, Gate] = MappingProxyType({})
    untold: str = ""

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


class Change(NamedTuple):
    """A change that is there.

    Attributes:
        commit: The commit that brings it.
        found: The pull request, where one is known.
        merge: What merging it gives; None where it cannot be told.
        broken: Why it cannot be judged; else empty.
    """

    commit: str
    found: PullRequest | None
    merge: Merge | None = None
    broken: str = ""

    @property
    def paths(self) -> Sequence[str]:
        """Every file that it changes, of the branch's `mlgitops.yaml` too."""
        return self.merge.paths if self.merge else ()


class Gates:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> list[Judged]:
        """Judge a commit, or every open pull request: each of these for itself, whatever is wrong with the others.

        Raises:
            InputError: There is no such commit or branch, no forge to ask for pull requests, the clone is shallow, or
                a gate cannot tell of the commit.
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
            if request.commit:
                judged = [self._named(session, request)]
            else:
                judged = self._open(session, forge.pull_requests("", session.place.base) if forge else [])
            if forge and request.status:
                for one in judged:
                    forge.set_statuses(one.commit, one.statuses)
            return judged

    def _named(self, session: Session, request: Request) -> Judged:
        """The change of one commit; of a forge's own merge of a pull request, that of the pull request."""
        remote, place = self._parts.remote, session.place
        found, untold = _asked(place.forge, place.base, required=request.status)
        heads = {one.commit: one for one in reversed(found)}
        commit = request.commit
        if heads and commit not in heads:
            merged = remote.merged(place.tip, commit)
            commit = merged if merged in heads else commit
        change = self._change(session, commit, heads.get(commit))
        judged = Judge(self._parts, session, [change], required=request.status).judged(change)
        return judged._replace(untold=untold or judged.untold)

    def _open(self, session: Session, found: Sequence[PullRequest]) -> list[Judged]:
        if found:
            session.past(()).require_whole()  # else each of them would be told to be broken
        changes = self._fetched(session, found)
        judge = Judge(self._parts, session, changes, required=True)
        judged = []
        for change in changes:
            try:
                judged.append(judge.judged(change))
            except (InputError, RaceError) as error:
                judged.append(Judged(change.commit, change.found, [], _told(error)))
        return judged

    def _fetched(self, session: Session, found: Sequence[PullRequest]) -> list[Change]:
        """What pull requests change; all are fetched at once, and one by one where that fails."""
        remote = self._parts.remote
        try:
            tips = remote.fetch(*(one.branch for one in found)) if found else {}
        except InputError:
            tips = {}
        changes = []
        for one in found:
            commit = one.commit
            try:
                commit = tips.get(one.branch) or remote.fetch(one.branch)[one.branch]
            except InputError as error:
                changes.append(Change(commit, one, broken=_told(error)))
                continue
            try:
                changes.append(self._change(session, commit, one))
            except (InputError, RefusedError) as error:  # no network is asked: it is this change that Git refuses
                changes.append(Change(commit, one, broken=_told(error)))
        return changes

    def _change(self, session: Session, commit: str, found: PullRequest | None) -> Change:
        merge = self._parts.remote.merge(session.place.tip, commit)
        branch = found.branch if found else ""
        return Change(commit, found, merge, _conflict(merge.conflicts, session.place.base, branch))


class Judge:
    """Judges changes to one branch.

    Args:
        parts: What changes are made with.
        session: The branch.
        changes: All that will be judged: their history is read once.
        required: Whether the forge has to tell of reviews; else it is told that it does not.
    """

    def __init__(self, parts: Parts, session: Session, changes: Sequence[Change], *, required: bool) -> None:
        self._parts = parts
        self._session = session
        self._required = required
        names = {unit.name for change in changes for unit in map(unit_at, change.paths) if unit}
        self._branch = Branch(session.tip, session.past(names))
        self._owners: CodeOwners | None = None

    def judged(self, change: Change) -> Judged:
        """What gates say of a change.

        Raises:
            InputError: A gate cannot tell.
            RaceError: The pull request has another commit by now.
        """
        commit, found = change.commit, change.found
        if change.merge is None or change.broken:
            return Judged(commit, found, [], change.broken)
        session, paths = self._session, [path for path in change.paths if path != PROJECT_FILE]  # is the base's
        with self._parts.remote.files(change.merge) as snapshot:
            try:
                ground = Ground(merged(session.tip.snapshot, snapshot, paths), self._parts.tools.schemas)
                listed = dict(states(ground, paths))
            except InputError as error:
                return Judged(commit, found, [], _told(error))
            made = [move for unit, state in listed.items() for move in moves(self._branch, ground, unit, state)]
            if not made:
                return Judged(commit, found, [], "", session.new_findings(ground, paths), self._parts.gates)
            review, untold = self._review(change)
            overrides = self._overrides(commit, made, review)
            asked = None if review is None else lambda: review
            planned = session.judge(made, ground, paths, overrides, asked, self._branch.past)
            return Judged(commit, found, planned, gates=self._parts.gates, untold=untold)

    def _review(self, change: Change) -> tuple[Review | None, str]:
        """What the forge says of the pull request, where there is one, or why it does not."""
        forge = self._session.place.forge
        if forge is None or change.found is None:
            return None, ""
        try:
            named = forge.approvals(change.found)
        except (InputError, NotPermittedError) as error:
            if self._required:
                raise
            return None, _told(error)
        known = self._known(forge.kind)
        owners, author = known.of(change.paths), change.found.author
        return Review(named.approved, named.refused, named.satisfied, owners, author, known.unread), ""

    def _known(self, kind: str) -> CodeOwners:
        if self._owners is None:
            self._owners = self._parts.owners(self._session.place.tip, kind)
        return self._owners

    def _overrides(self, commit: str, made: Sequence[Move], review: Review | None) -> Overrides:
        """The overrides of the commits that count: listed by the base branch, and approved by its code owners."""
        commits = self._parts.remote.between(self._session.place.tip, commit)
        asked = [one for revision in commits for one in overridden(revision.message)]
        allowed: Mapping[str, Sequence[str]] = self._session.tip.gates.get("overridable", {})
        environments = {move.target.environment for move in made}
        listed = [one for one in asked if all(one.gate in allowed.get(name, ()) for name in environments)]
        if not listed or review is None or self._owners is None or not is_approved(review):
            return Overrides()
        if not all(self._owners.of([move.unit.path]) for move in made):  # who owns what came along decides nothing
            return Overrides()
        return Overrides(tuple(listed))


def _asked(forge: Forge | None, base: str, *, required: bool) -> tuple[list[PullRequest], str]:
    """The open pull requests into a branch, or why the forge does not tell them."""
    if forge is None:
        return [], ""
    try:
        return forge.pull_requests("", base), ""
    except (InputError, NotPermittedError) as error:
        if required:
            raise
        return [], _told(error)


def _conflict(paths: Sequence[str], base: str, branch: str) -> str:
    """Why a change that Git cannot merge is not judged."""
    if not paths:
        return ""
    more = f" and {len(paths) - _CONFLICTS} more" if len(paths) > _CONFLICTS else ""
    then = f"merge {base} into it, and run `mlgitops render` where manifests are among them"
    if branch.startswith(PREFIX):
        then = "run the command again that has made its branch"
    return f"it conflicts with {base} in {', '.join(paths[:_CONFLICTS])}{more}; {then}"


def _told(error: MlgitopsError) -> str:
    return f"{error.place}: {error.message}" if error.place else error.message
