"""Runs a program that may hang or flood: within a time, keeping no more of its words than anyone needs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mlgitops.adapters.interrupts import uninterrupted
from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MAX_PRINTED = 64 * 1024 * 1024
"""Bytes of the result; a million refs have as many."""
_MAX_SAID = 256 * 1024  # bytes of talk, of which the last are kept
_GRACE = 3.0  # seconds to clean up in
_CHUNK = 1 << 16


class Ended(NamedTuple):
    """How a program ended, and what it printed and said."""

    code: int
    printed: bytes
    said: bytes


def run(
    name: str,
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    given: bytes = b"",
) -> Ended:
    """Run `command` to its end; what breaks this off ends it and everything that it started.

    Args:
        name: What to call it in messages.
        command: Program and arguments.
        folder: Where it runs.
        environment: All its variables.
        seconds: How long it may take in total.
        given: What it reads.

    Raises:
        RefusedError: It took longer, or printed more than `MAX_PRINTED`.
    """
    printed, said = _Kept(MAX_PRINTED + 1, last=False), _Kept(_MAX_SAID, last=True)
    pumps: list[threading.Thread] = []
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # no terminal to ask on, and one group to end
    )
    try:
        with uninterrupted():  # of a thread that is interrupted while it starts nobody knows whether it did
            pumps += [
                threading.Thread(target=_give, args=(process.stdin, given), daemon=True),
                threading.Thread(target=printed.take, args=(process.stdout,), daemon=True),
                threading.Thread(target=said.take, args=(process.stderr,), daemon=True),
            ]
            for pump in pumps:
                pump.start()
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise RefusedError(
            f"{name} was not done within {seconds:g} seconds",
            hint="Find out what it waits for (the network, a locked key), and run again.",
        ) from None
    except BaseException:
        _end(process)
        raise
    finally:
        for pump in pumps:
            pump.join(_GRACE)
    if len(printed.data) > MAX_PRINTED:
        raise RefusedError(f"{name} printed more than {MAX_PRINTED:,} bytes", hint="Check the remote.")
    return Ended(process.returncode, bytes(printed.data), bytes(said.data))


class _Kept:
    """The first or the last bytes of a stream, which is read to its end."""

    def __init__(self, size: int, *, last: bool) -> None:
        self.data = bytearray()
        self._size = size
        self._last = last

    def take(self, stream: BinaryIO) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                if self._last:
                    self.data += chunk
                    del self.data[: -self._size]
                elif len(self.data) < self._size:
                    self.data += chunk


def _give(stream: BinaryIO, data: bytes) -> None:
    with contextlib.suppress(OSError), stream:  # it may end without having read all
        stream.write(data)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):  # Git removes its locks on the first
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
