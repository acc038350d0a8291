"""The fingerprint of the bytes below a folder, read as fast as the machine can: two processes, no cache.

Reading the bytes of 15,000 files is all there is to do when nothing has changed, so it is worth a second process.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    Entries = list[tuple[bytes, bytes]]  # names and kinds: file, directory, link, special, error

_FILE_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_CHUNK = 16 * 1024  # most files are read at once
_PIECE = 64  # files that are read in one go
_SHARED_OUT = 256  # pieces that are enough to share out evenly; with fewer, one process is faster


class _Piece(NamedTuple):
    """Some files of a folder; None instead of entries: all that is in and below it."""

    folder: bytes
    entries: Entries | None


def fingerprint(root: Path, paths: Iterable[str]) -> str:
    """Return a hexadecimal digest that is the same twice exactly when nothing below `paths` differs.

    It covers names, kinds, the bytes of files and the targets of links. Nothing is raised: what is
    absent or cannot be read counts as such, and whoever works on it next says what is wrong.

    Args:
        root: The folder `paths` are relative to.
        paths: Files and folders, in any order; links are not followed.
    """
    top = os.fsencode(root)
    entries = [(name, _kind(top + b"/" + name)) for name in sorted({os.fsencode(path) for path in paths})]
    hasher = sha256(_names(entries))
    pieces = _pieces(top, entries)
    while len(pieces) < _SHARED_OUT and any(piece.entries is None for piece in pieces):
        pieces = [part for piece in pieces for part in _opened(piece, hasher)]
    for digest in _both(pieces[0::2], pieces[1::2]):
        hasher.update(digest)
    return hasher.hexdigest()


def _both(one: list[_Piece], other: list[_Piece]) -> tuple[bytes, bytes]:
    """The digests of two lists of pieces; a child process reads the second, where there can be one and it pays."""
    alone = sys.platform == "linux" and threading.active_count() == 1  # a process with threads should not fork
    if len(one) + len(other) < _SHARED_OUT or not alone:
        return _digest(one), _digest(other)
    outlet, inlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(inlet, _digest(other))
        finally:
            os._exit(0)
    os.close(inlet)
    first = _digest(one)
    with os.fdopen(outlet, "rb") as told:
        second = told.read()
    os.waitpid(child, 0)
    return first, second if len(second) == sha256().digest_size else _digest(other)


def _digest(pieces: list[_Piece]) -> bytes:
    hasher = sha256()
    pending = pieces[::-1]
    while pending:
        piece = pending.pop()
        if piece.entries is None:
            pending += _opened(piece, hasher)
        else:
            hasher.update(_contents(piece.folder, piece.entries))
    return hasher.digest()


def _opened(piece: _Piece, hasher: object) -> list[_Piece]:
    """The pieces of a folder, whose names go to `hasher`; a piece that is open already is its own."""
    if piece.entries is not None:
        return [piece]
    try:
        with os.scandir(piece.folder) as found:
            entries = sorted([(entry.name, _kind_of(entry)) for entry in found])
    except OSError as error:
        entries = [(_failed(error), b"e")]
    hasher.update(_names(entries))  # type: ignore[attr-defined]  # hashlib names no type of a hasher
    return _pieces(piece.folder, entries)


def _pieces(folder: bytes, entries: Entries) -> list[_Piece]:
    files = [entry for entry in entries if entry[1] in b"fl"]
    parts = [_Piece(folder, files[start : start + _PIECE]) for start in range(0, len(files), _PIECE)]
    return parts + [_Piece(folder + b"/" + name, None) for name, kind in entries if kind == b"d"]


def _names(entries: Entries) -> bytes:
    listed = b"".join([b"%s%d:%s" % (kind, len(name), name) for name, kind in entries])
    return b"%d:%s" % (len(listed), listed)


def _contents(folder: bytes, entries: Entries) -> bytes:
    contents = [
        _content(folder + b"/" + name) if kind == b"f" else _target(folder + b"/" + name) for name, kind in entries
    ]
    return b"".join([b"%d:%s" % (len(content), content) for content in contents])


def _kind_of(entry: os.DirEntry[bytes]) -> bytes:
    if entry.is_file(follow_symlinks=False):
        return b"f"
    return b"l" if entry.is_symlink() else b"d" if entry.is_dir(follow_symlinks=False) else b"s"


def _kind(place: bytes) -> bytes:
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return b"e"
    return b"l" if stat.S_ISLNK(mode) else b"d" if stat.S_ISDIR(mode) else b"f" if stat.S_ISREG(mode) else b"s"


def _target(place: bytes) -> bytes:
    try:
        return os.readlink(place)  # noqa: PTH115 bytes in, bytes out
    except OSError as error:
        return _failed(error)


def _content(place: bytes) -> bytes:
    """Return the bytes of a file; above 16 KiB a digest of them, so that no weights fill the memory."""
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
