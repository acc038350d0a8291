"""What one forge must know of its own API: the primitives from which `Hosted` makes a forge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.adapters.forges.shared.rest import Rest
    from mlgitops.ports.forge import Approvals, Proposal, PullRequest, Status


class Api(Protocol):
    """One forge's API. Errors are those of `mlgitops.ports.forge.Forge`."""

    kind: str
    body_limit: int
    """Characters of a pull request's body."""
    description_limit: int
    """Characters of a status's description."""
    rest: Rest

    def check(self, proposal: Proposal) -> None:
        """Raise InputError where reviewers or labels are named that this forge can have none of."""

    def opened(self, branch: str | None, base: str | None) -> Iterator[PullRequest]:
        """Open pull requests from branches of this repository; `branch` and `base` spare requests, no more."""

    def pull(self, number: int) -> PullRequest:
        """One pull request, as it is now."""

    def open(self, proposal: Proposal) -> PullRequest:
        """Open a pull request; ExistsError where there is one, AbsentError where the branch is not known (yet)."""

    def edit(self, found: PullRequest, proposal: Proposal) -> None:
        """Bring title, body, base and draft up to date."""

    def label(self, found: PullRequest, names: Sequence[str]) -> None:
        """Add labels."""

    def asked(self, found: PullRequest) -> set[str]:
        """Reviewers who have been asked, or have answered, already; what `found` tells is known."""

    def ask(self, found: PullRequest, names: Sequence[str]) -> None:
        """Ask reviewers."""

    def comments(self, found: PullRequest) -> Iterator[str]:
        """The comments on a pull request."""

    def comment(self, found: PullRequest, text: str) -> None:
        """Add a comment."""

    def shut(self, found: PullRequest) -> None:
        """Close a pull request."""

    def approvals(self, found: PullRequest) -> Approvals:
        """Who has reviewed it."""

    def statuses(self, commit: str) -> Mapping[str, Status]:
        """What is said of a commit, by context."""

    def say(self, commit: str, status: Status) -> None:
        """Say something of a commit."""

    def auto_merge(self, found: PullRequest) -> None:
        """Have it merged when it may be."""
