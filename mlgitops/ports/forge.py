"""What promotions ask of a forge: pull requests, their reviews, and statuses of commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

State = Literal["open", "merged", "closed"]
Verdict = Literal["success", "pending", "failure"]


class PullRequest(NamedTuple):
    """A pull request, or merge request, as the forge has it.

    Attributes:
        number: What the forge calls it within the repository.
        url: Where people read it.
        branch: The branch that it brings, without `refs/heads/`; of this repository, never of a fork.
        base: The branch that it goes into.
        commit: The tip of `branch`, as the forge knows it.
        title: As people see it, without a forge's spelling of "draft".
        body: Markdown.
        draft: Whether it must not be merged yet.
        state: Open, merged or closed.
        labels: Names, sorted.
        reviewers: Who is asked: accounts, and teams as `<organisation>/<team>`; sorted.
        author: Account that opened it.
    """

    number: int
    url: str
    branch: str
    base: str
    commit: str
    title: str
    body: str
    draft: bool
    state: State
    labels: tuple[str, ...]
    reviewers: tuple[str, ...]
    author: str


class Proposal(NamedTuple):
    """What a pull request shall be.

    Attributes:
        branch: As of `PullRequest`, pushed already.
        base: As of `PullRequest`.
        title: As of `PullRequest`.
        body: As of `PullRequest`; never longer than the forge's `body_limit`.
        draft: As of `PullRequest`.
        labels: Added where missing, made where the forge has none of that name; others that stand there stay.
        reviewers: Asked where they have not been; others stay.
    """

    branch: str
    base: str
    title: str
    body: str
    draft: bool
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


class Approvals(NamedTuple):
    """Who has reviewed a pull request, each by the last review.

    Attributes:
        approved: Accounts that approve its newest commit, sorted; where the forge tells, of those that may write only.
        refused: Accounts that demand changes, sorted; of any commit, until they say otherwise.
        satisfied: Whether the forge's own demands (code owners, number of approvals) are met; None where it does not
            tell.
    """

    approved: tuple[str, ...]
    refused: tuple[str, ...]
    satisfied: bool | None


class Status(NamedTuple):
    """What is said of a commit.

    Attributes:
        context: Who says it: `mlgitops/soak`.
        verdict: What is said.
        description: Why, in one line; what a forge has no room for is cut.
        url: Where to read more, or empty.
    """

    context: str
    verdict: Verdict
    description: str
    url: str = ""


class Forge(Protocol):
    """A repository on a forge. Every method raises the errors below; none repeats a refused credential.

    Raises:
        InputError: The forge says that it was asked wrongly.
        NotPermittedError: No credential, or this account may not do it.
        RefusedError: No usable answer; a retry may help.
        RaceError: The forge has something else by now than was said.
    """

    @property
    def kind(self) -> str:
        """What it is: `github`, `gitlab`, `gitea`."""

    @property
    def body_limit(self) -> int:
        """How many characters the body of a pull request may have."""

    def pull_requests(self, prefix: str, base: str | None = None) -> list[PullRequest]:
        """The open pull requests from branches whose names begin with `prefix`, into `base` if given, by number."""

    def create(self, proposal: Proposal) -> PullRequest:
        """Open a pull request; the one that is open already from this branch into this base, brought up to date."""

    def update(self, found: PullRequest, proposal: Proposal) -> PullRequest:
        """Bring a pull request up to date; where it is so, nothing is written.

        Raises:
            RaceError: It is no longer open, or has other words than `found`: nothing was written. Of its commits the
                lease of a push takes care.
        """

    def close(self, found: PullRequest, comment: str) -> None:
        """Close a pull request and say why; one that is closed already is left alone."""

    def approvals(self, found: PullRequest) -> Approvals:
        """Who has reviewed it.

        Raises:
            RaceError: It has another commit by now, where the forge tells.
        """

    def set_statuses(self, commit: str, statuses: Sequence[Status]) -> None:
        """Say something of a commit; what is said already is not said again."""

    def auto_merge(self, found: PullRequest) -> None:
        """Have the forge merge it once its own demands are met; what could be merged at once is merged.

        The commit that `found` names is the one that is approved of here. GitLab forgets about it when another one is
        pushed; GitHub does when the one who pushes may not write, and Gitea never does.

        Raises:
            InputError: The repository is not set up so, or the pull request is a draft.
            RaceError: It has another commit by now.
        """
