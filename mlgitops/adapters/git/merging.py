"""What merging one commit into another changes: `git merge-tree` merges as `git merge` and the forges do.

It runs apart from the repository's configuration (`apart.py`), and without a work tree: no merge driver and no filter
is known there, and no `.gitattributes` is read, so both sides of a file are merged as the text that they are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlgitops.adapters.git.failures import explain
from mlgitops.adapters.git.revisions import is_shallow, resolve
from mlgitops.adapters.git.trees import differing, fields
from mlgitops.errors import InputError, MlgitopsError
from mlgitops.ports.git import Merge

if TYPE_CHECKING:
    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.trees import Sides
    from mlgitops.adapters.git.writing import WritingGit

_OPTIONS = ("--write-tree", "-z", "--name-only", "--no-messages")
_CONFIGURATION = (("core.attributesFile", os.devnull),)  # a user's own would make it another merge on each machine
_CONFLICTS, _USAGE = 1, 129  # what it ends with


def brought(git: Git, prefix: str, base: str, commit: str) -> dict[str, Sides]:
    """The files below `prefix` that `commit` has changed since the last commit that it has in common with `base`.

    Args:
        git: The repository.
        prefix: Folder of it that paths are relative to; empty for its top.
        base: Full name of a commit.
        commit: Likewise.

    Raises:
        InputError: They have no commit in common here.
    """
    return differing(git, prefix, _common(git, base, commit), commit)


def merge(git: Git, writing: WritingGit, prefix: str, base: str, commit: str) -> Merge:
    """Merge `commit` into `base`; objects are written, and nothing refers to them.

    Args:
        git: Reads the repository.
        writing: Writes to it.
        prefix: As of `brought`.
        base: As of `brought`.
        commit: As of `brought`.

    Raises:
        InputError: They have no commit in common here, or this Git cannot merge so.
        RefusedError: Git failed.
    """
    common = _common(git, base, commit)
    own = differing(git, prefix, common, commit)
    if common == base:  # the commit has all of it: nothing is left to merge
        return Merge(commit, tuple(own))
    ended = writing.run("merge-tree", *_OPTIONS, values=[base, commit], configuration=_CONFIGURATION)
    if ended.code == _USAGE:
        raise InputError(
            "this Git cannot tell what a merge would give where both sides have changed since",
            hint="Install Git 2.38 or newer, or merge the base branch into the change.",
        )
    if ended.code not in (0, _CONFLICTS):
        raise explain("merge-tree", ended.code, ended.said)
    tree, *conflicts = fields(ended.printed)
    paths = {*own, *differing(git, prefix, base, tree)}
    return Merge(tree, tuple(sorted(paths)), tuple(conflicts) if ended.code else ())


def merged(git: Git, writing: WritingGit, prefix: str, base: str, commit: str) -> str:
    """The commit that `commit` merges into one of `base`; empty where it is no merge, or brings anything else.

    Forges make such merges for the jobs of pull requests. One that somebody else made passes for that only if below
    `prefix` it is what merging gives.

    Raises:
        As `merge`; InputError: There is no such commit.
    """
    parents = git.run("rev-list", "--parents", "--max-count=1", values=[resolve(git, commit)]).decode().split()[1:]
    if len(parents) != 2:  # noqa: PLR2004 (a merge of one commit into another)
        return ""
    into, head = parents
    if git.run("rev-list", "--max-count=1", values=[into, f"^{resolve(git, base)}"]).strip():
        return ""
    expected = merge(git, writing, prefix, into, head)
    return "" if expected.conflicts or differing(git, prefix, expected.tree, resolve(git, commit)) else head


def _common(git: Git, base: str, commit: str) -> str:
    try:
        return git.run("merge-base", values=[base, commit]).decode().split()[0]
    except MlgitopsError as error:
        hint = (
            "Bring the history here: `git fetch --unshallow`." if is_shallow(git) else "Merge one into the other first."
        )
        raise InputError(f"`{base}` and `{commit}` have no commit in common here", hint=hint) from error
