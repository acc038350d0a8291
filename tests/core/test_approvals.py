"""Whose yes a change has."""

from __future__ import annotations

import pytest

from mlgitops.core.approvals import Review, is_approved
from mlgitops.core.code_owners import Owners

TEAM = Owners(("@acme/ml",), teams=True)
BOB = Owners(("@Bob",), teams=False)


@pytest.mark.parametrize(
    ("review", "approved", "missing"),
    [
        (Review((), (), True, (), "ada"), False, ()),
        (Review((), (), True, (TEAM,), "ada"), False, (TEAM,)),
        (Review(("ada",), (), True, (TEAM,), "Ada"), False, (TEAM,)),
        (Review(("eve",), (), True, (TEAM,), "ada"), True, ()),
        (Review(("eve",), (), None, (TEAM,), "ada"), False, (TEAM,)),
        (Review(("eve",), (), True, (TEAM, BOB), "ada"), False, (BOB,)),
        (Review(("bob",), (), True, (TEAM, BOB), "ada"), True, ()),
        (Review(("bob",), (), False, (BOB,), "ada"), False, ()),
        (Review(("bob",), ("eve",), True, (BOB,), "ada"), False, ()),
        (Review(("bob",), (), None, (BOB,), "ada"), True, ()),
        (Review(("bob",), (), None, (BOB,), "ada", "a link"), False, ()),
        (Review(("bob",), (), True, (BOB,), "ada", "a link"), True, ()),
    ],
)
def test_who_has_to_approve(review: Review, approved: bool, missing: tuple[Owners, ...]) -> None:
    assert (is_approved(review), review.missing) == (approved, missing)
