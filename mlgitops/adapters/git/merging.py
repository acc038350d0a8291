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
    return _differing(git, prefix, common, names[1])


def merged(git: Git, prefix: str, base: str, commit: str) -> str:
    """The commit that `commit` merges into one of `base`; empty where it is no merge, or brings anything else.

    Forges make such merges for the jobs of pull requests. One that somebody else made passes for that only if each
    path below `prefix` that it changes is what it is in the commit that it merges, and none is left out.

    Raises:
        InputError: There is no such commit, or none in common.
    """
    parents = git.run("rev-list", "--parents", "--max-count=1", values=[resolve(git, commit)]).decode().split()[1:]
    if len(parents) != 2:  # noqa: PLR2004 (a merge of one commit into another)
        return ""
    into, head = parents
    if git.run("rev-list", "--max-count=1", values=[into, f"^{resolve(git, base)}"]).strip():
        return ""
    paths = brought(git, prefix, into, commit)
    if paths != brought(git, prefix, into, head) or set(paths) & set(_differing(git, prefix, commit, head)):
        return ""
    return head


def _differing(git: Git, prefix: str, one: str, other: str) -> list[str]:
    """The paths below `prefix` in which two commits differ, relative to it."""
    options = ("-r", "-z", "--name-only", "--no-renames")
    printed = git.run("diff-tree", *options, values=[one, other, *([prefix] if prefix else [])])
    start = len(prefix) + 1 if prefix else 0
    return sorted(path[start:] for path in printed.decode("utf-8", "surrogateescape").split("\0")[:-1])
