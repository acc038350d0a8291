"""Change: one change to one service on a branch of its own, as rollbacks and holds make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.workflows.promotion.planned import Group
from mlgitops.workflows.promotion.publish import Withdrawn
from mlgitops.workflows.promotion.standing import besides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.planned import Planned
    from mlgitops.workflows.promotion.publish import Published
    from mlgitops.workflows.promotion.session import Session


class Request(NamedTuple):
    """What is asked.

    Attributes:
        target: The slot.
        name: The service.
        reason: Why; it stands in the hold. Empty for a rollback that gives none, and to lift a hold.
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


class Report(NamedTuple):
    """What was planned, and done.

    Attributes:
        base: The branch that is merged into.
        tip: The commit of it that everything was planned on.
        planned: The change; None where there is nothing to do.
        body: What the pull request says.
        published: What became of it; None for a dry run, or where a gate refuses it.
        branch: Name of its branch.
        besides: As of `Group`.
        withdrawn: What was no longer needed.
    """

    base: str
    tip: str
    planned: Planned | None
    body: str = ""
    published: Published | None = None
    branch: str = ""
    besides: Sequence[str] = ()
    withdrawn: Withdrawn = Withdrawn()


class Change:
    """A change on a branch, on which people may have worked already.

    Args:
        session: Where it goes.
        branch: Name of its branch.
        opposite: Name of the branch of a change that this one makes pointless, if there is such a change.
        dry_run: Whether nothing is pushed.

    Attributes:
        ground: The files that it is a change to: those of the base, with what people have committed to its branch.
    """

    def __init__(self, session: Session, branch: str, opposite: str = "", *, dry_run: bool = False) -> None:
        self._session = session
        self._branch = branch
        self._dry_run = dry_run
        self._standing = session.standing_at(branch)
        self._opposite = session.standing_at(opposite) if opposite else {}
        self.ground = session.with_people(self._standing)

    def bring(self, move: Move, *, auto_merge: bool) -> Report:
        """Plan the change and bring it to the remote.

        Args:
            move: The change.
            auto_merge: Whether the forge shall merge it.

        Raises:
            As `Publisher.publish`; InputError, where a gate cannot tell, or it would be no valid state.
        """
        session = self._session
        self.ground.require_state(move)
        (planned,) = session.plan([move], self.ground, move.target.environment)
        group = Group(self._branch, [planned], besides(self._standing.get(self._branch), [planned]))
        report = Report(session.place.base, session.place.tip, planned, branch=self._branch, besides=group.besides)
        if planned.refused or self._dry_run:
            return report._replace(body=session.publisher.body(group))
        (published,) = session.publisher.publish([group], self._standing, auto_merge=auto_merge)
        withdrawn = session.publisher.withdraw(list(self._opposite.values()), "The opposite is asked for by now.")
        return report._replace(body=published.body, published=published, withdrawn=withdrawn)

    def nothing(self) -> Report:
        """There is nothing to change: what former runs have opened for it is closed.

        Raises:
            As `Publisher.withdraw`.
        """
        session = self._session
        left = [] if self._dry_run else [*self._standing.values(), *self._opposite.values()]
        withdrawn = session.publisher.withdraw(left, f"It is as asked for on {session.place.base} without this.")
        return Report(session.place.base, session.place.tip, None, withdrawn=withdrawn)
