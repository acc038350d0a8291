"""Session: one branch of a remote at one commit, on which changes are planned and from which they are published."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.promotion.branches import require_branch
from mlgitops.core.promotion.overrides import Overrides
from mlgitops.core.snapshot import Overlay
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.past import Past
from mlgitops.workflows.promotion.plan import Planner
from mlgitops.workflows.promotion.publish import Place, Publisher
from mlgitops.workflows.promotion.standing import branches, people_files
from mlgitops.workflows.promotion.verdicts import Verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.approvals import Review
    from mlgitops.core.code_owners import CodeOwners
    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Unit
    from mlgitops.core.promotion.moves import Move
    from mlgitops.gates import Gate
    from mlgitops.ports.forge import Forge
    from mlgitops.ports.git import History, Remote
    from mlgitops.workflows.promotion.plan import Tools
    from mlgitops.workflows.promotion.planned import Group, Planned
    from mlgitops.workflows.promotion.standing import Branch
    from mlgitops.workflows.promotion.verdicts import Outside


class Parts(NamedTuple):
    """What changes to a remote are made with.

    Attributes:
        remote: The remote: what is on it counts, and no checkout.
        history: What was committed before.
        tools: What planning works with.
        gates: Every gate by its id.
        outside: What gates may ask beside the repository.
        forge: Gives the forge, by what the base branch says of it; None without one.
        describe: Writes the body of a pull request, in so many characters.
        owners: Reads the code owners of a commit as a forge of some kind does.
        unasked: As of `Place`.
    """

    remote: Remote
    history: History
    tools: Tools
    gates: Mapping[str, Gate]
    outside: Outside
    forge: Callable[[Mapping[str, Any]], Forge | None]
    describe: Callable[[Group, int], str]
    owners: Callable[[str, str], CodeOwners]
    unasked: bool = False


class Session:
    """A branch that changes go into, at the commit that they are planned on.

    Args:
        parts: What changes are made with.
        place: Where they go.
        tip: The files there.

    Attributes:
        place: As given.
        tip: As given.
        publisher: Brings changes to the remote.
    """

    def __init__(self, parts: Parts, place: Place, tip: Ground) -> None:
        self._parts = parts
        self.place = place
        self.tip = tip
        self.publisher = Publisher(place, parts.describe, parts.gates)

    def standing(self, prefix: str) -> dict[str, Branch]:
        """The branches that former runs have left, by name.

        Args:
            prefix: How their names begin.
        """
        return branches(self._parts.remote, self.place.tip, prefix)

    def standing_at(self, branch: str) -> dict[str, Branch]:
        """The branch of this name, if a former run has left it."""
        return {name: found for name, found in self.standing(branch).items() if name == branch}

    def with_people(self, standing: Mapping[str, Branch], broken: Collection[str] = ()) -> Ground:
        """The files of the branch, with what people have committed to branches of former runs.

        A name is that of one state, the branch's or the first one on them: of another one nothing counts.

        Args:
            standing: Those branches.
            broken: Services of which people have committed what is no state: nothing of that counts either.
        """
        homes: dict[str, dict[str, Unit]] = {}

        def counts(unit: Unit) -> bool:
            name = unit.environment
            if name not in homes:
                homes[name] = {one.name: one for one in self.tip.project.survey(name)[0]}
            return unit.name not in broken and homes[name].setdefault(unit.name, unit) == unit

        files, gone = people_files(self._parts.remote, standing, counts)
        if not files and not gone:
            return self.tip
        return Ground(Overlay(self.tip.snapshot, files, gone), self._parts.tools.schemas)

    def past(self, names: Iterable[str]) -> Past:
        """What was declared before of services that will be asked about."""
        return Past(self._parts.history, self.place.tip, frozenset(names))

    def plan(
        self, moves: Sequence[Move], ground: Ground, environment: str, overrides: Overrides | None = None
    ) -> list[Planned]:
        """What each of `moves` would change in an environment, with what gates say of it.

        Args:
            moves: The changes to states.
            ground: The files that they are changes to.
            environment: The environment that they are in.
            overrides: Gates that are passed over.

        Raises:
            InputError: An override is not allowed, or a gate cannot tell.
        """
        passed_over = overrides or Overrides()
        past = self.past(move.unit.name for move in moves)
        verdicts = Verdicts(self._parts.gates, self.tip, past, self._parts.outside)
        verdicts.require_overridable(passed_over, environment)
        return Planner(self.tip, ground, self._parts.tools).plan(moves, verdicts, passed_over)

    def judge(
        self,
        moves: Sequence[Move],
        merged: Ground,
        paths: Sequence[str],
        overrides: Overrides,
        review: Callable[[], Review] | None,
        past: Past,
    ) -> list[Planned]:
        """What gates say of changes that somebody has made.

        Args:
            moves: The changes to slots.
            merged: The branch with the changes merged into it.
            paths: Every file that they change.
            overrides: Gates that are passed over, by what the branch and its owners allow.
            review: Asks for the review of the pull request that brings them, where there is one.
            past: What was declared of their services.

        Raises:
            InputError: A gate cannot tell.
        """
        outside = self._parts.outside._replace(review=lambda _: review)
        verdicts = Verdicts(self._parts.gates, self.tip, past, outside)
        return Planner(self.tip, self.tip, self._parts.tools).judge(moves, merged, paths, verdicts, overrides)

    def new_findings(self, merged: Ground, paths: Sequence[str]) -> list[Finding]:
        """What rules find after changes to no release that they did not find before.

        Args:
            merged: The branch with the changes merged into it.
            paths: Every file that they change.
        """
        return Planner(self.tip, self.tip, self._parts.tools).found(merged, paths)


@contextmanager
def opened(parts: Parts, base: str) -> Iterator[Session]:
    """A session on a branch of the remote.

    Args:
        parts: What changes are made with.
        base: The branch; empty for the remote's default.

    Raises:
        InputError: There is no such branch, or no valid project on it.
        NotPermittedError: This account may not read it.
        RefusedError: No usable answer; a retry may help.
    """
    remote = parts.remote
    branch = require_branch(base or remote.default_branch())
    tip = remote.fetch(branch)[branch]
    with remote.snapshot(tip) as snapshot:
        ground = Ground(snapshot, parts.tools.schemas)
        settings = ground.project.settings.get("forge", {})
        labels, reviewers = tuple(settings.get("labels", ())), tuple(settings.get("reviewers", ()))
        yield Session(
            parts, Place(remote, branch, tip, parts.forge(settings), labels, reviewers, parts.unasked), ground
        )
