"""How long to wait before asking again: full jitter, `Retry-After` obeyed up to a bound."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RETRIED = frozenset({429, 502, 503, 504})
"""Statuses of an overloaded or restarting server (RFC 6585 section 4, RFC 9110 sections 15.6.3 to 15.6.5)."""

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that mean the same when repeated (RFC 9110 section 9.2.2)."""


@dataclass(frozen=True)
class Time:
    """The clocks of a run; tests pass their own."""

    elapsed: Callable[[], float] = time.monotonic
    """Seconds that only grow: deadlines."""
    now: Callable[[], float] = time.time
    """Seconds since 1970: `Retry-After` as a date."""
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    """A number from 0 to 1, so that many runs do not come back at the same moment."""


@dataclass(frozen=True)
class Patience:
    """Bounds of one request, all waits and repetitions included.

    Args:
        attempts: Times that a request is sent at most.
        base: Seconds; the first wait is at most this, each further one at most twice the last.
        longest: Seconds of one wait at most. A server that asks for more is taken at its word: the request ends.
        deadline: Seconds from the first attempt to the last byte.
        statuses: After which a request that may be repeated is.
    """

    attempts: int = 4
    base: float = 0.5
    longest: float = 30.0
    deadline: float = 60.0
    statuses: frozenset[int] = RETRIED

    def wait(self, attempt: int, asked: float | None, left: float, jitter: float) -> float | None:
        """Seconds to wait after attempt number `attempt`, or None: the last answer stands.

        Args:
            attempt: Counted from 1.
            asked: Seconds that the server asked for, if it did.
            left: Seconds until the deadline.
            jitter: From 0 to 1.
        """
        if attempt >= self.attempts:
            return None
        if asked is None:
            wait = jitter * min(self.longest, self.base * 2 ** (attempt - 1))
        elif asked > self.longest:
            return None
        else:
            wait = asked + jitter * self.base
        return wait if wait < left else None


def asked_wait(retry_after: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110 section 10.2.3), None where it is absent or nonsense.

    Args:
        retry_after: Decimal seconds or an HTTP date.
        now: Seconds since 1970.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else float("inf")  # noqa: PLR2004 (thirty years are enough)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)  # "-0000" reads as no zone at all
    return max(0.0, moment.timestamp() - now)
