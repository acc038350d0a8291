"""Wiring of what tells about releases: `status`, `diff` and `history`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlgitops import wiring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.workflows.history import History


@contextmanager
def commit(root: Path, revision: str) -> Iterator[tuple[Snapshot, str]]:
    """The files of the commit that `revision` means, and its full name.

    Raises:
        InputError: There is no such commit, or no Git.
    """
    from mlgitops.adapters.git.snapshots import CommitSnapshot

    with wiring.snapshot(root, revision=revision) as source:
        if not isinstance(source, CommitSnapshot):
            raise TypeError(type(source))
        yield source, source.commit


def history(root: Path, source: Snapshot, commit: str) -> History:
    """The history workflow before the commit that `source` is of."""
    from mlgitops.workflows.history import History

    return History(source, wiring.schemas(), wiring.history(root), commit)
