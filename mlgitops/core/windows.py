"""Windows: days and hours in which promotions may be merged, and days on which none is, by the clock of a time zone.

Hours are those that a clock on the wall shows. Where it is set back, an hour that comes twice is open twice; where it
is set forward, hours that it leaps over are never open.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Span = tuple[int, int]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL = 24 * 60
_MINUTE = dt.timedelta(minutes=1)
SEARCHED = dt.timedelta(days=731)
"""How far ahead an opening is looked for: two years, one of them a leap year."""


class Window:
    """When promotions into one environment may be merged.

    Args:
        settings: A value of `gates.window`: `timeZone`, `open` and `freeze`.

    Raises:
        InputError: The time zone is not known here, or a freeze ends before it begins.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.zone = zone(settings["timeZone"])
        self._week = _week(settings.get("open", ["Mon-Sun 00:00-24:00"]))
        self._freezes: Sequence[Mapping[str, str]] = settings.get("freeze", [])
        for freeze in self._freezes:
            if freeze["from"] > freeze["until"]:
                raise InputError(
                    f"the freeze from {freeze['from']} until {freeze['until']} ends before it begins",
                    hint="Correct it under `gates.window` in mlgitops.yaml.",
                )

    def frozen(self, at: dt.datetime) -> Mapping[str, str] | None:
        """The freeze that a point of time lies in, or None; first and last day are part of it."""
        day = at.astimezone(self.zone).date().isoformat()
        return next((freeze for freeze in self._freezes if freeze["from"] <= day <= freeze["until"]), None)

    def is_open(self, at: dt.datetime) -> bool:
        """Whether promotions may be merged at a point of time."""
        return self._closed_for(at) == 0

    def opening(self, after: dt.datetime) -> dt.datetime | None:
        """The first minute at or after a point of time in which it is open, in UTC; None for none within two years."""
        at = after.astimezone(dt.UTC).replace(second=0, microsecond=0)
        while at <= after + SEARCHED:
            closed = self._closed_for(at)
            if not closed:
                return max(at, after.astimezone(dt.UTC))
            at = self._forward(at, closed)
        return None

    def _closed_for(self, at: dt.datetime) -> int:
        """In how many minutes the wall's clock may show an open one; at midnight it is asked anew. 0: now."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        spans = [] if self.frozen(at) else self._week[local.weekday()]
        if any(start <= minute < end for start, end in spans):
            return 0
        return min((start for start, _ in spans if start > minute), default=_FULL) - minute

    def _forward(self, at: dt.datetime, minutes: int) -> dt.datetime:
        """So many minutes later, or when the clock is set anew, if that is sooner."""
        later = at + minutes * _MINUTE
        offset = at.astimezone(self.zone).utcoffset()
        if later.astimezone(self.zone).utcoffset() == offset:
            return later
        same, other = 0, minutes
        while other - same > 1:
            middle = (same + other) // 2
            if (at + middle * _MINUTE).astimezone(self.zone).utcoffset() == offset:
                same = middle
            else:
                other = middle
        return at + other * _MINUTE


def zone(name: str) -> dt.tzinfo:
    """The time zone of a name of the IANA database, as this system has it.

    Raises:
        InputError: It has no such zone, or no database.
    """
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: `Europe`, a folder of the database
        raise InputError(
            f"the time zone `{name[:100]}` is not known here",
            hint="Write one like `Europe/Berlin`. A system without a time zone database needs the package `tzdata`.",
        ) from None


def _week(written: Iterable[str]) -> list[list[Span]]:
    """Open minutes of each day of the week, each span from its first minute to the one after its last.

    Hours that end no later than they begin end on the next day: `Fri 22:00-02:00` is four hours.
    """
    week: list[list[Span]] = [[] for _ in _DAYS]
    for text in written:
        days, _, hours = text.partition(" ")
        start, end = map(_minute, hours.split("-"))
        for day in _days(days):
            if start < end:
                week[day].append((start, end))
            else:
                week[day].append((start, _FULL))
                week[(day + 1) % len(_DAYS)].append((0, end))
    return week


def _days(text: str) -> list[int]:
    """Numbers of the days from the first to the last: `Fri-Mon` are four, `Mon-Mon` is one."""
    first, _, last = text.partition("-")
    start = _DAYS.index(first)
    count = (_DAYS.index(last or first) - start) % len(_DAYS) + 1
    return [(start + number) % len(_DAYS) for number in range(count)]


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
