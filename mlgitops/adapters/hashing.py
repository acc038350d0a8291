"""Digests of local files and folders: what `sha256sum` gives for a file, the folder rule for a folder."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from mlgitops.core.digests import file_digest, folder_digest
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlgitops.ports import Progress

_CHUNK = 4 * 1024 * 1024


class LocalHasher:
    """Reads files by chunks, so a model of any size needs no memory.

    Args:
        directory: What relative paths are relative to.
        progress: Hears how many bytes have been read.
    """

    def __init__(self, directory: Path, progress: Progress) -> None:
        self._directory = directory
        self._progress = progress

    def exists(self, path: str) -> bool:
        """See `mlgitops.ports.Hasher.exists`."""
        return os.path.lexists(self._directory / path)

    def digest(self, path: str) -> str:
        """See `mlgitops.ports.Hasher.digest`. A link is followed where it is `path` itself, not within a folder."""
        top = self._directory / path
        try:
            status = top.stat()
        except OSError as error:
            raise _refused(top, error) from error
        if not stat.S_ISDIR(status.st_mode):
            with self._watched(status.st_size):
                return file_digest(self._chunks(top))
        files = sorted(_files(top))
        if not files:
            raise InputError(f"{path} holds no files", hint="Name the folder that holds the model's files.")
        with self._watched(sum(size for _, size in files)):
            return folder_digest((name, file_digest(self._chunks(top / name)).partition(":")[2]) for name, _ in files)

    @contextlib.contextmanager
    def _watched(self, size: int) -> Iterator[None]:
        self._progress.start(size, "bytes")
        try:
            yield
        finally:
            self._progress.stop()

    def _chunks(self, file: Path) -> Iterator[bytes]:
        try:
            # Without blocking, lest a pipe that took a file's place waits for a writer.
            descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor has no path)
                before = os.fstat(descriptor)
                _check_regular(file, before)
                while chunk := stream.read(_CHUNK):
                    self._progress.advance(len(chunk))
                    yield chunk
                after = os.fstat(descriptor)
        except OSError as error:
            raise _refused(file, error) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise RefusedError(f"{file} changed while it was read", hint="Run again when nothing writes to it.")


def _files(top: Path) -> Iterator[tuple[str, int]]:
    """Relative path and size of each file below `top`."""
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            with os.scandir(top / prefix) as entries:
                found = list(entries)
        except OSError as error:
            raise _refused(top / prefix, error) from error
        for entry in found:
            name = prefix + entry.name
            if entry.is_symlink():
                raise InputError(
                    f"{top / name} is a link: a folder's digest is about the files in it",
                    hint="Digest a copy with the links resolved: cp -rL FOLDER COPY.",
                )
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{name}/")
            else:
                status = entry.stat(follow_symlinks=False)
                _check_regular(top / name, status)
                yield name, status.st_size


def _check_regular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path} is neither a file nor a folder", hint="Write what it yields to a file first.")


def _refused(path: Path, error: OSError) -> RefusedError:
    return RefusedError(f"{path} cannot be read: {error.strerror}", hint="Check that it is there and readable.")
