"""What stands around a snapshot: what it is compared with, and what Git stores beside documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.errors import InputError
from mlgitops.ports import Surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.target import Target
    from mlgitops.core.snapshot import Snapshot


def around(
    source: Snapshot, root: Path | None, git: Git | None, base: str | None, target: Target | None = None
) -> Surroundings:
    """What stands around `source`.

    Args:
        source: The snapshot.
        root: Top of the environment repository; None where nothing is known of it.
        git: The Git repository around it; None where there is none.
        base: The revision to compare with; None for the merge base with the target, where there is none for HEAD, and
            for a commit its first parent.
        target: The branch that a change is judged for, in CI.

    Raises:
        InputError: There is no commit `base`, or nothing of the target in a clone that is not shallow.
    """
    if root is None or git is None:
        if base is not None:
            raise InputError("--base names a commit, and there is no Git here", hint="Run this in a Git checkout.")
        return Surroundings(None, False, {}, lambda _: b"")
    from mlgitops.adapters.git.revisions import is_shallow
    from mlgitops.adapters.git.snapshots import CommitSnapshot
    from mlgitops.adapters.git.stored import Stored
    from mlgitops.adapters.git.target import merge_base

    prefix = root.relative_to(git.top).as_posix() if root != git.top else ""
    commit = source.commit if isinstance(source, CommitSnapshot) else None
    stored = Stored(git, prefix, commit)
    before: Snapshot | None = None
    shallow = False
    if base is None and target is not None:
        base = merge_base(git, target, commit or "HEAD")
        if base is None:
            return Surroundings(None, True, stored.sizes(), stored.head)
    try:
        before = CommitSnapshot(git, base or (f"{commit}^1" if commit else "HEAD"), prefix)
    except InputError:
        if base is not None:
            raise
        shallow = is_shallow(git)
    return Surroundings(before, shallow, stored.sizes(), stored.head)
