"""Wiring: the only place that knows which adapter stands behind which port.

Each function imports what it needs when it is called, so a verb loads its own parts only. What every verb starts from
stands here, with `render`, `validate` and `fix`; the other verbs have modules of their own.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlgitops import __version__
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.schema import SchemaSet
from mlgitops.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlgitops.adapters.git.history import CommitHistory
    from mlgitops.adapters.git.process import Git
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.gates import Gate
    from mlgitops.ports import Files, Memory, Progress, Surroundings, Workers
    from mlgitops.rules import Rule
    from mlgitops.workflows.fix import Fix
    from mlgitops.workflows.outside import Outside
    from mlgitops.workflows.render import Render, Request
    from mlgitops.workflows.validate import Validate


def repository_root(directory: Path) -> Path:
    """Top of the environment repository around `directory`: the nearest folder with `mlgitops.yaml`.

    The search does not leave the Git checkout.

    Raises:
        InputError: There is none.
    """
    found = project_around(directory.resolve())
    if found is None:
        raise InputError(
            f"there is no {PROJECT_FILE} in {directory}, nor above it",
            hint="Run this in an environment repository, name one with -C, or make one with `mlgitops init`.",
        )
    return found


def project_around(here: Path) -> Path | None:
    """The environment repository around the file or folder `here`, which need not exist; None outside any."""
    top = git_top(here)
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
        if folder == top or top is None:
            break
    return None


def git_top(directory: Path) -> Path | None:
    """Top of the Git checkout around `directory`, which need not exist; None outside any."""
    from mlgitops.adapters.git.discovery import find_top

    return find_top(directory)


def now() -> dt.datetime:
    """The time, in UTC."""
    from mlgitops.adapters.clock import SystemClock

    return SystemClock().now()


def schemas() -> SchemaSet:
    """The schemas that ship with the program; a kind's file is read when the kind is first met."""
    from mlgitops.adapters.packaged import Schemas, kubernetes_schemas

    return SchemaSet(Schemas(), rules, kubernetes_schemas)


def rules() -> Mapping[str, Rule]:
    """Every rule by its id, those of installed packages among them."""
    from mlgitops.adapters import extensions

    return extensions.rules()


def gates() -> Mapping[str, Gate]:
    """Every gate by its id, those of installed packages among them."""
    from mlgitops.adapters import extensions

    return extensions.gates()


def git(root: Path) -> Git | None:
    """The repository around `root`, or None outside any."""
    from mlgitops.adapters.git.discovery import find_top
    from mlgitops.adapters.git.process import Git

    top = find_top(root)
    return Git(top) if top else None


@contextmanager
def snapshot(root: Path, *, revision: str | None = None, staged: bool = False) -> Iterator[Snapshot]:
    """The work tree at `root`, its index, or the commit that `revision` means.

    Raises:
        InputError: A commit or index is asked for outside Git, or there is no such commit.
    """
    if revision is None and not staged:
        from mlgitops.adapters.files.tree import WorkTree

        yield WorkTree(root)
        return
    repository = git(root)
    if repository is None:
        raise InputError(
            f"{root} is not in a Git checkout", hint="Commits and the index are Git's: run `git init` first."
        )
    from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot

    prefix = prefix_in(repository, root)
    if revision is not None:
        with CommitSnapshot(repository, revision, prefix) as commit:
            yield commit
    else:
        with IndexSnapshot(repository, prefix) as index:
            yield index


def prefix_in(repository: Git, root: Path) -> str:
    """The folder of the Git repository in which the environment repository `root` stands; empty for its top."""
    return "" if root == repository.top else root.relative_to(repository.top).as_posix()


def history(root: Path) -> CommitHistory:
    """What was committed before, in the environment repository at `root`.

    Raises:
        InputError: It is not in a Git checkout.
    """
    repository = git(root)
    if repository is None:
        raise InputError(
            f"{root} is not in a Git checkout", hint="History is told by commits: run `git init` and commit first."
        )
    from mlgitops.adapters.git.history import CommitHistory

    return CommitHistory(repository, prefix_in(repository, root))


