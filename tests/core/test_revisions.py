from __future__ import annotations

import datetime as dt

import pytest

from mlgitops.core.revisions import Revision, pull_request

GITLAB = "Merge branch 'x' into 'main'\n\nBring 1.5\n\nSee merge request acme/models!12"


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Merge pull request #12 from acme/promote\n\nBring 1.5 (#3)", "12"),
        ("Bring 1.5 (#12)", "12"),
        ("Bring 1.5 (#12)\r\n\r\n* one\r\n* two (#4)\r\n", "12"),
        ('Revert "Bring 1.5 (#12)" (#13)', "13"),
        (GITLAB, "12"),
        (f"{GITLAB}\n\nApproved-by: Ada", "12"),
        ("Merge branch 'x'\n\nSee merge request acme/models!99\n\nSee merge request acme/models!12", "12"),
        ("Merge pull request 'Bring 1.5' (#12) from promote into main\n\nReviewed-on: x", "12"),
        ("Merge pull request 'Mend ' (#9) from x' (#12) from y into main", "12"),
        ("Merged PR 12: Bring 1.5", "12"),
        ("Merged in promote (pull request #12)\n\nBring 1.5", "12"),
        ("", ""),
        ("Bring 1.5", ""),
        ("Bring 1.5\n\nAs (#12) says", ""),
        ('Revert "Bring 1.5 (#12)"', ""),
        ("Fix #12", ""),
        (f"Bring 1.5 (#{'9' * 40})", ""),
        ("Bring 1.5 (#\u0661\u0662)", ""),
    ],
)
def test_a_merge_names_its_pull_request(message, number):
    assert pull_request(message) == number


def test_the_subject_is_the_first_line():
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    assert Revision("0" * 40, "Ada", "ada@example.org", at, "One \r\n\ntwo", {}).subject == "One"
    assert Revision("0" * 40, "Ada", "ada@example.org", at, "", {}).subject == ""
