"""Hold: no release is promoted into a slot until somebody lifts it; by pull request, like every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.promotion.branches import change_branch
from mlgitops.core.promotion.holds import hold
from mlgitops.core.promotion.moves import Move, held, released
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.change import Change
from mlgitops.workflows.promotion.session import opened

if TYPE_CHECKING:
    from mlgitops.core.promotion.moves import File
    from mlgitops.workflows.promotion.change import Report, Request
    from mlgitops.workflows.promotion.session import Parts


class Hold:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> Report:
        """Set a hold, or lift it where no reason is given; where it is so already, there is nothing to do.

        Raises:
            InputError: There is no such service, nothing in the slot, or no such day.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            (unit,) = session.tip.named(request.target.environment, [request.name])
            release = session.tip.release(unit, request.target)
            if release is None:
                raise InputError(f"there is nothing in {request.target} of {unit.name} to hold", path=unit.path)
            branches = [change_branch(verb, request.target, unit.name) for verb in ("hold", "unhold")]
            branch, opposite = branches if request.reason else branches[::-1]
            change = Change(session, branch, opposite, dry_run=request.dry_run)
            data = _changed(request, change.ground.file(unit), self._parts.tools.today)
            if load(data, unit.path) == session.tip.state(unit):
                return change.nothing()
            move = Move("hold", None, request.target, unit, load(data, unit.path), data, release, release, {})
            return change.bring(move, auto_merge=request.auto_merge)


def _changed(request: Request, into: File, today: str) -> bytes:
    if not request.reason:
        return released(into, request.target)
    return held(into, request.target, hold(request.reason, request.by, request.until, today))
