"""Rollback: a release that was declared in a slot before is declared there again, model, data context and template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.digests import digest
from mlgitops.core.leniency import readable
from mlgitops.core.promotion import earlier
from mlgitops.core.promotion.branches import change_branch
from mlgitops.core.promotion.holds import hold
from mlgitops.core.promotion.moves import File, Move, held, restored, same
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.change import Change
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.session import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.history import Declared
    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.change import Report
    from mlgitops.workflows.promotion.past import Past
    from mlgitops.workflows.promotion.session import Parts, Session


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
            branch = change_branch("rollback", request.target, unit.name)
            change = Change(session, branch, dry_run=request.dry_run)
            move = self._move(request, session, unit, change.ground)
            return change.bring(move, auto_merge=request.auto_merge) if move else change.nothing()

    def _move(self, request: Request, session: Session, unit: Unit, ground: Ground) -> Move | None:
        target = request.target
        before = session.tip.release(unit, target)
        past = session.past([unit.name])
        chosen = self._chosen(request, session, past.declared(target, unit.name), before)
        if same(chosen.release, before):
            return None
        into = ground.file(unit)
        data = restored(into, target, File(f"{unit.path} of {chosen.since.commit[:12]}", _file(past, unit, chosen)))
        reason = _reason(request, before, chosen.release)
        data = held(File(unit.path, data), target, hold(reason, request.by, request.until, self._parts.tools.today))
        origin = _last_state(past, unit, chosen)
        return Move("rollback", None, target, unit, load(data, unit.path), data, chosen.release, before, origin)

    def _chosen(
        self, request: Request, session: Session, declared: Sequence[Declared], before: Mapping[str, Any] | None
    ) -> Declared:
        """The release that is meant: by version, digest, or what a commit declared."""
        if not request.to:
            found = earlier.before(declared, digest(before) if before else "")
            if found is None:
                raise _unknown(request, f"has declared no release of {request.name} before this one")
            return found
        named = earlier.called(declared, request.to)
        if len(named) > 1:
            raise InputError(
                f"`{request.to}` means several releases: {earlier.named(named)}", hint="Name one by its digest."
            )
        at = named[0].digest if named else self._at(request, session)
        found = next((one for one in declared if one.digest == at), None)
        if found is None:
            raise _unknown(request, f"has never declared a release `{request.to}` of {request.name}")
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


def _reason(request: Request, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    moved = f"rolled back from {before['version']} to {after['version']}" if before else f"back at {after['version']}"
    return f"{moved}: {request.reason}" if request.reason else moved


def _file(past: Past, unit: Unit, declared: Declared) -> bytes:
    """The state's file as it was when a release was declared."""
    versions = past.versions(unit.environment)[unit.name]
    return next(data for revision, data in versions if revision.commit == declared.since.commit and data)


def _last_state(past: Past, unit: Unit, declared: Declared) -> Mapping[str, Any]:
    """The state as it was last while a release was declared: with the `deploy` that it ran with."""
    versions = past.versions(unit.environment)[unit.name]
    commits = [revision.commit for revision, _ in versions]
    newest = commits.index(declared.until.commit) + 1 if declared.until else 0
    for _, data in versions[newest:]:
        state = readable(data, unit.path) if data else None
        if isinstance(state, dict):
            return state
    return {}


def _unknown(request: Request, why: str) -> InputError:
    return InputError(
        f"{request.target} {why}",
        hint=f"`mlgitops history {request.target} {request.name}` shows what it has declared.",
    )
