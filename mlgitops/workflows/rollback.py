"""Rollback: a release that was declared in a slot before is declared there again, model, data context and template.

Where the state's file is no valid one, all of it comes back as it was when it last was: nothing of it can be kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.digests import digest
from mlgitops.core.leniency import readable
from mlgitops.core.promotion import earlier
from mlgitops.core.promotion.branches import change_branch
from mlgitops.core.promotion.holds import hold
from mlgitops.core.promotion.moves import File, Move, held, restored, same
from mlgitops.core.snapshot import Overlay
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.change import Change
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.session import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.history import Declared
    from mlgitops.core.project import Unit
    from mlgitops.workflows.promotion.change import Report, Request
    from mlgitops.workflows.promotion.past import Past
    from mlgitops.workflows.promotion.session import Parts, Session


class Rollback:
    """The workflow.

    Args:
        parts: What changes are made with.
        to: Version, digest or commit of the release; empty for the one before the present one.
    """

    def __init__(self, parts: Parts, to: str = "") -> None:
        self._parts = parts
        self._to = to

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such slot, service or release in its history, or the clone is shallow.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            (unit,) = session.tip.named(request.target.environment, [request.name])
            branch = change_branch("rollback", request.target, unit.name)
            change = Change(session, branch, dry_run=request.dry_run)
            move = self._move(request, session, unit, change.ground)
            return change.bring(move, auto_merge=request.auto_merge) if move else change.nothing()

    def _move(self, request: Request, session: Session, unit: Unit, ground: Ground) -> Move | None:
        target = request.target
        before = target.release(session.tip.declared(target.environment, unit.name))
        past = session.past([unit.name])
        try:
            ground.state(unit)
        except InputError as error:
            return self._whole(request, session, unit, past, before, error)
        chosen = self._chosen(request, session, past.declared(target, unit.name), before)
        if same(chosen.release, before):
            return None
        into = ground.file(unit)
        data = restored(into, target, File(f"{unit.path} of {chosen.since.commit[:12]}", _file(past, unit, chosen)))
        data = self._held(request, unit, data, before, chosen.release)
        origin = _last_state(past, unit, chosen)
        return Move("rollback", None, target, unit, load(data, unit.path), data, chosen.release, before, origin)

    def _whole(
        self,
        request: Request,
        session: Session,
        unit: Unit,
        past: Past,
        before: Mapping[str, Any] | None,
        error: InputError,
    ) -> Move:
        """The change that brings back the newest version of the file that is a valid state, of a release or of any."""
        target = request.target
        if target.challenger:
            raise InputError(
                f"{unit.path} is no valid state, so nothing of it can stay beside an earlier challenger",
                path=unit.path,
                hint=f"`mlgitops rollback {target.environment} {unit.name}` brings all of it back as it was.",
            ) from error
        wanted = self._named(request, session, past.declared(target, unit.name)).digest if self._to else ""
        for revision, data in past.versions(unit.environment)[unit.name]:
            state = self._valid(session, unit, data)
            if state is None or data is None or (wanted and digest(state["release"]) != wanted):
                continue
            release = state["release"]
            why = (
                f"The file is no valid state ({error.message}), so all of it comes back as it was in commit "
                f"{revision.commit[:12]}: `deploy` and everything else, not the release alone."
            )
            made = self._held(request, unit, data, before, release)
            document = load(made, unit.path)
            return Move("rollback", None, target, unit, document, made, release, before, {}, whole=why)
        what = f"with the release `{self._to}` " if wanted else ""
        raise InputError(
            f"{unit.path} has never been a valid state {what}that could come back",
            path=unit.path,
            hint=f"Mend it by hand: {error.message}.",
        ) from error

    def _valid(self, session: Session, unit: Unit, data: bytes | None) -> Mapping[str, Any] | None:
        """The document in a version of the file; None where it is no valid state, by the schemas of today."""
        if data is None:
            return None
        try:
            ground = Ground(Overlay(session.tip.snapshot, {unit.path: data}), self._parts.tools.schemas)
            return ground.state(unit)
        except InputError:
            return None

    def _held(
        self, request: Request, unit: Unit, data: bytes, before: Mapping[str, Any] | None, after: Mapping[str, Any]
    ) -> bytes:
        """The file with a hold that says why it is so."""
        reason = _reason(request, before, after)
        wanted = hold(reason, request.by, request.until, self._parts.tools.today)
        return held(File(unit.path, data), request.target, wanted)

    def _chosen(
        self, request: Request, session: Session, declared: Sequence[Declared], before: Mapping[str, Any] | None
    ) -> Declared:
        """The release that is meant: the one that is named, else the one before the present one."""
        if self._to:
            return self._named(request, session, declared)
        found = earlier.before(declared, digest(before) if before else "")
        if found is None:
            raise _unknown(request, f"has declared no release of {request.name} before this one")
        return found

    def _named(self, request: Request, session: Session, declared: Sequence[Declared]) -> Declared:
        """The release that is named: by version, digest, or what a commit declared."""
        named = earlier.called(declared, self._to)
        if len(named) > 1:
            raise InputError(
                f"`{self._to}` means several releases: {earlier.named(named)}", hint="Name one by its digest."
            )
        at = named[0].digest if named else self._at(request, session)
        found = next((one for one in declared if one.digest == at), None)
        if found is None:
            raise _unknown(request, f"has never declared a release `{self._to}` of {request.name}")
        return found

    def _at(self, request: Request, session: Session) -> str:
        """Digest of the release that a commit declared; empty where there is no such commit or release."""
        try:
            with self._parts.remote.snapshot(self._to) as snapshot:
                ground = Ground(snapshot, session.tip.documents.schemas)
                unit = ground.units(request.target.environment).get(request.name.rpartition("/")[2])
                release = ground.release(unit, request.target) if unit else None
                return digest(release) if release else ""
        except InputError:
            return ""


def _reason(request: Request, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    moved = f"back at {after['version']}"
    if before and before["version"] != after["version"]:
        moved = f"rolled back from {before['version']} to {after['version']}"
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
