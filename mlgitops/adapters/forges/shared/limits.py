"""Tells an answer that limits the rate of requests from one that refuses, and how long it asks to wait."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.adapters.http.patience import asked_wait

if TYPE_CHECKING:
    from mlgitops.adapters.http import Answer

_FORBIDDEN, _TOO_MANY = 403, 429


class Limit(NamedTuple):
    """A limit on the rate of requests.

    Attributes:
        seconds: To wait, None where the forge does not say.
    """

    seconds: float | None


def limit(answer: Answer, said: str, now: float) -> Limit | None:
    """The limit that an answer speaks of, None where it speaks of none.

    GitHub's secondary limits come as 403 or 429, with `retry-after`, with `x-ratelimit-remaining: 0` and
    `x-ratelimit-reset`, or with nothing but a message (docs.github.com, Rate limits for the REST API). GitLab's come
    as 429, often without a header.

    Args:
        answer: What the forge answered.
        said: The message in it.
        now: Seconds since 1970.
    """
    remaining = answer.headers.get("x-ratelimit-remaining", answer.headers.get("ratelimit-remaining"))
    spent = (remaining or "").strip() == "0"
    limited = answer.status == _TOO_MANY or (
        answer.status == _FORBIDDEN and (spent or "retry-after" in answer.headers or "rate limit" in said.lower())
    )
    if not limited:
        return None
    asked = asked_wait(answer.headers.get("retry-after"), now)
    if asked is None and spent:
        asked = _until(answer.headers.get("x-ratelimit-reset", answer.headers.get("ratelimit-reset", "")), now)
    return Limit(asked)


def _until(reset: str, now: float) -> float | None:
    """Seconds until a moment in seconds since 1970."""
    text = reset.strip()
    if not text.isascii() or not text.isdigit():
        return None
    return max(0.0, float(text) - now) if len(text) < 15 else math.inf  # noqa: PLR2004 (beyond any calendar)
