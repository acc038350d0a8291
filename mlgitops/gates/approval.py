"""`approval`: nobody but the author has said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.approvals import is_approved
from mlgitops.gates import BOTH, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.core.approvals import Review
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict | None:
    """Ask the forge who has approved the pull request, and whether its code owners have."""
    if case.review is None:
        return None
    review = case.review()
    if review.refused:
        mend = "Talk to them: their review has to be given anew, or dismissed."
        return Verdict("failed", f"{_listed(review.refused)} asked for changes", mend)
    if not review.others:
        return Verdict("pending", "nobody but its author has approved it", _ask(review))
    approved = f"{_listed(review.others)} approved it"
    if is_approved(review):
        return Verdict("passed", approved + _as_owner(review))
    if review.satisfied is False:
        return Verdict("pending", f"{approved}, and the forge waits for more", _ask(review))
    if review.missing:
        return Verdict("pending", f"{approved}, and none is named as a code owner{_of(review)}", _ask(review))
    return Verdict("pending", f"{approved}, and who owns it is not known: {review.unread}", "Correct CODEOWNERS.")


def _as_owner(review: Review) -> str:
    names = {name.removeprefix("@").lower() for owners in review.owners for name in owners.names}
    if not any(account.lower() in names for account in review.others):
        return ""
    return ", a code owner among them" if len(review.others) > 1 else ", a code owner"


def _of(review: Review) -> str:
    """Which owners are meant, where others of the change have approved."""
    return f" of all that changes: {_named(review)} have not" if len(review.missing) < len(review.owners) else ""


def _named(review: Review) -> str:
    return " and ".join(" or ".join(owners.names) for owners in review.missing)


def _ask(review: Review) -> str:
    if not review.missing:
        return "Ask somebody else for a review."
    if len(review.missing) == 1:
        return f"Ask a code owner: {', '.join(review.missing[0].names)}."
    return f"Ask code owners: {_named(review)}."


def _listed(accounts: Iterable[str]) -> str:
    return " and ".join(accounts)


GATE = Gate(
    id="approval",
    title="whether code owners, or somebody but the author, have approved the pull request",
    why=(
        "Two people answer for what changes an environment. The forge tells who approved the newest commit; the "
        "author's own approval does not count, and what the forge itself still waits for is waited for. Each path that "
        "changes and has code owners needs the approval of one of them, by the name of an account: where several teams "
        "own what changes, of each of them. Who is in a team, or behind an address, is not known here: where one is "
        "named, somebody but the author must have approved, and the forge must say that its own demands are met. "
        "CODEOWNERS is read from the branch that is merged into, at Git's own top, as the forge reads it: patterns on "
        "GitHub, in sections on GitLab, regular expressions on Gitea and Forgejo. For a path that it gives no owner, "
        "anybody but the author will do; where the file cannot be read, or one of its expressions, it stays pending "
        "until the forge says that its demands are met. It is asked once there is a pull request, so it holds up a "
        "merge and never the opening."
    ),
    mend="Ask a code owner, or somebody but the author, for a review.",
    blocks=BOTH,
    drafts=False,
    check=check,
    asks_outside=True,
)
