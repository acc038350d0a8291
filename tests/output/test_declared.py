from __future__ import annotations

import datetime as dt

import pytest

from mlgitops.core.positions import Position
from mlgitops.core.revisions import Revision
from mlgitops.output.declared import age, lineage, through, when
from mlgitops.output.status import beside

NOW = dt.datetime(2026, 11, 21, 12, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (dt.timedelta(days=400, hours=23), "400 d"),
        (dt.timedelta(days=1), "1 d"),
        (dt.timedelta(hours=23, minutes=59), "23 h"),
        (dt.timedelta(seconds=61), "1 min"),
        (dt.timedelta(seconds=59), "now"),
        (dt.timedelta(seconds=-1), "not yet"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(ago, expected):
    assert age(NOW - ago, NOW) == expected


def test_times_are_told_to_the_minute():
    assert when(NOW) == "2026-11-21 12:00"


def test_the_pull_request_stands_before_the_commit():
    one = Revision("abcdef0123" * 4, "Ada", "ada@example.org", NOW, "Bring 1.5 (#12)", {})
    assert through(one) == "#12 abcdef01"
    assert through(one._replace(message="Bring 1.5")) == "abcdef01"


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ({}, ""),
        ({"lineage": {"code": {"commit": "abcdef0123" * 4}, "run": "https://runs/1"}}, "code abcdef01, https://runs/1"),
        ({"lineage": {"data": [{"name": "a", "digest": "sha256:" + "b" * 64}]}}, "a bbbbbbbbbbbb"),
        ({"lineage": {"data": [{"name": "a", "revision": "17"}, {"uri": "s3://b/"}]}}, "a 17, data s3://b/"),
        ({"lineage": ["not", "so"]}, ""),
        ({"lineage": {"data": {"name": "a"}, "code": "x"}}, ""),
        ({"lineage": {"data": ["a"]}}, "data "),
    ],
)
def test_where_a_release_comes_from(release, expected):
    assert lineage(release) == expected


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (None, ""),
        (Position("staging", 0, 0), "as staging"),
        (Position("staging", 2, 0), "2 behind staging"),
        (Position("staging", None, 0), "unlike staging"),
        (Position("staging", 0, 1), "never in staging"),
        (Position("staging", None, 1), "never in staging"),
        (Position("staging", 2, 1), "never in staging, 2 behind"),
        (Position("staging", 1, 3), "3 never in staging, 1 behind"),
    ],
)
def test_how_a_slot_stands_beside_its_source_in_words(position, expected):
    assert beside(position) == expected
