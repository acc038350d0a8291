"""A forge, from what one API can do: pull requests are found before they are made, and nothing is said twice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlgitops.adapters.forges.shared import titles
from mlgitops.adapters.forges.shared.faults import ExistsError
from mlgitops.errors import InputError, RaceError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.adapters.forges.shared.api import Api
    from mlgitops.ports.forge import Approvals, Proposal, PullRequest, Status

_TITLE = 240  # characters; all forges take 255, and a draft's mark takes some


class Hosted:
    """See `mlgitops.ports.forge.Forge`.

    Args:
        api: Of the forge that the repository is on.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def kind(self) -> str:
        """See the port."""
        return self._api.kind

    @property
    def body_limit(self) -> int:
        """See the port."""
        return self._api.body_limit

    def pull_requests(self, prefix: str, base: str | None = None) -> list[PullRequest]:
        """See the port."""
        with self._api.rest.operation():
            found = {
                pull.number: pull
                for pull in self._api.opened(None, base)
                if pull.branch.startswith(prefix) and base in {None, pull.base} and pull.state == "open"
            }
        return [found[number] for number in sorted(found)]

    def create(self, proposal: Proposal) -> PullRequest:
        """See the port."""
        proposal = self._fitting(proposal)
        rest = self._api.rest
        with rest.operation():
            self._api.check(proposal)
            found = rest.settled(lambda: self._find(proposal))
            if found is None:
                found = rest.settled(lambda: rest.once(lambda: self._open(proposal), lambda: self._find(proposal)))
            return self._brought_up(found, proposal)

    def update(self, found: PullRequest, proposal: Proposal) -> PullRequest:
        """See the port."""
        proposal = self._fitting(proposal)
        with self._api.rest.operation():
            self._api.check(proposal)
            if self._differs(found, proposal):
                now = self._api.pull(found.number)
                if now.state != "open" or not _same_words(
                    now, found
                ):  # its commits are guarded by the lease of the push
                    raise RaceError(
                        f"{found.url} was changed by someone else meanwhile",
                        hint="Run the command again: it starts from what stands there now.",
                    )
            return self._brought_up(found, proposal)

    def close(self, found: PullRequest, comment: str) -> None:
        """See the port. The comment comes first: a run that is killed in between finds it and closes."""
        rest = self._api.rest
        with rest.operation():
            now = self._api.pull(found.number)
            if now.state != "open":
                return
            if comment and not self._is_said(now, comment):
                rest.ensured(lambda: self._api.comment(now, comment), lambda: self._is_said(now, comment))
            self._api.shut(now)

    def approvals(self, found: PullRequest) -> Approvals:
        """See the port."""
        with self._api.rest.operation():
            return self._api.approvals(found)

    def set_statuses(self, commit: str, statuses: Sequence[Status]) -> None:
        """See the port."""
        rest = self._api.rest
        with rest.operation():
            said = self._api.statuses(commit)
            for status in statuses:
                fitting = status._replace(description=titles.cut(status.description, self._api.description_limit))
                if said.get(fitting.context) != fitting:
                    rest.ensured(partial(self._api.say, commit, fitting), partial(self._is_status, commit, fitting))

    def auto_merge(self, found: PullRequest) -> None:
        """See the port."""
        if not found.commit:  # a forge that has not looked at the branch yet would merge whatever it finds there
            raise RefusedError(f"the forge does not know the commit of {found.url} yet", hint="Run the command again.")
        with self._api.rest.operation():
            self._api.auto_merge(found)

    def _fitting(self, proposal: Proposal) -> Proposal:
        if len(proposal.body) > self.body_limit:
            raise InputError(
                f"the body of a pull request has {len(proposal.body):,} characters, {self.body_limit:,} are allowed"
            )
        return proposal._replace(title=titles.cut(titles.plain(proposal.title), _TITLE))

    def _find(self, proposal: Proposal) -> PullRequest | None:
        """The open pull request from this branch into this base; names are compared here, whatever was filtered."""
        for pull in self._api.opened(proposal.branch, proposal.base):
            if (pull.branch, pull.base, pull.state) == (proposal.branch, proposal.base, "open"):
                return pull
        return None

    def _open(self, proposal: Proposal) -> PullRequest:
        try:
            return self._api.open(proposal)
        except ExistsError:
            found = self._find(proposal)
            if found is None:
                raise
            return found

    def _brought_up(self, found: PullRequest, proposal: Proposal) -> PullRequest:
        """Write what differs, and nothing else."""
        written = self._differs(found, proposal)
        if written:
            self._api.edit(found, proposal)
        labels = sorted(set(proposal.labels) - set(found.labels))
        if labels:
            self._api.label(found, labels)
        known = {name.lower() for name in (*found.reviewers, found.author)}
        reviewers = [name for name in proposal.reviewers if name.lower() not in known]
        if reviewers:
            asked = {name.lower() for name in self._api.asked(found)}
            reviewers = [name for name in reviewers if name.lower() not in asked]
        if reviewers:
            self._api.ask(found, reviewers)
        return self._api.pull(found.number) if written or labels or reviewers else found

    @staticmethod
    def _differs(found: PullRequest, proposal: Proposal) -> bool:
        return (
            (found.base, found.draft) != (proposal.base, proposal.draft)
            or not titles.same(found.title, proposal.title)
            or not titles.same(found.body, proposal.body)
        )

    def _is_status(self, commit: str, status: Status) -> bool:
        return self._api.statuses(commit).get(status.context) == status

    def _is_said(self, found: PullRequest, text: str) -> bool:
        return any(titles.same(text, comment) for comment in self._api.comments(found))


def _same_words(now: PullRequest, found: PullRequest) -> bool:
    return now.base == found.base and titles.same(now.title, found.title) and titles.same(now.body, found.body)
