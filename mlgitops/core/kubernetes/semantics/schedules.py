"""Cron schedules, read as `robfig/cron` v3 reads them, which CronJobs use."""

from __future__ import annotations

import re
from typing import NamedTuple

_DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_DURATION = re.compile(r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class _Field(NamedTuple):
    says: str
    least: int
    most: int
    names: dict[str, int] = {}  # noqa: RUF012 (a default of a named tuple, never changed)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)


def fault(schedule: str) -> str | None:
    """What is wrong with a schedule, to follow its name; None if nothing is."""
    if schedule.startswith("@"):
        every = schedule.removeprefix("@every ")
        if schedule in _DESCRIPTORS or (every != schedule and _DURATION.fullmatch(every)):
            return None
        return "is no descriptor that is known"
    parts = schedule.split()
    if len(parts) != len(_FIELDS):
        return f"has {len(parts)} fields, not {len(_FIELDS)}"
    for field, part in zip(_FIELDS, parts, strict=True):
        for one in part.split(","):
            if one and not _is_range(field, one):
                return f"has no {field.says} that can be: `{one[:40]}`"
    return None


def _is_range(field: _Field, text: str) -> bool:
    span, *steps = text.split("/")
    ends = span.split("-")
    if ends[0] in ("*", "?"):
        least, most = field.least, field.most
    elif len(ends) > 2:  # noqa: PLR2004 (two ends of a range)
        return False
    else:
        numbers = [_number(field, end) for end in ends]
        if None in numbers:
            return False
        least, most = numbers[0] or 0, numbers[-1] or 0
    if len(steps) > 1:
        return False
    if steps:
        step = _integer(steps[0])
        if not step:
            return False
        most = field.most if len(ends) == 1 else most
    return field.least <= least <= most <= field.most


def _number(field: _Field, text: str) -> int | None:
    known = field.names.get(text.lower())
    return _integer(text) if known is None else known


def _integer(text: str) -> int | None:
    digits = text.removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004 (enough)
