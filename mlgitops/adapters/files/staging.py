"""Staged files: complete content under a name of our own, beside the place it is meant for."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from typing import Self

FILE_MODE = 0o644
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_STAGED = re.compile(r"\.mlgitops-([0-9]{1,10})-([0-9a-f]{12})-[0-9]{1,10}\.tmp")
_ABANDONED_AFTER = 3600.0  # seconds; a process id may have been given to someone else meanwhile

_live: set[str] = set()
"""Marks of this process's unfinished batches. The id alone does not tell: in containers it repeats."""


class Stage:
    """Names of one batch of staged files; a context manager, so that its mark does not outlive it."""

    def __init__(self) -> None:
        self._mark = os.urandom(6).hex()
        self._names = (f".mlgitops-{os.getpid()}-{self._mark}-{number}.tmp" for number in itertools.count())

    def __enter__(self) -> Self:
        _live.add(self._mark)
        return self

    def __exit__(self, *_: object) -> None:
        _live.discard(self._mark)

    def write(self, folder: int, data: bytes, *, durable: bool) -> str:
        """Write `data` into the open folder and return the name it got there.

        Raises:
            OSError: It could not be written whole; nothing is left of it.
        """
        name = next(self._names)
        descriptor = os.open(name, _FLAGS, FILE_MODE, dir_fd=folder)
        try:
            try:
                os.fchmod(descriptor, FILE_MODE)  # the umask may have taken bits away
                written = os.write(descriptor, data)
                while written < len(data):  # a short write: the next one says why
                    written += os.write(descriptor, memoryview(data)[written:])
                if durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)  # network file systems report a full disk here
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
            raise
        return name


def clear_abandoned(folder: int, name: str) -> bool:
    """Delete `name` in the open folder if it is what a killed process left there.

    Returns:
        Whether it was deleted.
    """
    match = _STAGED.fullmatch(name)
    if not match:
        return False
    with contextlib.suppress(OSError):
        if _abandoned(int(match[1]), match[2], os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime):
            os.unlink(name, dir_fd=folder)
            return True
    return False


def _abandoned(process: int, mark: str, modified: float) -> bool:
    if process == os.getpid():
        return mark not in _live
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    return time.time() - modified > _ABANDONED_AFTER
