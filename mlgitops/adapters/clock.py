"""The clock of this machine: `mlgitops.ports.Clock`."""

from __future__ import annotations

import datetime as dt


class SystemClock:
    """What this machine takes for the time."""

    def now(self) -> dt.datetime:
        """See `mlgitops.ports.Clock.now`."""
        return dt.datetime.now(tz=dt.UTC)
