"""Writes that are whole or not at all.

All files are first staged beside their targets, then renamed into place. What can fail (space,
permissions, links, folders in the way) fails before the first rename, so that a refused write leaves
every file as it was. A killed process leaves old or new files, never halves, and the next write into
the same folder clears away what it staged.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlgitops.adapters.files.batch import FolderBatch
from mlgitops.adapters.files.folders import PartError, open_folder
from mlgitops.adapters.files.staging import Stage
from mlgitops.core.entries import require_inside, require_safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


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
        remove: Paths to delete unless they are in `files`; one that is missing, or a folder, is no error.
        durable: Also force bytes and names to the disk, at some 0.5 ms a file: for what people edit.
            What can be made again needs none of it.

    Raises:
        InputError: A path leaves `root` or holds unprintable characters.
        RefusedError: The file system refused, or a link or folder stands in the way. No file has been
            changed then, unless it was a rename or a deletion that failed, which is past preventing.
    """
    made: list[str] = []
    with Stage() as stage:
        folders = _by_folder(root, files, remove, stage, durable=durable)
        try:
            for folder in folders:
                folder.prepare(made)
            for folder in folders:
                folder.place()
        except BaseException:
            for folder in folders:
                folder.undo()
            for path in reversed(made):
                _remove_empty(root, path)
            raise
    for folder in folders:
        if folder.remove:
            _prune(root, folder.path)


def _by_folder(
    root: Path, files: Mapping[str, bytes], remove: Iterable[str], stage: Stage, *, durable: bool
) -> list[FolderBatch]:
    folders: dict[str, FolderBatch] = {}

    def split(path: str) -> tuple[FolderBatch, str]:
        cut = path.rfind("/") + 1
        folder, name = path[:cut], path[cut:]
        require_safe(path)
        if folder not in folders or name in ("", ".", ".."):
            require_inside(path)
            folders[folder] = FolderBatch(root, folder, stage, durable=durable)
        return folders[folder], name

    for path, data in files.items():
        batch, name = split(path)
        batch.write[name] = data
    for path in remove:
        if path not in files:
            batch, name = split(path)
            batch.remove.append(name)
    return [folders[folder] for folder in sorted(folders)]


def _prune(root: Path, folder: str) -> None:
    """Delete `folder` and those above it as long as they are empty."""
    while folder and _remove_empty(root, folder):
        folder = folder.rpartition("/")[0]


def _remove_empty(root: Path, folder: str) -> bool:
    parent, _, name = folder.rpartition("/")
    try:
        descriptor = open_folder(root, parent)
    except FileNotFoundError:
        return True  # another process was faster
    except (OSError, PartError):
        return False
    try:
        os.rmdir(name, dir_fd=descriptor)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # not empty, most of all
    else:
        return True
    finally:
        os.close(descriptor)
