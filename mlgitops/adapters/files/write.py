"""Writes that are whole or not at all.

All files are first staged beside their targets, then renamed into place. What can fail (space,
permissions, links, folders in the way) fails before the first rename, so that a refused write leaves
every file as it was. A killed process leaves old or new files, never halves, and the next write into
the same folder clears away what it staged.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mlgitops.adapters.files.folders import LinkError, OtherKindError, open_folder
from mlgitops.adapters.files.refusals import folder_in_the_way, link_in_the_way, refused
from mlgitops.adapters.files.staging import Stage, clear_abandoned
from mlgitops.core.paths import require_inside, require_safe


def write_atomic(root: Path, path: str, data: bytes, *, durable: bool = False) -> None:
    """Write one file; see `write_all`."""
    write_all(root, {path: data}, durable=durable)


def write_all(root: Path, files: Mapping[str, bytes], remove: Iterable[str] = (), *, durable: bool = False) -> None:
    """Write `files` and delete those in `remove`, below `root`.

    Files get mode 0644 and new folders 0755, whatever the umask: same input, same tree. Folders that
    `remove` leaves empty are deleted too, `root` itself excepted. Nothing is compared: leave out what
    has not changed. Of two processes at once the last one wins, file by file.

    Args:
        root: The folder all paths are relative to.
        files: Content by path.
        remove: Paths to delete unless they are in `files`; one that is missing is no error.
        durable: Also force bytes and names to the disk, at some 0.5 ms a file: for what people edit.
            What can be made again needs none of it.

    Raises:
        InputError: A path leaves `root` or holds unprintable characters.
        RefusedError: The file system refused, or a link or folder stands in the way. No file has been
            changed then, unless it was a rename or a deletion that failed, which is past preventing.
    """
    by_folder: dict[str, _Work] = {}
    for path in files:
        _work_for(by_folder, path).write.append(path)
    for path in remove:
        if path not in files:
            _work_for(by_folder, path).remove.append(path)
    with Stage() as stage:
        batch = _Batch(root, files, stage, durable=durable)
        try:
            for folder in sorted(by_folder):
                batch.prepare(folder, by_folder[folder])
            for folder, work in by_folder.items():
                batch.place(folder, work)
        except BaseException:
            batch.undo(by_folder)
            raise
    for folder, work in by_folder.items():
        if work.remove:
            _prune(root, folder)


class _Work:
    """What is to be done in one folder. `staged` holds the staged name of each of `write`."""

    def __init__(self) -> None:
        self.write: list[str] = []
        self.remove: list[str] = []
        self.staged: list[str] = []


def _work_for(by_folder: dict[str, _Work], path: str) -> _Work:
    folder = path[: path.rfind("/") + 1]
    require_safe(path)
    if folder not in by_folder:
        require_inside(path)
        by_folder[folder] = _Work()
    elif path[len(folder) :] in ("", ".", ".."):
        require_inside(path)
    return by_folder[folder]


class _Batch:
    def __init__(self, root: Path, files: Mapping[str, bytes], stage: Stage, *, durable: bool) -> None:
        self._root = root
        self._files = files
        self._stage = stage
        self._durable = durable
        self._made: list[str] = []

    def prepare(self, folder: str, work: _Work) -> None:
        """Stage the files of one folder, having checked that nothing stands in their way."""
        at = folder
        try:
            descriptor = open_folder(self._root, folder[:-1], self._made if work.write else None)
        except FileNotFoundError:
            if work.write:
                raise RefusedErrorX
            work.remove.clear()
            return
        try:
            pass
        finally:
            os.close(descriptor)
