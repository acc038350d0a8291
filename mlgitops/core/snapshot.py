"""What a snapshot is: the files of a repository at one point (work tree, index or commit).

The pure code reads nothing else, so it gives the same answer for all three. Paths are
repository-relative with POSIX separators; no path of the machine ever passes through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from mlgitops.core.entries import missing
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

EntryKind = Literal["file", "link", "submodule"]


class Snapshot(Protocol):
    """The files of a repository at one point. Links and submodules are entries, never followed."""

    @property
    def label(self) -> str:
        """What to call it in messages: `work tree`, `index` or a commit's short name."""

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """All paths below `folder` (recursively), sorted by their bytes, with what each is.

        A folder that does not exist has no entries.
        """

    def read(self, path: str) -> bytes:
        """The bytes of the file at `path`.

        Raises:
            InputError: There is no such file, or it is a link or a submodule.
        """

    def exists(self, path: str) -> bool:
        """Whether `path` is an entry of this snapshot (of any kind)."""

    def holds(self, path: str, data: bytes) -> bool:
        """Whether the file at `path` is `data`, byte for byte; quicker than reading it where contents have names."""


def files_below(snapshot: Snapshot, folder: str) -> Iterator[str]:
    """Paths of the regular files below `folder`, in byte order."""
    return (path for path, kind in snapshot.entries(folder).items() if kind == "file")


class LoadedSnapshot:
    """A snapshot whose files are all in memory: what worker processes are given of a commit or an index.

    Args:
        label: What to call it in messages.
        files: Bytes by path.
        others: Links and submodules, by path.
    """

    def __init__(self, label: str, files: Mapping[str, bytes], others: Mapping[str, EntryKind] | None = None) -> None:
        self.label = label
        self._files = files
        kinds: dict[str, EntryKind] = dict.fromkeys(files, "file")
        self._kinds = dict(sorted({**kinds, **(others or {})}.items()))

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """See `Snapshot.entries`."""
        start = f"{folder}/" if folder else ""
        return {path: kind for path, kind in self._kinds.items() if path.startswith(start)}

    def read(self, path: str) -> bytes:
        """See `Snapshot.read`."""
        if path not in self._files:
            raise InputError(
                f"there is no file {path} in the {self.label}", path=path, hint="Add it, or correct the name."
            )
        return self._files[path]

    def exists(self, path: str) -> bool:
        """See `Snapshot.exists`."""
        return path in self._kinds

    def holds(self, path: str, data: bytes) -> bool:
        """See `Snapshot.holds`."""
        return self._files.get(path) == data


class Overlay:
    """A snapshot with some files laid over another one, and some taken away.

    Args:
        below: The snapshot.
        files: Bytes by path, of files that are there or new.
        removed: Paths of files that are gone.
    """

    def __init__(self, below: Snapshot, files: Mapping[str, bytes], removed: Iterable[str] = ()) -> None:
        self._below = below
        self._files = files
        self._removed = frozenset(removed) - files.keys()

    @property
    def label(self) -> str:
        """See `Snapshot.label`."""
        return self._below.label

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """See `Snapshot.entries`."""
        start = f"{folder}/" if folder else ""
        new: dict[str, EntryKind] = {path: "file" for path in self._files if path.startswith(start)}
        old = {path: kind for path, kind in self._below.entries(folder).items() if path not in self._removed}
        return dict(sorted({**old, **new}.items()))

    def read(self, path: str) -> bytes:
        """See `Snapshot.read`."""
        if path in self._removed:
            raise missing(path, self.label)
        return self._files[path] if path in self._files else self._below.read(path)

    def exists(self, path: str) -> bool:
        """See `Snapshot.exists`."""
        return path in self._files or (path not in self._removed and self._below.exists(path))

    def holds(self, path: str, data: bytes) -> bool:
        """See `Snapshot.holds`."""
        if path in self._files:
            return self._files[path] == data
        return path not in self._removed and self._below.holds(path, data)
