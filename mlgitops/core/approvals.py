"""Approvals: whether those have said yes to a change whose yes it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlgitops.core.code_owners import Owners


class Review(NamedTuple):
    """What the forge says of the pull request that is judged.

    Attributes:
        approved: Accounts that approve its newest commit.
        refused: Accounts that demand changes.
        satisfied: Whether the forge's own demands are met; None where it does not tell.
        owners: The code owners of what changes: of each set one has to approve; empty where no file names any.
        author: Account that opened it, whose own approval does not count.
        unread: What cannot be read of who owns what; empty where all can.
    """

    approved: tuple[str, ...]
    refused: tuple[str, ...]
    satisfied: bool | None
    owners: tuple[Owners, ...]
    author: str
    unread: str = ""

    @property
    def others(self) -> tuple[str, ...]:
        """The accounts beside the author's that approve it."""
        return tuple(account for account in self.approved if account.lower() != self.author.lower())

    @property
    def missing(self) -> tuple[Owners, ...]:
        """The owners of whom none approves.

        Who is in a team is not known here, so one that has a say is believed to approve where somebody but the author
        does and the forge says that its own demands are met.
        """
        others = {account.lower() for account in self.others}
        return tuple(
            owners
            for owners in self.owners
            if not (owners.teams and self.satisfied and others)
            and not any(name.removeprefix("@").lower() in others for name in owners.names)
        )


def is_approved(review: Review) -> bool:
    """Whether nobody refuses, somebody but the author approves, and so does one of each set of owners.

    What the forge waits for, and owners that cannot be read while the forge does not vouch for them, are no approval.
    """
    if review.refused or review.satisfied is False or not review.others:
        return False
    return not review.missing and bool(review.satisfied or not review.unread)
