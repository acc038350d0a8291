"""Contents of Git objects through one long-lived `git cat-file --batch`."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import weakref
from typing import TYPE_CHECKING, BinaryIO, cast

from mlgitops.core.entries import MAX_BYTES, too_large
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    import subprocess

    from mlgitops.adapters.git.process import Git


_SHA1_DIGITS = 40


class Blobs:
    """Reads blobs by their names. May be shared by threads, inherited by forks and sent to other processes."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def __reduce__(self) -> tuple[type[Blobs], tuple[Git]]:
        return Blobs, (self._git,)

    def read(self, name: str, path: str) -> bytes:
        """Read the content of the blob `name`, called `path` in messages.

        Raises:
            InputError: It is above `MAX_BYTES`, or missing or broken in this clone.
            RefusedError: Git broke off.
        """
        with self._lock:
            try:
                return _converse(self._running(), name, path)
            except (OSError, EOFError, LookupError, ValueError) as error:
                self.close()
                self._git.run("cat-file", "-s", values=[name])  # says why
                raise RefusedError(
                    "git cat-file broke off", hint="Run again; `git fsck` tells more.", path=path
                ) from error
            except BaseException:
                self.close()  # an answer left unread would be taken for that to the next question
                raise

    def close(self) -> None:
        """End the process; the next read starts another."""
        if self._process is not None:
            _end(self._process, self._owner)
        self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():  # after a fork the pipes are the parent's
            self._process, self._owner = self._git.start("cat-file", "--batch"), os.getpid()
            weakref.finalize(self, _end, self._process, self._owner)
        return self._process


def is_name_of(name: str, data: bytes) -> bool:
    """Whether Git calls a blob of this content so, in a repository of SHA-1 or of SHA-256."""
    hasher = hashlib.sha1(usedforsecurity=False) if len(name) == _SHA1_DIGITS else hashlib.sha256()
    hasher.update(b"blob %d\0" % len(data))
    hasher.update(data)
    return hasher.hexdigest() == name


def _converse(process: subprocess.Popen[bytes], name: str, path: str) -> bytes:
    to_git, from_git = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    to_git.write(f"{name}\n".encode())
    to_git.flush()
    answer = from_git.readline().split()
    if answer[1:] == [b"missing"]:
        raise InputError(
            f"the object {name} is missing or broken in this clone",
            hint="`git fsck` tells more; a partial clone gets what it lacks by `git fetch --refetch`.",
            path=path,
        )
    size = int(answer[2])
    if size > MAX_BYTES:
        raise too_large(path, size)
    data = from_git.read(size + 1)
    if len(data) <= size:
        raise EOFError
    return data[:-1]


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    if owner != os.getpid():
        return  # forked from the owner, which may still be reading
    process.kill()  # rather than wait for the end of its input, which a forked worker may hold open
    for pipe in (process.stdout, process.stdin):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was not written yet has nowhere to go
                pipe.close()
    process.wait()
