"""Rollback: a release that was declared in a slot before is declared there again, model, data context and template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.digests import digest, short
from mlgitops.core.promotion.branches import change_branch
from mlgitops.core.promotion.holds import hold
from mlgitops.core.promotion.moves import File, Move, held, restored, same
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.planned import Group
from mlgitops.workflows.promotion.session import opened
from mlgitops.workflows.promotion.standing import besides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.history import Declared
    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.past import Past
    from mlgitops.workflows.promotion.planned import Planned
    from mlgitops.workflows.promotion.publish import Published
    from mlgitops.workflows.promotion.session import Parts, Session

_DIGEST = 12
"""Characters of a digest that name a release at least."""


class Request(NamedTuple):
    """What is asked.

    Attributes:
        target: The slot.
        name: The service.
        to: Version, digest or commit of the release; empty for the one before the present one.
        reason: Why; it stands in the hold.
        by: Who asks for it; empty where nobody knows.
        until: Last day of the hold, or empty for one that lasts until it is lifted.
        base: The branch that is merged into; empty for the remote's default.
        dry_run: Whether nothing is pushed.
        auto_merge: Whether the forge shall merge it.
    """

    target: SlotName
    name: str
    to: str = ""
    reason: str = ""
    by: str = ""
    until: str = ""
    base: str = ""
    dry_run: bool = False
    auto_merge: bool = False


class Report(NamedTuple):
    """What was planned, and done; of `rollback`, `hold` and `unhold` alike.

    Attributes:
        base: The branch that is merged into.
        tip: The commit of it that everything was planned on.
        planned: The change; None where there is nothing to do.
        body: What the pull request says.
        published: What became of it; None for a dry run, or where a gate refuses it.
        branch: Name of its branch.
        besides: As of `Group`.
    """

    base: str
    tip: str
    planned: Planned | None
    body: str = ""
    published: Published | None = None
    branch: str = ""
    besides: Sequence[str] = ()


class Rollback:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such slot, service or release in its history, or the clone is shallow.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            session.tip.project.environment(request.target.environment)
            (unit,) = session.tip.named(request.target.environment, [request.name])
            change = Change(session, change_branch("rollback", request.target, unit.name))
            move = self._move(request, session, unit, change.ground)
            if move is None:
                return Report(session.place.base, session.place.tip, None)
            return change.bring(move, dry_run=request.dry_run, auto_merge=request.auto_merge)

    def _move(self, request: Request, session: Session, unit: Unit, ground: Ground) -> Move | None:
        target = request.target
        before = session.tip.release(unit, target)
        past = session.past([unit.name])
        earlier = self._chosen(request, session, past.declared(target, unit.name), before)
        if same(earlier.release, before):
            return None
        into = ground.file(unit)
        data = restored(into, target, File(f"{unit.path} of {earlier.since.commit[:12]}", _file(past, unit, earlier)))
        reason = _reason(request, before, earlier.release)
        data = held(File(unit.path, data), target, hold(reason, request.by, request.until))
        origin = load(_last_file(past, unit, earlier), unit.path)
        return Move("rollback", None, target, unit, load(data, unit.path), data, earlier.release, before, origin)

    def _chosen(
        self, request: Request, session: Session, declared: Sequence[Declared], before: Mapping[str, Any] | None
    ) -> Declared:
        """The release that is meant: by version, digest, or what a commit declared."""
        earlier = [one for one in declared if not same(one.release, before)]
        if not request.to:
            if not earlier:
                raise InputError(
                    f"{request.target} has declared no other release of {request.name} before",
                    hint=f"`mlgitops history {request.target} {request.name}` shows what it has declared.",
                )
            return earlier[0]
        named = [one for one in declared if _is_called(one, request.to)]
        if len({one.digest for one in named}) > 1:
            raise InputError(
                f"`{request.to}` means several releases: {', '.join(sorted({short(one.digest) for one in named}))}",
                hint="Name one by its digest.",
            )
        if named:
            return named[0]
        digest = self._at(request, session)
        found = next((one for one in declared if one.digest == digest), None)
        if found is None:
            raise InputError(
                f"{request.target} has never declared a release `{request.to}` of {request.name}",
                hint=f"`mlgitops history {request.target} {request.name}` shows what it has declared.",
            )
        return found

    def _at(self, request: Request, session: Session) -> str:
        """Digest of the release that a commit declared; empty where there is no such commit or release."""
        try:
            with self._parts.remote.snapshot(request.to) as snapshot:
                ground = Ground(snapshot, session.tip.documents.schemas)
                unit = ground.units(request.target.environment).get(request.name.rpartition("/")[2])
                release = ground.release(unit, request.target) if unit else None
                return digest(release) if release else ""
        except InputError:
            return ""


class Change:
    """One change on a branch of its own, on which people may have worked already.

    Args:
        session: Where it goes.
        branch: Name of its branch.

    Attributes:
        ground: The files that it is a change to: those of the base, with what people have committed to its branch.
    """

    def __init__(self, session: Session, branch: str) -> None:
        self._session = session
        self._branch = branch
        self._standing = session.standing_at(branch)
        self.ground = session.with_people(self._standing)

    def bring(self, move: Move, *, dry_run: bool, auto_merge: bool) -> Report:
        """Plan the change and bring it to the remote.

        Args:
            move: The change.
            dry_run: Whether nothing is pushed.
            auto_merge: Whether the forge shall merge it.

        Raises:
            As `Rollback.run`.
        """
        session = self._session
        (planned,) = session.plan([move], self.ground, move.target.environment)
        group = Group(self._branch, [planned], besides(self._standing.get(self._branch), [planned]))
        report = Report(session.place.base, session.place.tip, planned, branch=self._branch, besides=group.besides)
        if planned.refused or dry_run:
            return report._replace(body=session.publisher.body(group))
        (published,) = session.publisher.publish([group], self._standing, auto_merge=auto_merge)
        return report._replace(body=published.body, published=published)


def _is_called(one: Declared, text: str) -> bool:
    if str(one.release["version"]) == text:
        return True
    pure = text.removeprefix("sha256:")
    return len(pure) >= _DIGEST and one.digest.removeprefix("sha256:").startswith(pure)


def _reason(request: Request, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    moved = f"rolled back from {before['version']} to {after['version']}" if before else f"back at {after['version']}"
    return f"{moved}: {request.reason}" if request.reason else moved


def _file(past: Past, unit: Unit, declared: Declared) -> bytes:
    """The state's file as it was when a release was declared."""
    versions = past.versions(unit.environment)[unit.name]
    return next(data for revision, data in versions if revision.commit == declared.since.commit and data)


def _last_file(past: Past, unit: Unit, declared: Declared) -> bytes:
    """The state's file as it was last while a release was declared: with the `deploy` that it ran with."""
    versions = [(revision, data) for revision, data in past.versions(unit.environment)[unit.name] if data]
    commits = [revision.commit for revision, _ in versions]
    end = commits.index(declared.until.commit) if declared.until and declared.until.commit in commits else -1
    return versions[end + 1][1]
