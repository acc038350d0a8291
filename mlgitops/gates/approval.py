"""`approval`: nobody but the author has said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.gates import BOTH, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.gates import GateCase, Review


def check(case: GateCase) -> Verdict | None:
    """Ask the forge who has approved the pull request, and whether its code owners have."""
    if case.review is None:
        return None
    review = case.review()
    if review.refused:
        mend = "Talk to them: their review has to be given anew, or dismissed."
        return Verdict("failed", f"{_listed(review.refused)} asked for changes", mend)
    others = [account for account in review.approved if account.lower() != review.author.lower()]
    if not others:
        return Verdict("pending", "nobody but its author has approved it", _ask(review))
    approved = f"{_listed(others)} approved it"
    if review.satisfied is False:
        return Verdict("pending", f"{approved}, and the forge waits for more", _ask(review))
    if review.satisfied or not review.owners:
        return Verdict("passed", approved)
    owners = {owner.removeprefix("@").lower() for owner in review.owners}
    if any(account.lower() in owners for account in others):
        return Verdict(
            "passed", f"{approved}, a code owner among them" if len(others) > 1 else f"{approved}, a code owner"
        )
    return Verdict("pending", f"{approved}, and none is named as a code owner", _ask(review))


def _ask(review: Review) -> str:
    return f"Ask a code owner: {', '.join(review.owners)}." if review.owners else "Ask somebody else for a review."


def _listed(accounts: Iterable[str]) -> str:
    return " and ".join(accounts)


GATE = Gate(
    id="approval",
    title="whether a code owner, or somebody but the author, has approved the pull request",
    why=(
        "Two people answer for what changes an environment. The forge tells who approved the newest commit, and where "
        "it judges its own demands (code owners, number of approvals) its judgement counts. Where it does not, one of "
        "the code owners must have approved, by the name of an account: who is in a team is not known then, and what "
        "is not known is not passed. The author's own approval does not count. It is asked once there is a pull "
        "request, so it holds up a merge and never the opening."
    ),
    mend="Ask a code owner, or somebody but the author, for a review.",
    blocks=BOTH,
    drafts=False,
    check=check,
)
