"""Waiting for what another process does: no longer than it takes, and long enough for a machine that is busy."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 60.0


def eventually(condition: Callable[[], object]) -> bool:
    """Whether a condition comes to hold."""
    deadline = time.monotonic() + _SECONDS
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(holds)


def is_running(process: int) -> bool:
    """Whether a process lives; one that has ended and that nobody has asked about does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends(process: int) -> bool:
    """Whether a process comes to its end."""
    return eventually(lambda: not is_running(process))
