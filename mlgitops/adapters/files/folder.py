"""A folder that is written to: `mlgitops.ports.Files` on the file system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.files.write import write_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Folder:
    """The folder `root`.

    Args:
        root: Where paths start.
        durable: Whether bytes are forced to the disk: for what people edit.
    """

    def __init__(self, root: Path, *, durable: bool = False) -> None:
        self._root = root
        self._durable = durable

    def write(self, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> None:
        """See `mlgitops.ports.Files`."""
        write_all(self._root, files, remove, durable=self._durable)
