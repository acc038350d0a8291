"""The program's part of a body is found again, and people's words around it are theirs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.promotion.marked import around, marked, merged

BRANCH = "mlgitops/promote/staging/prod/team.risk"
PIECES = ["a", "\n", " ", "-->", "<!-", "- ", "<!-- mlgitops: begin x -->", "<!-- mlgitops: end -->", "é"]
TEXT = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def test_people_write_around_it() -> None:
    body = f"Ada: mind the holiday.\n\n{marked('old', BRANCH)}\n\n- [x] read\n"
    assert merged(body, marked("new", BRANCH)) == f"Ada: mind the holiday.\n\n{marked('new', BRANCH)}\n\n- [x] read\n"


def test_a_body_without_it_stays_above() -> None:
    assert merged("Written by hand.\n", marked("new", BRANCH)) == f"Written by hand.\n\n{marked('new', BRANCH)}"
    assert merged("  \n", marked("new", BRANCH)) == marked("new", BRANCH)


@given(TEXT, TEXT, TEXT)
def test_no_text_within_ends_it(first: str, second: str, people: str) -> None:
    words = people.replace("<!-- mlgitops:", "")
    body = merged(words, marked(first, BRANCH))
    assert merged(body, marked(second, BRANCH)) == merged(words, marked(second, BRANCH))
    assert around(merged(body, marked(second, BRANCH))) == around(body)


def test_line_breaks_of_a_forge_do_not_hide_it() -> None:
    body = f"Ada\n\n{marked('old', BRANCH)}\n\nBob".replace("\n", "\r\n")
    again = merged(body, marked("new", BRANCH))
    assert again.count("mlgitops: begin") == 1
    assert "old" not in again
