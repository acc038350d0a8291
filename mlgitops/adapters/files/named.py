"""Files that were named one by one, wherever they lie: a snapshot of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.files.tree import WorkTree
from mlgitops.core.entries import missing
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlgitops.core.snapshot import EntryKind


class NamedFiles:
    """Snapshot of the files that were named.

    Args:
        files: Where each file lies, by what it is called in messages.
    """

    label = "file system"

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """All names; see `Snapshot.entries`."""
        return {name: "file" for name in sorted(self._files) if not folder or name.startswith(f"{folder}/")}

    def read(self, path: str) -> bytes:
        """Read the bytes of a file; see `Snapshot.read`.

        Raises:
            InputError: It is no regular file, a link say, or above `MAX_BYTES`.
            RefusedError: The file system refused.
        """
        if path not in self._files:
            raise missing(path, self.label)
        place = self._files[path]
        try:
            return WorkTree(place.parent).read(place.name)
        except InputError as error:
            raise InputError(error.message, hint=error.hint, path=path) from None

    def exists(self, path: str) -> bool:
        """Tell whether `path` is one of the names."""
        return path in self._files

    def holds(self, path: str, data: bytes) -> bool:
        """Tell whether a file is `data`; see `Snapshot.holds`."""
        try:
            return self.read(path) == data
        except InputError:
            return False
