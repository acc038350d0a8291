"""A forge that is all in memory, beside a real bare repository; and ports that break off where a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.errors import RaceError, RefusedError
from mlgitops.ports.forge import Approvals, Proposal, PullRequest, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.repo import Repo


class MemoryForge:
    """See `mlgitops.ports.forge.Forge`.

    Args:
        bare: The repository that it serves.

    Attributes:
        pulls: Every pull request, as it is now.
        writes: What was written, in order.
        reviews: What `approvals` answers, by branch.
        comments: Why pull requests were closed, by number.
        statuses: What was said last, by commit and context.
        merging: Numbers of pull requests that it shall merge.
    """

    kind = "memory"

    def __init__(self, bare: Repo, body_limit: int = 65_536) -> None:
        self.body_limit = body_limit
        self._bare = bare
        self.pulls: list[PullRequest] = []
        self.writes: list[str] = []
        self.reviews: dict[str, Approvals] = {}
        self.comments: dict[int, str] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.merging: dict[int, str] = {}

    def pull_requests(self, prefix: str, base: str | None = None) -> list[PullRequest]:
        """See `Forge.pull_requests`."""
        self._look()
        return [
            found
            for found in self.pulls
            if found.state == "open" and found.branch.startswith(prefix) and base in (None, found.base)
        ]

    def create(self, proposal: Proposal) -> PullRequest:
        """See `Forge.create`."""
        for found in self.pull_requests(proposal.branch, proposal.base):
            if found.branch == proposal.branch:
                return self.update(found, proposal)
        return self._write("create", len(self.pulls), self._made(len(self.pulls) + 1, proposal))

    def update(self, found: PullRequest, proposal: Proposal) -> PullRequest:
        """See `Forge.update`."""
        now = self.pulls[found.number - 1]
        if (now.state, now.title, now.body) != ("open", found.title, found.body):
            raise RaceError("it was changed by someone else meanwhile")
        made = self._made(found.number, proposal)._replace(author=found.author)
        return made if made == self.pulls[found.number - 1] else self._write("update", found.number - 1, made)

    def close(self, found: PullRequest, comment: str) -> None:
        """See `Forge.close`."""
        if self.pulls[found.number - 1].state == "open":
            self.comments[found.number] = comment
            self._write("close", found.number - 1, found._replace(state="closed"))

    def approvals(self, found: PullRequest) -> Approvals:
        """See `Forge.approvals`."""
        return self.reviews.get(found.branch, Approvals((), (), None))

    def set_statuses(self, commit: str, statuses: Sequence[Status]) -> None:
        """See `Forge.set_statuses`."""
        for status in statuses:
            if self.statuses.get((commit, status.context)) != status:
                self.statuses[commit, status.context] = status
                self.writes.append(f"status {status.context}")

    def auto_merge(self, found: PullRequest) -> None:
        """See `Forge.auto_merge`."""
        if self.merging.get(found.number) != found.commit:
            self.merging[found.number] = found.commit
            self.writes.append("auto-merge")

    def open(self, branch: str, title: str = "By hand", body: str = "", author: str = "bob") -> PullRequest:
        """Somebody opens a pull request."""
        made = self._made(len(self.pulls) + 1, Proposal(branch, "main", title, body, draft=False))
        self.pulls.append(made._replace(author=author))
        return self.pulls[-1]

    def change(self, number: int, **facts: Any) -> None:
        """Somebody changes a pull request."""
        self.pulls[number - 1] = self.pulls[number - 1]._replace(**facts)

    def verdicts(self, commit: str) -> dict[str, str]:
        """Verdict by gate."""
        return {
            context.partition("/")[2]: status.verdict
            for (of, context), status in sorted(self.statuses.items())
            if of == commit
        }

    def _look(self) -> None:
        """Pull requests follow their branches, and end with them or when they are merged."""
        for index, found in enumerate(self.pulls):
            tip = self._bare.git("rev-parse", "--verify", "--quiet", f"refs/heads/{found.branch}", check=False)
            if found.state != "open":
                continue
            merged = tip and not self._bare.git("rev-list", f"{found.base}..{tip}")
            self.pulls[index] = found._replace(
                commit=tip or found.commit, state="merged" if merged else "open" if tip else "closed"
            )

    def _made(self, number: int, proposal: Proposal) -> PullRequest:
        return PullRequest(
            number=number,
            url=f"https://forge.example/acme/ml/pulls/{number}",
            branch=proposal.branch,
            base=proposal.base,
            commit=self._bare.git("rev-parse", f"refs/heads/{proposal.branch}"),
            title=proposal.title,
            body=proposal.body,
            draft=proposal.draft,
            state="open",
            labels=proposal.labels,
            reviewers=proposal.reviewers,
            author="mlgitops-bot",
        )

    def _write(self, what: str, index: int, made: PullRequest) -> PullRequest:
        assert len(made.body) <= self.body_limit
        self.writes.append(f"{what} {made.branch}")
        self.pulls[index : index + 1] = [made]
        return made


class Breaking:
    """A port that breaks off at one of its calls, counted over all ports that share `counter`.

    Args:
        inner: The port.
        counter: One number: the calls until it breaks.
        done: Whether the call is made before it breaks: its answer is lost.
    """

    def __init__(self, inner: Any, counter: list[int], *, done: bool) -> None:
        self._inner = inner
        self._counter = counter
        self._done = done

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._counter[0] -= 1
            if self._counter[0] == 0 and not self._done:
                raise RefusedError(f"broken off before {name}", hint="Try again.")
            answer = found(*arguments, **named)
            if self._counter[0] == 0:
                raise RefusedError(f"broken off after {name}", hint="Try again.")
            return answer

        return call
