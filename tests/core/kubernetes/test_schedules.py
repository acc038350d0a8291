"""Cron schedules, as `robfig/cron` v3 reads them."""

from __future__ import annotations

import pytest

from mlgitops.core.kubernetes.semantics import schedules


@pytest.mark.parametrize(
    "schedule",
    [
        *("* * * * *", "*/5 3 * * 1-5", "0 0 1 JAN sun", "? ? ? ? ?", "5/15 * * * *", "1,2,,3 * * * *", "+5 * * * *"),
        *("@daily", "@every 1h30m", "@every 1.5s", "59 23 31 12 6", "0-59/10 0 * * *"),
    ],
)
def test_schedules_that_are_read(schedule: str) -> None:
    assert schedules.fault(schedule) is None


@pytest.mark.parametrize(
    "schedule",
    [
        *(
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "* * * * mon-sunday",
        ),
        *(
            "5-1 * * * *",
            "1-2-3 * * * *",
            "*/0 * * * *",
            "1/2/3 * * * *",
            "-1 * * * *",
            "a * * * *",
            "99999999999 * * * *",
        ),
        *("@nightly", "@every", "@every x", "@Daily", "٣ * * * *"),
    ],
)
def test_schedules_that_are_not(schedule: str) -> None:
    assert schedules.fault(schedule)
