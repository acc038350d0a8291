from __future__ import annotations

import datetime as dt

import pytest

from mlgitops.core.instants import length, said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0m"),
        (0, "0m"),
        (59, "0m"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h 0m"),
        (86399, "23h 59m"),
        (86400, "1d 0h"),
        (3 * 86400 + 7200 + 60, "3d 2h"),
    ],
)
def test_lengths_are_rounded_down(seconds: int, text: str) -> None:
    assert length(dt.timedelta(seconds=seconds)) == text


def test_points_of_time_are_told_in_utc() -> None:
    berlin = dt.timezone(dt.timedelta(hours=1))
    assert said(dt.datetime(2026, 11, 18, 0, 30, 59, tzinfo=berlin)) == "2026-11-17 23:30 UTC"
