"""The content of one opened file: regular files only, and never more than a document needs."""

from __future__ import annotations

import os
import stat

from mlgitops.core.entries import MAX_BYTES, too_large
from mlgitops.errors import InputError

FILE_FLAGS = (
    os.O_RDONLY
    | os.O_CLOEXEC
    | os.O_NOFOLLOW
    | os.O_NONBLOCK  # opening a named pipe must not wait for someone to write into it
    | os.O_NOCTTY
)


def content(descriptor: int, path: str) -> bytes:
    """Read all bytes of the open file, called `path` in messages.

    Raises:
        InputError: It is no regular file, or larger than `MAX_BYTES`.
        OSError: Reading failed.
    """
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        what = "folder" if stat.S_ISDIR(status.st_mode) else "device, pipe or socket"
        raise InputError(f"a {what} stands where a file should be", hint=f"Remove or rename `{path}`.", path=path)
    size = status.st_size
    if size > MAX_BYTES:
        raise too_large(path, size)
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts = [data]  # a short read, or the file is growing under our eyes
    while data and size <= MAX_BYTES:
        data = os.read(descriptor, 1 << 20)
        parts.append(data)
        size = sum(map(len, parts))
    if size > MAX_BYTES:
        raise too_large(path, size)
    return b"".join(parts)
