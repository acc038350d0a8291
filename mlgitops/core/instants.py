"""Points and lengths of time as people read them."""

from __future__ import annotations

import datetime as dt

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)


def said(at: dt.datetime) -> str:
    """A point of time, to the minute."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def length(span: dt.timedelta) -> str:
    """A length of time, rounded down: `2d 3h`, `3h 5m`, `5m`."""
    if span >= _DAY:
        return f"{span.days}d {(span % _DAY) // _HOUR}h"
    minutes = span // dt.timedelta(minutes=1)
    return f"{minutes // 60}h {minutes % 60}m" if minutes >= 60 else f"{max(minutes, 0)}m"  # noqa: PLR2004 (an hour)
