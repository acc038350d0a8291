"""Answers that limit the rate of requests, told from those that refuse."""

from __future__ import annotations

import pytest

from mlgitops.adapters.forges.shared.limits import limit
from mlgitops.adapters.http import Answer

NOW = 1_800_000_000.0
SPENT = {"x-ratelimit-remaining": "0"}


@pytest.mark.parametrize(
    ("status", "headers", "said", "expected"),
    [
        (200, SPENT, "", "no limit"),
        (401, {"retry-after": "5"}, "rate limit", "no limit"),
        (403, {}, "Resource not accessible by integration", "no limit"),
        (
            403,
            {"x-ratelimit-remaining": "4999", "x-ratelimit-reset": "1800000100"},
            "Must have admin rights",
            "no limit",
        ),
        (403, {}, "You have exceeded a secondary rate limit", None),
        (403, {"retry-after": "60"}, "", 60.0),
        (403, SPENT, "API rate limit exceeded", None),
        (403, SPENT | {"x-ratelimit-reset": "1800000100"}, "", 100.0),
        (403, SPENT | {"x-ratelimit-reset": "1700000000"}, "", 0.0),
        (403, SPENT | {"x-ratelimit-reset": "soon"}, "", None),
        (403, SPENT | {"x-ratelimit-reset": "9" * 30}, "", float("inf")),
        (403, SPENT | {"x-ratelimit-reset": "1800000100", "retry-after": "7"}, "", 7.0),
        (429, {}, "", None),
        (429, {"retry-after": "Fri, 15 Jan 2027 08:00:10 GMT"}, "", 10.0),
        (429, {"ratelimit-remaining": "0", "ratelimit-reset": "1800000030"}, "", 30.0),
        (429, {"ratelimit-remaining": "10", "ratelimit-reset": "1800000030"}, "", None),
        (429, {"retry-after": "-1"}, "", None),
    ],
)
def test_limits(status: int, headers: dict[str, str], said: str, expected: object) -> None:
    found = limit(Answer("GET", "https://x/", status, headers, b""), said, NOW)
    assert (found.seconds if found else "no limit") == expected
