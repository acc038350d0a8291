"""Wiring: the only place that knows which adapter stands behind which port.

Each function imports what it needs when it is called, so a verb loads its own parts only.
"""

from __future__ import annotations

import datetime as dt
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlgitops import __version__
from mlgitops.core.project import PROJECT_FILE
from mlgitops.core.schema import SchemaSet
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.http import Client
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Memory, Progress
    from mlgitops.rules import Rule
    from mlgitops.workflows.digest import Digest
    from mlgitops.workflows.render import Render, Request


def repository_root(directory: Path) -> Path:
    """Top of the environment repository around `directory`: the nearest folder with `mlgitops.yaml`.

    The search does not leave the Git checkout.

    Raises:
        InputError: There is none.
    """
    from mlgitops.adapters.git.discovery import find_top

    here = directory.resolve()
    top = find_top(here)
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
        if folder == top or top is None:
            break
    raise InputError(
        f"there is no {PROJECT_FILE} in {directory}, nor above it",
        hint="run this in an environment repository, name one with -C, or make one with `mlgitops init`",
    )


def schemas() -> SchemaSet:
    """The schemas that ship with the program; a kind's file is read when the kind is first met."""
    from mlgitops.adapters.packaged import Schemas

    return SchemaSet(Schemas(), _rules)


def _rules() -> Mapping[str, Rule]:
    from mlgitops.rules import catalogue

    return catalogue()


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
            f"{root} is not in a Git checkout", hint="--rev and --staged read from Git: run `git init` first"
        )
    from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot

    prefix = root.relative_to(repository.top).as_posix().removeprefix(".")
    if revision is not None:
        with CommitSnapshot(repository, revision, prefix) as commit:
            yield commit
    else:
        with IndexSnapshot(repository, prefix) as index:
            yield index


def render(root: Path, source: Snapshot, request: Request, *, cache: bool, progress: Progress) -> Render:
    """The render workflow over `source`, writing to the work tree at `root`."""
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.adapters.processes import Processes
    from mlgitops.workflows.render import Render

    memory = _memory(root, ["render", *map(str, request)]) if cache and source.label == "work tree" else None
    return Render(source, schemas(), Processes(), Folder(root), memory, progress)


@contextmanager
def digest(
    directory: Path,
    *,
    platform: str,
    auth_hosts: Mapping[str, frozenset[str]],
    max_bytes: int,
    progress: Progress,
    notify: Callable[[str], None],
) -> Iterator[Digest]:
    """The digest workflow; what it needs of the network is loaded when a reference comes."""
    from mlgitops.adapters.hashing import LocalHasher
    from mlgitops.adapters.registries import Options, Registries
    from mlgitops.workflows.digest import Digest

    def connect() -> Client:
        from mlgitops.adapters.http import Client

        return Client(trust_env=True, notify=notify)

    options = Options(os.environ, platform=platform, auth_hosts=auth_hosts, max_bytes=max_bytes)
    with Registries(options, connect, progress) as registries:
        yield Digest(LocalHasher(directory, progress), registries)


def _memory(root: Path, question: list[str]) -> Memory | None:
    from mlgitops.adapters.remembered import Remembered

    repository = git(root)
    if repository is None:
        return None
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()  # suppressions expire
    return Remembered(root, repository.private_folder(), [__version__, today, *question])
