"""Publish: planned changes become branches and pull requests; what is so already is left alone.

The order makes a run that is killed anywhere one that the next run finishes: branches first, all or none, then pull
requests, which are looked for before they are opened, then what is superseded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.promotion import marked
from mlgitops.core.promotion.branches import PREFIX
from mlgitops.core.promotion.messages import is_title, message, title
from mlgitops.core.promotion.overrides import Override
from mlgitops.errors import InputError, RaceError
from mlgitops.ports.forge import Proposal
from mlgitops.ports.git import Update
from mlgitops.workflows.promotion.standing import is_current
from mlgitops.workflows.promotion.statuses import statuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlgitops.gates import Gate
    from mlgitops.ports.forge import Forge, PullRequest
    from mlgitops.ports.git import Remote
    from mlgitops.workflows.promotion.planned import Group
    from mlgitops.workflows.promotion.standing import Branch

BODY = 65_536
"""Characters that a body may have where no forge says how many."""

_MARKS = 400  # characters that the marks around the program's part take at most


class Place(NamedTuple):
    """Where changes go.

    Attributes:
        remote: The remote.
        base: Name of the branch that is merged into.
        tip: The commit of it that everything was planned on.
        forge: The forge, or None without one.
        labels: Labels that pull requests get.
        reviewers: Who is asked for a review.
        unasked: Whether there is a forge that must not be asked: then its pull requests keep their branches.
    """

    remote: Remote
    base: str
    tip: str
    forge: Forge | None = None
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    unasked: bool = False


class Published(NamedTuple):
    """What became of one group.

    Attributes:
        group: What was planned.
        commit: The commit that brings it.
        pushed: Whether the branch was not so already.
        pull_request: The pull request, or None without a forge.
        body: The body, as the forge has it or would.
    """

    group: Group
    commit: str
    pushed: bool
    pull_request: PullRequest | None
    body: str


class Withdrawn(NamedTuple):
    """What was no longer needed.

    Attributes:
        closed: Pull requests.
        deleted: Names of branches.
    """

    closed: Sequence[PullRequest] = ()
    deleted: Sequence[str] = ()


class Publisher:
    """Brings changes to a remote.

    Args:
        place: Where they go.
        describe: Writes the body of a pull request, in so many characters.
        gates: Every gate by its id.
    """

    def __init__(self, place: Place, describe: Callable[[Group, int], str], gates: Mapping[str, Gate]) -> None:
        self._place = place
        self._describe = describe
        self._gates = gates

    def publish(
        self, groups: Sequence[Group], standing: Mapping[str, Branch], *, auto_merge: bool = False
    ) -> list[Published]:
        """Push what has changed, and open or update the pull requests.

        Args:
            groups: What is planned.
            standing: The branches that former runs have left, by name.
            auto_merge: Whether the forge shall merge what is no draft once its own demands are met; what people have
                committed something to is left to people.

        Raises:
            InputError: A branch is in the way that has nothing in common with the one that is merged into.
            RaceError: Somebody else was faster; nothing was pushed.
            NotPermittedError: This account may not do it.
            RefusedError: No usable answer; a retry may help.
        """
        commits = {group.branch: self._commit(group, standing.get(group.branch)) for group in groups}
        before = {name: standing[name].commit if name in standing else "" for name in commits}
        updates = [Update(name, commit, before[name]) for name, commit in commits.items() if commit != before[name]]
        opened = self._opened(groups)  # a forge that does not answer is found out before anything is pushed
        self._push(updates)
        pushed = {update.branch for update in updates}
        published = []
        for group in groups:
            name, commit = group.branch, commits[group.branch]
            found, body = self._propose(group, opened.get(name), new=name in pushed)
            if found:
                by_people = name in standing and standing[name].by_people
                self._tell(group, found._replace(commit=commit), auto_merge=auto_merge and not by_people)
            published.append(Published(group, commit, name in pushed, found, body))
        return published

    def withdraw(self, branches: Sequence[Branch], why: str) -> Withdrawn:
        """Close the pull requests of branches that are no longer needed, and delete those without people's commits.

        Args:
            branches: The branches.
            why: What is said in the pull request.

        Raises:
            As `publish`.
        """
        if self._place.unasked or not branches:
            return Withdrawn()
        closed: list[PullRequest] = []
        if self._place.forge:
            names = {branch.name for branch in branches}
            opened = self._place.forge.pull_requests(PREFIX, self._place.base)
            closed = [found for found in opened if found.branch in names]
            for found in closed:
                self._place.forge.close(found, why)
        own = [Update(branch.name, "", branch.commit) for branch in branches if not branch.by_people]
        if own:
            self._place.remote.push(own)
        return Withdrawn(closed, [update.branch for update in own])

    def body(self, group: Group, found: PullRequest | None = None) -> str:
        """The body of a group's pull request, with people's words kept, within the forge's limit."""
        old = found.body if found else ""
        limit = self._place.forge.body_limit if self._place.forge else BODY
        room = limit - _MARKS - sum(map(len, marked.around(old)))
        if found and room <= 0:  # people's words come first
            return old
        return marked.merged(old, marked.marked(self._describe(group, room), group.branch))

    def _commit(self, group: Group, branch: Branch | None) -> str:
        """The commit that brings a group: the branch's own where it does, else a new one."""
        remote, wanted = self._place.remote, commit_message(group)
        if branch and not branch.related:
            raise InputError(
                f"the branch `{branch.name}` has no commit in common with {self._place.base}, so it cannot be merged",
                hint="Delete it on the remote, or rename it, and run again.",
            )
        if branch and is_current(remote, branch, group, wanted):
            return branch.commit
        parent = branch.commit if branch and branch.by_people else self._place.tip
        return remote.commit(parent, group.files, group.removed, wanted)

    def _push(self, updates: Sequence[Update]) -> None:
        if not updates:
            return
        if self._place.remote.tips(self._place.base).get(self._place.base) != self._place.tip:
            raise RaceError(
                f"{self._place.base} has moved while this was planned; nothing was pushed",
                hint="Run the same command again: it plans on what is there now.",
            )
        self._place.remote.push(updates)

    def _opened(self, groups: Sequence[Group]) -> dict[str, PullRequest]:
        if self._place.forge is None or not groups:
            return {}
        prefix = groups[0].branch.rpartition("/")[0] + "/"
        return {found.branch: found for found in self._place.forge.pull_requests(prefix, self._place.base)}

    def _propose(self, group: Group, found: PullRequest | None, *, new: bool) -> tuple[PullRequest | None, str]:
        body = self.body(group, found)
        if self._place.forge is None:
            return None, body
        named = title([planned.move for planned in group.planned])
        if found and not (new and is_title(found.title)):
            named = found.title
        proposal = Proposal(
            group.branch, self._place.base, named, body, group.draft, self._place.labels, self._place.reviewers
        )
        forge = self._place.forge
        return (forge.update(found, proposal) if found else forge.create(proposal)), body

    def _tell(self, group: Group, found: PullRequest, *, auto_merge: bool) -> None:
        """Say what gates say of a pull request's commit, and have it merged where that is asked for."""
        forge = self._place.forge
        if forge is None:
            return
        if not group.besides:  # else `mlgitops gates` judges the whole
            forge.set_statuses(found.commit, list(statuses(group, self._gates, honoured=False)))
        if auto_merge and not group.draft:
            forge.auto_merge(found)


def commit_message(group: Group) -> str:
    """The message of the commit that brings a group."""
    moves = [planned.move for planned in group.planned]
    return message(moves, _overrides(group), group.files | dict.fromkeys(group.removed))


def _overrides(group: Group) -> Iterator[Override]:
    """What is passed over, with the names of the services where it is not for all."""
    services: dict[tuple[str, str], list[str]] = {}
    for planned in group.planned:
        for told in planned.told:
            if told.override:
                services.setdefault((told.gate, told.override), []).append(planned.move.unit.name)
    for (gate, reason), names in services.items():
        yield Override(gate, reason, () if len(names) == len(group.planned) else tuple(names))
