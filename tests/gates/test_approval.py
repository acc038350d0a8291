from __future__ import annotations

import pytest
from support.gate_cases import case

from mlgitops.core.approvals import Review
from mlgitops.core.code_owners import Owners
from mlgitops.gates.approval import GATE


def review(
    *approved: str,
    refused: tuple[str, ...] = (),
    satisfied: bool | None = None,
    owners: tuple[Owners, ...] = (),
    unread: str = "",
):
    return GATE.check(case(review=lambda: Review(approved, refused, satisfied, owners, "ada", unread)))


TEAM = (Owners(("@acme/ml-production",), teams=True),)
OWNERS = (Owners(("@Bob", "@acme/ml-production"), teams=True),)
PEOPLE = (Owners(("@bob",), teams=False),)
BOTH = (Owners(("@bob",), teams=False), Owners(("@eve", "@mallory"), teams=False))


@pytest.mark.parametrize(
    ("verdict", "result", "reason"),
    [
        (review(), "pending", "nobody but its author has approved it"),
        (review(satisfied=True), "pending", "nobody but its author has approved it"),
        (review("Ada"), "pending", "nobody but its author has approved it"),
        (review("bob"), "passed", "bob approved it"),
        (review("ada", "bob", "eve"), "passed", "bob and eve approved it"),
        (review("bob", refused=("eve",), satisfied=True), "failed", "eve asked for changes"),
        (review("bob", satisfied=False), "pending", "bob approved it, and the forge waits for more"),
        (review("eve", satisfied=True, owners=OWNERS), "passed", "eve approved it"),
        (review("bob", satisfied=False, owners=OWNERS), "pending", "bob approved it, and the forge waits for more"),
        (review("bob", owners=OWNERS), "passed", "bob approved it, a code owner"),
        (review("bob", "eve", owners=OWNERS), "passed", "bob and eve approved it, a code owner among them"),
        (review("eve", owners=OWNERS), "pending", "eve approved it, and none is named as a code owner"),
        (review("eve", owners=TEAM), "pending", "eve approved it, and none is named as a code owner"),
        (review("ada", owners=PEOPLE), "pending", "nobody but its author has approved it"),
        (review("eve", satisfied=True, owners=PEOPLE), "pending", "eve approved it, and none is named as a code owner"),
        (review(satisfied=True, owners=TEAM), "pending", "nobody but its author has approved it"),
        (review("bob", "eve", owners=BOTH), "passed", "bob and eve approved it, a code owner among them"),
        (
            review("bob", owners=BOTH),
            "pending",
            "bob approved it, and none is named as a code owner of all that changes: @eve or @mallory have not",
        ),
        (review("bob", unread="a link"), "pending", "bob approved it, and who owns it is not known: a link"),
        (review("bob", unread="a link", satisfied=True), "passed", "bob approved it"),
    ],
)
def test_somebody_else_has_to_approve(verdict, result: str, reason: str) -> None:
    assert (verdict.result, verdict.reason) == (result, reason)
    assert bool(verdict.mend) == (result != "passed")
    assert verdict.until is None


def test_whom_to_ask() -> None:
    assert review(owners=OWNERS).mend == "Ask a code owner: @Bob, @acme/ml-production."
    assert review(owners=BOTH).mend == "Ask code owners: @bob and @eve or @mallory."
    assert review("bob", owners=BOTH).mend == "Ask a code owner: @eve, @mallory."
    assert review("bob", unread="a link").mend == "Correct CODEOWNERS."
    assert review().mend == "Ask somebody else for a review."


def test_without_a_pull_request_nothing_is_asked() -> None:
    assert GATE.check(case()) is None
    assert GATE.blocks == {"promotion", "rollback"}
    assert not GATE.drafts
