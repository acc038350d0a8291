"""Moments as people type them."""

from __future__ import annotations

import datetime as dt

from mlgitops.errors import InputError


def moment(text: str) -> dt.datetime:
    """A date, which means its end, or an ISO 8601 time; both in UTC unless the time has an offset.

    Raises:
        InputError: It is neither.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return dt.datetime.combine(day, dt.time.max, dt.UTC)
    try:
        found = dt.datetime.fromisoformat(text)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"`{text}` is neither a date nor a time", hint="Write 2026-11-27, or 2026-11-27T18:00:00+01:00."
        ) from None