def render(root: Path, source: Snapshot, request: Request, *, cache: bool, progress: Progress) -> Render:
    """The render workflow over `source`, writing to the work tree at `root`."""
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.workflows.render import Render

    memory = _memory(root, ["render", *map(str, request)]) if cache and source.label == "work tree" else None
    return Render(source, schemas(), processes, Folder(root), memory, progress)


def processes() -> Workers:
    """Where states are hydrated: one process for each of the machine's processors, where it pays."""
    from mlgitops.adapters.processes import Processes

    return Processes()


def changed(source: Snapshot, root: Path, revision: str) -> tuple[str, ...]:
    """The files of the environment repository at `root` that are not in `source` what they are in a commit.

    Raises:
        InputError: There is no such commit here, or no Git.
    """
    from mlgitops.adapters.git.changes import changed
    from mlgitops.adapters.git.snapshots import CommitSnapshot
    from mlgitops.core.reach import JUDGED

    with snapshot(root, revision=revision) as before:
        if not isinstance(before, CommitSnapshot):
            raise TypeError(type(before))
        return tuple(changed(source, before, JUDGED))


def validate(
    source: Snapshot,
    progress: Progress,
    *,
    root: Path | None = None,
    base: str | None = None,
    policy_from: Snapshot | None = None,
) -> Validate:
    """The validate workflow over `source`.

    Args:
        source: What is judged.
        progress: Who watches.
        root: Top of the environment repository that `source` is of; without it, history is not asked.
        base: The revision that immutable things are compared with; else, in CI, where the change leaves its target
            branch, elsewhere HEAD, and for a commit its first parent.
        policy_from: Whose policy is applied; else that of `source`.
    """
    from mlgitops.workflows.validate import Validate

    def surroundings() -> Surroundings:
        from mlgitops.adapters.git.target import target
        from mlgitops.adapters.surroundings import around

        return around(source, root, git(root) if root else None, base, target(os.environ))

    today = now().date().isoformat()
    return Validate(source, schemas(), rules, today, processes, surroundings, progress, policy_from, gates)


def fix(root: Path, progress: Progress) -> Fix:
    """The workflow that mends the work tree at `root`."""
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.adapters.git.target import target
    from mlgitops.adapters.surroundings import around
    from mlgitops.workflows.fix import Fix

    source = WorkTree(root)
    today = now().date().isoformat()

    def surroundings() -> Surroundings:
        return around(source, root, git(root), None, target(os.environ))

    return Fix(source, schemas(), rules(), today, processes, surroundings, durable(root), progress)


def durable(root: Path) -> Files:
    """The folder `root`, for files that people edit: what was written outlasts a power cut."""
    from mlgitops.adapters.files.folder import Folder

    return Folder(root, durable=True)


def outside(files: Mapping[str, Path], kubernetes: str | None = None) -> Outside:
    """The workflow that judges files outside any environment repository, given by the names that they are called.

    Args:
        files: Where each lies, by its name.
        kubernetes: The version of Kubernetes that objects are judged by, or None for the default.
    """
    from mlgitops.adapters.files.named import NamedFiles
    from mlgitops.core.kubernetes import DEFAULT_VERSION
    from mlgitops.workflows.outside import Outside

    return Outside(NamedFiles(files), schemas(), kubernetes or DEFAULT_VERSION)


def _memory(root: Path, question: list[str]) -> Memory | None:
    from mlgitops.adapters.remembered import Remembered

    try:
        repository = git(root)
    except InputError:  # no program: it is only where to remember
        return None
    if repository is None:
        return None
    today = now().date().isoformat()  # suppressions expire
    return Remembered(root, repository.private_folder(), [__version__, today, *question])
