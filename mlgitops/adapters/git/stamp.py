"""The "nothing changed" stamp: a digest of what the last run saw and left, kept in Git's own folder.

No stat cache: file systems with coarse times, fresh clones and restored caches make one lie, and the
bytes of 15,000 files are read and hashed in some 100 ms. A stamp only ever saves time: one that is
lost, broken or unreadable counts as never written.
"""

from __future__ import annotations

import contextlib
import os
import stat
from hashlib import sha256  # with the processor's own instructions twice as fast as BLAKE2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FILE_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_CHUNK = 1 << 16


class Stamp:
    """Remembered values by key.

    Args:
        folder: A folder of Git's own (`Git.private_folder`); made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> str | None:
        """Return the value last written under `key`; None if there is none that is as it was written."""
        try:
            check, _, value = self._place(key).read_bytes().partition(b"\n")
            return value.decode() if check == _check(key, value) else None
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, key: str, value: str) -> None:
        """Remember `value` under `key`, whole or not at all."""
        place = self._place(key)
        staged = place.with_suffix(f".{os.getpid()}")
        data = value.encode()
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            staged.write_bytes(_check(key, data) + b"\n" + data)
            staged.replace(place)

    def _place(self, key: str) -> Path:
        return self._folder / f"stamp-{sha256(key.encode()).hexdigest()[:32]}"


def _check(key: str, value: bytes) -> bytes:
    return sha256(b"%d:%s%s" % (len(key.encode()), key.encode(), value)).hexdigest().encode()


def fingerprint(root: Path, paths: Iterable[str]) -> str:
    """Return a hexadecimal digest that is the same twice exactly when nothing below `paths` differs.

    It covers names, kinds, the bytes of files and the targets of links. Nothing is raised: what is
    absent or cannot be read counts as such, and whoever works on it next says what is wrong.

    Args:
        root: The folder `paths` are relative to.
        paths: Files and folders, in any order; links are not followed.
    """
    hasher = sha256()
    pending: list[bytes] = []
    hasher.update(_described(os.fsencode(root), [(os.fsencode(path), False) for path in sorted(set(paths))], pending))
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted([(entry.name, entry.is_file(follow_symlinks=False)) for entry in found])
        except OSError as error:
            hasher.update(_failed(error))
        else:
            hasher.update(_described(folder, entries, pending))
    return hasher.hexdigest()


def _described(folder: bytes, entries: list[tuple[bytes, bool]], pending: list[bytes]) -> bytes:
    """Return names, kinds and contents of `entries` (name, whether a file); folders are put on `pending`."""
    parts = [b"%d:" % len(entries)]
    for name, regular in entries:
        place = folder + b"/" + name
        kind, content = (b"f", b"") if regular else _kind(place)
        if kind == b"f":
            content = _content(place)
        elif kind == b"d":
            pending.append(place)
        parts += (b"%s%d:%d:" % (kind, len(name), len(content)), name, content)
    return b"".join(parts)


def _kind(place: bytes) -> tuple[bytes, bytes]:
    try:
        mode = os.lstat(place).st_mode
        if stat.S_ISLNK(mode):
            return b"l", os.readlink(place)  # noqa: PTH115 - bytes in, bytes out
    except OSError as error:
        return b"e", _failed(error)
    return (b"d" if stat.S_ISDIR(mode) else b"f" if stat.S_ISREG(mode) else b"s"), b""


def _content(place: bytes) -> bytes:
    """Return the bytes of a file; above 64 KiB a digest of them, so that no weights fill the memory."""
    try:
        descriptor = os.open(place, _FILE_FLAGS)
        try:
            data = os.read(descriptor, _CHUNK)
            if len(data) < _CHUNK:
                return data
            hasher = sha256(data)
            while data := os.read(descriptor, _CHUNK):
                hasher.update(data)
            return b"large " + hasher.digest()
        finally:
            os.close(descriptor)
    except OSError as error:
        return _failed(error)


def _failed(error: OSError) -> bytes:
    return b"errno %d" % (error.errno or 0)
