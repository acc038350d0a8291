"""A clock that real time and pretended sleep both move."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mlgitops.adapters.http import Time

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@dataclass
class Sleeper:
    """Remembers how long it was asked to sleep, and says afterwards that the time has passed."""

    slept: list[float] = field(default_factory=list)

    def time(self) -> Time:
        """Clocks for an HTTP client; jitter is always half."""
        return Time(
            elapsed=lambda: time.monotonic() + sum(self.slept),
            now=lambda: NOW + sum(self.slept),
            sleep=self.slept.append,
            jitter=lambda: 0.5,
        )
