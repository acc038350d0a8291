from __future__ import annotations

import itertools

import pytest

from mlgitops.core.positions import Position, position


@pytest.mark.parametrize(
    ("theirs", "ours", "behind", "ahead"),
    [
        ("3 2 1", "3", 0, 0),
        ("3 2 1", "2 1", 1, 0),
        ("3 2 1", "1", 2, 0),
        ("3 2 1", "h 2 1", 1, 1),
        ("3 2 1", "h g 3", 0, 2),
        ("3 2 1", "h", None, 1),
        ("3 2 1", "h g", None, 2),
        ("1 2 1", "2", 1, 0),
        ("1 2 1", "1", 0, 0),
        ("3 2 1", "2 3 1", 1, 0),
        ("", "1", None, 1),
    ],
)
def test_where_a_release_stands(theirs, ours, behind, ahead):
    found = position("staging", theirs.split(), ours.split())
    assert found == Position("staging", behind, ahead)
    assert found.level == (theirs.split()[:1] == ours.split()[:1])


def test_no_more_is_read_than_need_be():
    endless = (str(number) for number in itertools.count())
    assert position("staging", endless, iter(["4"])) == Position("staging", 4, 0)
    assert next(endless) == "5"
