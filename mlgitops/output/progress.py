"""Progress: a bar on stderr, only on a terminal, only for work that takes a while."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 30
_PATIENCE = 0.5
"""Seconds before anything is shown."""


class Bar:
    """`mlgitops.ports.Progress` as one line that is rewritten; silent where `stream` is no terminal.

    Args:
        stream: Where to draw; standard error as it is when the bar is made, if none is given.

    It is drawn between the parts of the work and not from a thread: workers are forked meanwhile.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._total = self._done = 0
        self._what = ""
        self._began = 0.0

    def start(self, total: int, what: str) -> None:
        """See `mlgitops.ports.Progress`."""
        self._total, self._done, self._what = total, 0, what
        self._began = time.monotonic()

    def advance(self, count: int) -> None:
        """See `mlgitops.ports.Progress`."""
        self._done += count
        if not self._shown or time.monotonic() - self._began < _PATIENCE:
            return
        filled = _WIDTH * self._done // max(self._total, 1)
        bar = "━" * filled + "─" * (_WIDTH - filled)
        self._stream.write(f"\r{bar} {self._done:,}/{self._total:,} {self._what}\x1b[K")
        self._stream.flush()

    def stop(self) -> None:
        """See `mlgitops.ports.Progress`."""
        if self._shown and time.monotonic() - self._began >= _PATIENCE:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
