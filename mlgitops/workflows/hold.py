"""Hold: no release is promoted into a slot until somebody lifts it; by pull request, like every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.promotion.branches import change_branch
from mlgitops.core.promotion.holds import hold
from mlgitops.core.promotion.moves import Move, held, released
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.change import Change
from mlgitops.workflows.promotion.session import opened

if TYPE_CHECKING:
    from mlgitops.core.promotion.moves import File
    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.change import Report
    from mlgitops.workflows.promotion.session import Parts


class Request(NamedTuple):
    """What is asked.

    Attributes:
        target: The slot.
        name: The service.
        reason: Why; empty to lift the hold.
        by: Who asks for it; empty where nobody knows.
        until: Last day of the hold, or empty for one that lasts until it is lifted.
        base: The branch that is merged into; empty for the remote's default.
        dry_run: Whether nothing is pushed.
        auto_merge: Whether the forge shall merge it.
    """

    target: SlotName
    name: str
    reason: str = ""
    by: str = ""
    until: str = ""
    base: str = ""
    dry_run: bool = False
    auto_merge: bool = False


class Hold:
    """The workflow.

    Args:
        parts: What changes are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run(self, request: Request) -> Report:
        """Set or lift a hold; where it is so already, there is nothing to do.

        Raises:
            InputError: There is no such service, nothing in the slot, or no such day.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        with opened(self._parts, request.base) as session:
            session.tip.project.environment(request.target.environment)
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
