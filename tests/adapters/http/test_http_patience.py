from __future__ import annotations

import pytest

from mlgitops.adapters.http.patience import Patience, asked_wait

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("0", 0),
        ("Fri, 15 Jan 2027 08:00:10 GMT", 10),
        ("Fri, 15 Jan 2027 09:00:10 +0100", 10),
        ("Friday, 15-Jan-27 08:00:10 GMT", 10),
        ("Fri, 15 Jan 2027 08:00:10 -0000", 10),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("99999999999999999999", float("inf")),
        ("9" * 5000, float("inf")),
        ("", None),
        (None, None),
        ("-5", None),
        ("1e3", None),
        ("soon", None),
        ("\u0665", None),
        ("Fri, 99 Jan 2027 08:00:10 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert asked_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("attempt", "asked", "left", "wait"),
    [
        (1, None, 60, 0.5),
        (2, None, 60, 1.0),
        (3, None, 60, 2.0),
        (4, None, 60, None),  # attempts used up
        (1, 10.0, 60, 10.5),
        (1, 30.0, 60, 30.5),
        (1, 31.0, 60, None),  # more than we are ready to wait
        (1, float("inf"), 60, None),
        (1, 10.0, 5, None),  # past the deadline
        (3, None, 1, None),
    ],
)
def test_waits_at_full_jitter(attempt: int, asked: float | None, left: float, wait: float | None) -> None:
    assert Patience().wait(attempt, asked, left, jitter=1.0) == wait


def test_jitter_reaches_down_to_nothing_but_never_below_what_was_asked() -> None:
    assert Patience().wait(3, None, 60, jitter=0.0) == 0.0
    assert Patience().wait(1, 10.0, 60, jitter=0.0) == 10.0
