from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.gate_cases import MOMENTS, at, case

from mlgitops.errors import InputError
from mlgitops.gates.window import GATE

WORKED = {
    "timeZone": "Europe/Berlin",
    "open": ["Mon-Thu 09:00-16:00", "Fri 09:00-12:00"],
    "freeze": [{"from": "2026-11-25", "until": "2026-12-01", "reason": "Black\nFriday"}],
}


def judged(now: str, settings: dict | None = None, **changes: object):
    window = {**(settings or WORKED), **changes}
    return GATE.check(case(settings={"window": {"prod": window}}, now=at(now)))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-18 07:59", "2026-11-18 08:00"),  # Berlin is an hour ahead
        ("2026-11-18 08:00", None),
        ("2026-11-18 14:59", None),
        ("2026-11-18 15:00", "2026-11-19 08:00"),
        ("2026-11-20 10:59", None),
        ("2026-11-20 11:00", "2026-11-23 08:00"),  # over the weekend
        ("2026-11-24 15:00", "2026-12-02 08:00"),  # over the freeze
        ("2026-11-24 23:00", "2026-12-02 08:00"),
        ("2026-11-30 10:00", "2026-12-02 08:00"),
        ("2026-07-15 07:00", None),  # in summer two
        ("2026-07-15 06:59", "2026-07-15 07:00"),
    ],
)
def test_the_worked_example(now: str, opens: str | None) -> None:
    verdict = judged(now)
    assert (verdict.result, verdict.until) == ("pending" if opens else "passed", at(opens) if opens else None)


@pytest.mark.parametrize(
    ("now", "freeze", "is_open"),
    [
        ("2026-11-24 22:59", ("2026-11-25", "2026-11-25"), True),
        ("2026-11-24 23:00", ("2026-11-25", "2026-11-25"), False),  # midnight in Berlin
        ("2026-11-25 22:59", ("2026-11-25", "2026-11-25"), False),
        ("2026-11-25 23:00", ("2026-11-25", "2026-11-25"), True),
        ("2026-02-28 12:00", ("2026-02-01", "2026-02-31"), False),
        ("2026-03-01 12:00", ("2026-02-01", "2026-02-31"), True),
    ],
)
def test_a_freeze_has_whole_days_of_the_zone(now: str, freeze: tuple[str, str], is_open: bool) -> None:
    settings = {"timeZone": "Europe/Berlin", "freeze": [dict(zip(("from", "until"), freeze, strict=True))]}
    assert (judged(now, settings).result == "passed") == is_open


@pytest.mark.parametrize(
    ("open_", "now", "is_open"),
    [
        (["Fri-Mon 10:00-11:00"], "2026-11-20 10:30", True),
        (["Fri-Mon 10:00-11:00"], "2026-11-22 10:30", True),
        (["Fri-Mon 10:00-11:00"], "2026-11-23 10:30", True),
        (["Fri-Mon 10:00-11:00"], "2026-11-24 10:30", False),
        (["Fri-Mon 10:00-11:00"], "2026-11-19 10:30", False),
        (["Mon-Mon 10:00-11:00"], "2026-11-23 10:30", True),
        (["Mon-Mon 10:00-11:00"], "2026-11-24 10:30", False),
        (["Sun 10:00-24:00"], "2026-11-22 23:59", True),
        (["Sun 10:00-24:00"], "2026-11-23 00:00", False),
        (["Sun 22:00-02:00"], "2026-11-22 23:00", True),
        (["Sun 22:00-02:00"], "2026-11-23 01:59", True),
        (["Sun 22:00-02:00"], "2026-11-23 02:00", False),
        (["Sun 22:00-02:00"], "2026-11-22 01:00", False),
        (["Tue 09:00-09:00"], "2026-11-25 08:59", True),
        (["Tue 09:00-09:00"], "2026-11-25 09:00", False),
        (["Mon 08:00-09:00", "Mon 10:00-11:00"], "2026-11-23 09:30", False),
        (["Mon 10:00-11:00", "Mon 08:00-09:00"], "2026-11-23 08:30", True),
    ],
)
def test_days_and_hours(open_: list[str], now: str, is_open: bool) -> None:
    assert (judged(now, {"timeZone": "UTC", "open": open_}).result == "passed") == is_open


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        # On 28 March 2027 Berlin's clocks show no time from 02:00 to 03:00; that is at 01:00 in UTC.
        ("Sun 02:30-03:30", "2027-03-28 00:30", "2027-03-28 01:00"),
        ("Sun 02:00-03:00", "2027-03-28 00:30", "2027-04-04 00:00"),
        ("Sun 03:00-04:00", "2027-03-28 00:30", "2027-03-28 01:00"),
        ("Sun 04:00-05:00", "2027-03-28 00:30", "2027-03-28 02:00"),
        # On 25 October 2026 they show 02:00 to 03:00 twice: at 00:00 and at 01:00 in UTC.
        ("Sun 02:00-02:30", "2026-10-24 23:00", "2026-10-25 00:00"),
        ("Sun 02:00-02:30", "2026-10-25 00:30", "2026-10-25 01:00"),
        ("Sun 02:00-02:30", "2026-10-25 01:30", "2026-11-01 01:00"),
        ("Sun 03:00-04:00", "2026-10-25 00:30", "2026-10-25 02:00"),
    ],
)
def test_a_clock_that_is_set_anew(hours: str, now: str, opens: str) -> None:
    settings = {"timeZone": "Europe/Berlin", "open": [hours]}
    assert judged(now, settings).until == at(opens)
    assert judged(opens, settings).result == "passed"


