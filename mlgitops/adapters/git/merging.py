"""What merging one commit into another would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.git.revisions import is_shallow, resolve
from mlgitops.errors import InputError, MlgitopsError

if TYPE_CHECKING:
    from mlgitops.adapters.git.process import Git


def brought(git: Git, prefix: str, base: str, commit: str) -> list[str]:
    """The paths below `prefix` in which `commit` differs from the last commit that it has in common with `base`.

    Raises:
        InputError: There is no such commit, or none in common.
    """
    names = [resolve(git, base), resolve(git, commit)]
    try:
        common = git.run("merge-base", values=names).decode().split()[0]
    except MlgitopsError as error:
        hint = (
            "Bring the history here: `git fetch --unshallow`." if is_shallow(git) else "Merge one into the other first."
        )
        raise InputError(f"`{base}` and `{commit}` have no commit in common here", hint=hint) from error
    printed = git.run(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", values=[common, names[1], *([prefix] if prefix else [])]
    )
    start = len(prefix) + 1 if prefix else 0
    return sorted(path[start:] for path in printed.decode("utf-8", "surrogateescape").split("\0")[:-1])
