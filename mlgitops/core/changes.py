"""Changes: which files are not what they were in the base revision, each looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlgitops.core.snapshot import Snapshot


class Changes:
    """The changes of files of a snapshot while none of them changes.

    Args:
        snapshot: Where the files are.
        base: The base revision; without one nothing has changed.
    """

    def __init__(self, snapshot: Snapshot, base: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._base = base
        self._known: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        """Whether the file at `path` is new or another than it was.

        Raises:
            InputError: There is no such file, or it is a link or a submodule.
        """
        if self._base is None:
            return False
        if path not in self._known:
            self._known[path] = not self._base.holds(path, self._snapshot.read(path))
        return self._known[path]
