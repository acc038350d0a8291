"""Folders below a root, opened part by part so that no link is ever passed through.

A folder is held by its descriptor: what is opened relative to it cannot be led elsewhere by a link
that has taken the place of a parent in the meantime.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, TypeVar

from mlgitops.core.entries import require_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Result = TypeVar("Result")

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FOLDER_MODE = 0o755
_HELD = 16
"""Folders that are held at once: of each environment the one of its states, and those around it, and the root."""


class PartError(Exception):
    """A part of a path is not a folder; `path` says which."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class LinkError(PartError):
    """It is a symbolic link."""


class OtherKindError(PartError):
    """It is a file or something else."""


def open_folder(root: Path, folder: str, made: list[str] | None = None) -> int:
    """Open `folder` below `root`, none of whose parts is a link.

    Args:
        root: Where to start; its own path may contain links.
        folder: Relative POSIX path without `.` and `..`; empty for the root itself.
        made: Where given, missing folders are made with mode 0755 whatever the umask, and their
            paths appended to it.

    Raises:
        LinkError, OtherKindError: A part is no folder.
        OSError: Anything else, `FileNotFoundError` first of all.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    parts = folder.split("/") if folder else []
    for depth, part in enumerate(parts):
        try:
            inner = _open_part(descriptor, part, "/".join(parts[: depth + 1]), made)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


def _open_part(parent: int, part: str, path: str, made: list[str] | None) -> int:
    try:
        return os.open(part, FOLDER_FLAGS, dir_fd=parent)
    except FileNotFoundError:
        if made is None:
            raise
    except OSError:
        # A link answers ENOTDIR or ELOOP, depending on the system: look instead of guessing.
        mode = os.stat(part, dir_fd=parent, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            raise LinkError(path) from None
        if not stat.S_ISDIR(mode):
            raise OtherKindError(path) from None
        raise
    with contextlib.suppress(FileExistsError):  # another process was faster: its folder will do
        os.mkdir(part, FOLDER_MODE, dir_fd=parent)
        made.append(path)
    descriptor = os.open(part, FOLDER_FLAGS, dir_fd=parent)
    if made and made[-1] == path:
        os.fchmod(descriptor, FOLDER_MODE)  # the umask may have taken bits away
    return descriptor


class HeldFolders:
    """The folders last used below `root`: files are mostly read folder by folder, of a few environments in turn."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._descriptors: dict[str, int] = {}  # the last used stands last

    def inside(self, folder: str, act: Callable[[int], Result]) -> Result:
        """What `act` answers, given the descriptor of `folder`, which it must neither keep nor close.

        What is held may have been removed and made again since: where something is missing, all is looked up anew.

        Args:
            folder: Relative POSIX path with a trailing slash; empty for the root.
            act: Called once, or twice where the first time a file was not found.

        Raises:
            InputError: The path does not stay inside the root.
            LinkError, OtherKindError, OSError: As `open_folder`, and what `act` raises.
        """
        relied = bool(self._descriptors)
        try:
            return act(self._descriptor(folder))
        except FileNotFoundError:
            if not relied:
                raise
        self.drop()
        return act(self._descriptor(folder))

    def _descriptor(self, folder: str) -> int:
        if folder in self._descriptors:
            return self._hold(folder, self._descriptors.pop(folder))
        if folder:
            require_inside(folder[:-1])
        at = folder
        while at and at not in self._descriptors:
            at = at[: at.rfind("/", 0, -1) + 1]
        held = self._descriptors.pop(at, None)
        descriptor = self._hold(at, open_folder(self._root, "") if held is None else held)
        while at != folder:
            end = folder.find("/", len(at)) + 1
            part, at = folder[len(at) : end - 1], folder[:end]
            descriptor = self._hold(at, _open_part(descriptor, part, at[:-1], None))
        return descriptor

    def _hold(self, folder: str, descriptor: int) -> int:
        """Let go of what was not used for longest, which is never the folder around this one: that was just used."""
        if len(self._descriptors) >= _HELD:
            os.close(self._descriptors.pop(next(iter(self._descriptors))))
        self._descriptors[folder] = descriptor
        return descriptor

    def drop(self) -> None:
        """Let go of the folders."""
        while self._descriptors:
            os.close(self._descriptors.popitem()[1])
