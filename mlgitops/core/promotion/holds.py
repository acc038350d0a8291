"""Holds: what a state says where nothing may be promoted into a slot."""

from __future__ import annotations

import datetime as dt
import re

from mlgitops.core.redaction import redact
from mlgitops.errors import InputError

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = 2048
"""Characters of a reason that a state takes."""


def hold(reason: str, by: str = "", until: str = "", today: str = "") -> dict[str, str]:
    """The `hold` of a state, its reason on one line and without credentials.

    Args:
        reason: Why.
        by: Who asks for it, or empty.
        until: The last day of it, `YYYY-MM-DD`, or empty.
        today: The date, likewise: a hold that has ended holds nothing.

    Raises:
        InputError: There is no such day, it is over, or there is too much of a reason.
    """
    if until and not _is_date(until):
        raise InputError(f"`{until}` is no day", hint="Write the last day of the hold as 2026-12-01.")
    if until and until < today:
        raise InputError(f"{until} is over: the hold would hold nothing", hint="Name a day to come, or none.")
    said = redact(" ".join(reason.split()))
    if len(said) > _LONGEST:
        raise InputError(f"a reason of {len(said):,} characters", hint=f"Keep it below {_LONGEST:,}.")
    return {key: value for key, value in (("reason", said), ("by", by), ("until", until)) if value}


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False