def test_a_window_is_open_twice_where_its_hour_comes_twice() -> None:
    settings = {"timeZone": "Europe/Berlin", "open": ["Sun 02:00-02:30"]}
    opened = [
        now for now in ("00:15", "00:45", "01:15", "01:45") if judged(f"2026-10-25 {now}", settings).until is None
    ]
    assert opened == ["00:15", "01:15"]


def test_a_day_that_a_zone_leaves_out() -> None:
    settings = {"timeZone": "Pacific/Apia", "open": ["Fri 00:00-24:00", "Sat 12:00-13:00"]}
    # Samoa had no 30 December 2011, a Friday.
    assert judged("2011-12-30 09:59", settings).until == at("2011-12-30 22:00")


HOURS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DAYS = st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
OPEN = st.builds("{}-{} {}-{}".format, DAYS, DAYS, HOURS, HOURS | st.just("24:00"))
ZONES = st.sampled_from(
    ["Europe/Berlin", "UTC", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]
)
DATES = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
FREEZES = st.lists(
    st.builds(
        lambda first, days: {"from": str(first), "until": str(first + dt.timedelta(days=days))},
        DATES,
        st.integers(0, 9),
    ),
    max_size=4,
)
SETTINGS = st.builds(
    lambda zone, hours, freeze: {"timeZone": zone, "open": hours, "freeze": freeze},
    ZONES,
    st.lists(OPEN, min_size=1, max_size=3),
    FREEZES,
)


def is_open(settings: dict, now: dt.datetime) -> bool:
    """The same, told again from the words: a wall clock, the days' names, and hours that may run past midnight."""
    local = now.astimezone(ZoneInfo(settings["timeZone"]))
    if any(one["from"] <= f"{local:%Y-%m-%d}" <= one["until"] for one in settings["freeze"]):
        return False
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    clock = f"{local.hour:02}:{local.minute:02}"
    for text in settings["open"]:
        (first, last), (start, end) = (part.split("-") for part in text.split(" "))
        days = [first]
        while days[-1] != last:
            days.append(names[(names.index(days[-1]) + 1) % 7])
        today, yesterday = names[local.weekday()] in days, names[local.weekday() - 1] in days
        if start < end:
            if today and start <= clock < end:
                return True
        elif (today and clock >= start) or (yesterday and clock < end):
            return True
    return False


@given(SETTINGS, MOMENTS)
def test_it_says_what_the_wall_clock_says(settings: dict, now: dt.datetime) -> None:
    verdict = GATE.check(case(settings={"window": {"prod": settings}}, now=now))
    assert (verdict.result == "passed") == is_open(settings, now)


@given(SETTINGS, MOMENTS)
def test_it_opens_when_it_says_and_no_minute_sooner(settings: dict, now: dt.datetime) -> None:
    verdict = GATE.check(case(settings={"window": {"prod": settings}}, now=now))
    if verdict.until is None:
        assert verdict.result != "pending"
        return
    assert is_open(settings, verdict.until)
    minute = now.replace(second=0, microsecond=0)
    step = max(1, (verdict.until - minute) // dt.timedelta(minutes=1) // 3000)  # every minute of two days
    while minute < verdict.until:
        assert not is_open(settings, minute), minute
        minute += dt.timedelta(minutes=step)
    for back in range(1, 180):
        before = verdict.until - dt.timedelta(minutes=back)
        assert before < now or not is_open(settings, before)


def test_what_is_said_of_it() -> None:
    verdict = judged("2026-11-26 10:00")
    assert verdict.reason == (
        "the window of prod is closed, frozen until 2026-12-01: Black Friday, "
        "and opens at 2026-12-02 08:00 UTC (09:00 Europe/Berlin)"
    )
    assert verdict.mend == "Wait until then."
    settings = {"window": {"prod": WORKED}, "overridable": {"prod": ["window"]}}
    closed = GATE.check(case(settings=settings, now=at("2026-11-21 10:00")))
    assert closed.mend == "Wait until then, or pass over it: `--override window --reason TEXT`."
    assert judged("2026-11-21 10:00").reason == (
        "the window of prod is closed, and opens at 2026-11-23 08:00 UTC (09:00 Europe/Berlin)"
    )
    assert judged("2026-11-18 10:00").reason == "the window of prod is open"


def test_one_that_never_opens_does_not_wait() -> None:
    verdict = judged("2026-11-18 10:00", {"timeZone": "UTC", "freeze": [{"from": "2026-01-01", "until": "9999-12-31"}]})
    assert (verdict.result, verdict.until) == ("failed", None)
    assert verdict.reason.endswith("and does not open within 731 days")


def test_only_the_targets_window_counts() -> None:
    assert GATE.check(case()) is None
    assert GATE.check(case(settings={"window": {"staging": WORKED}})) is None
    assert GATE.check(case(target="prod/challenger", settings={"window": {"prod": WORKED}})).result == "passed"


@pytest.mark.parametrize("zone", ["Europe/Berlim", "Europe", "UTC/../UTC"])
def test_a_zone_that_nobody_knows_is_not_guessed(zone: str) -> None:
    with pytest.raises(InputError, match="time zone") as raised:
        judged("2026-11-18 10:00", {"timeZone": zone})
    assert "tzdata" in str(raised.value.hint)


def test_a_freeze_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="ends before it begins"):
        judged("2026-11-18 10:00", {"timeZone": "UTC", "freeze": [{"from": "2026-12-01", "until": "2026-11-01"}]})


def test_no_rollback_is_stopped() -> None:
    assert GATE.blocks == {"promotion"}
