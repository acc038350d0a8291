"""A snapshot whose entries are listed once: for work during which no file comes or goes."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlgitops.core.snapshot import EntryKind, Snapshot


class Listed:
    """Keeps what was listed; contents are read anew.

    Args:
        below: The snapshot.
    """

    def __init__(self, below: Snapshot) -> None:
        self._below = below
        self._listed: dict[str, dict[str, EntryKind]] = {}
        self._paths: dict[str, list[str]] = {}

    @property
    def label(self) -> str:
        """See `Snapshot.label`."""
        return self._below.label

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """See `Snapshot.entries`."""
        if folder not in self._listed:
            found = self._within(folder)
            self._listed[folder] = found = found or self._below.entries(folder)
            self._paths[folder] = list(found)
        return self._listed[folder]

    def read(self, path: str) -> bytes:
        """See `Snapshot.read`."""
        return self._below.read(path)

    def exists(self, path: str) -> bool:
        """See `Snapshot.exists`."""
        return self._below.exists(path)

    def holds(self, path: str, data: bytes) -> bool:
        """See `Snapshot.holds`."""
        return self._below.holds(path, data)

    def _within(self, folder: str) -> dict[str, EntryKind]:
        """The entries of a folder by those of one around it; none where it has none, and the snapshot knows why."""
        outer = folder
        while outer:
            outer = outer.rpartition("/")[0]
            if outer in self._listed:
                listed, paths = self._listed[outer], self._paths[outer]
                first = bisect_left(paths, f"{folder}/")
                last = bisect_left(paths, f"{folder}0", first)  # "0" follows "/"
                return {path: listed[path] for path in paths[first:last]}
        return {}
