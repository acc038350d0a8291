"""Wiring: the only place that knows which adapter stands behind which port.

Each function imports what it needs when it is called, so a verb loads its own parts only.
"""

from __future__ import annotations

import datetime as dt
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlgitops import __version__
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.schema import SchemaSet
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.http import Client
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files, Memory, Progress, Surroundings, Workers
    from mlgitops.rules import Rule
    from mlgitops.workflows.demo import Demo
    from mlgitops.workflows.digest import Digest
    from mlgitops.workflows.evaluation import Evaluate
    from mlgitops.workflows.evaluation_list import EvaluationList
    from mlgitops.workflows.explain import Explain
    from mlgitops.workflows.fit import Fit
    from mlgitops.workflows.fix import Fix
    from mlgitops.workflows.init import Init
    from mlgitops.workflows.outside import Outside
    from mlgitops.workflows.pools import Import
    from mlgitops.workflows.render import Render, Report, Request
    from mlgitops.workflows.schema import Schemas
    from mlgitops.workflows.schema_import import Imported as ImportedDefinitions
    from mlgitops.workflows.template import Templates
    from mlgitops.workflows.template_check import Check
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


def origin(root: Path) -> str | None:
    """Address of the remote `origin` of the Git checkout around `root`; it may hold a credential."""
    repository = git(root)
    if repository is None:
        return None
    from mlgitops.adapters.git.repository import Repository

    with Repository(repository) as opened:
        return opened.remotes().get("origin")


def init(root: Path) -> Init:
    """The init workflow for the folder `root`, which is made if it does not exist.

    Raises:
        InputError: `root` lies inside an environment repository.
    """
    from mlgitops.adapters import packaged, scaffold
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.workflows.init import Init

    outer = project_around(root.parent)
    if outer and git_top(root) != root:
        raise InputError(
            f"{root} lies inside the environment repository {outer}",
            hint="Name a folder outside of it: one environment repository cannot hold another.",
        )
    root.mkdir(parents=True, exist_ok=True)
    files = Folder(root, durable=True)
    return Init(scaffold.files(), packaged.files("schemas"), packaged.template_files, WorkTree(root), files)


def demo(repository: Path, remote: Path, progress: Progress) -> Demo:
    """The demo workflow, for two folders that do not exist."""
    from mlgitops.adapters import packaged, scaffold
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.adapters.git.writer import Author, Writer
    from mlgitops.workflows.demo import Demo

    snapshot = WorkTree(repository)
    author = Author("mlgitops demo", "demo@example.com")

    def hydrate(request: Request) -> Report:
        return render(repository, snapshot, request, cache=False, progress=progress).run(request)

    example = {".gitattributes": scaffold.files()[".gitattributes"]}
    for part in (PROJECT_FILE, "templates", "schemas", "environments"):
        example |= {path: data for path, data in packaged.files(part).items() if "/hydrated/" not in path}
    return Demo(example, Folder(repository), snapshot, Writer(repository, remote, author), hydrate)


def schemas() -> SchemaSet:
    """The schemas that ship with the program; a kind's file is read when the kind is first met."""
    from mlgitops.adapters.packaged import Schemas, kubernetes_schemas

    return SchemaSet(Schemas(), rules, kubernetes_schemas)


def rules() -> Mapping[str, Rule]:
    """Every rule by its id, those of installed packages among them."""
    from mlgitops.adapters import extensions

    return extensions.rules()


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
            f"{root} is not in a Git checkout", hint="--rev and --staged read from Git: run `git init` first."
        )
    from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot

    prefix = "" if root == repository.top else root.relative_to(repository.top).as_posix()
    if revision is not None:
        with CommitSnapshot(repository, revision, prefix) as commit:
            yield commit
    else:
        with IndexSnapshot(repository, prefix) as index:
            yield index


def render(root: Path, source: Snapshot, request: Request, *, cache: bool, progress: Progress) -> Render:
    """The render workflow over `source`, writing to the work tree at `root`."""
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.workflows.render import Render

    memory = _memory(root, ["render", *map(str, request)]) if cache and source.label == "work tree" else None
    return Render(source, schemas(), _processes, Folder(root), memory, progress)


def _processes() -> Workers:
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

    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return Validate(source, schemas(), rules, today, _processes, surroundings, progress, policy_from)


def evaluate(root: Path, directory: Path, source: Snapshot) -> Evaluate:
    """The workflow that records evaluations at `root`; files with metrics are named from `directory`."""
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.adapters.files.named import NamedFiles
    from mlgitops.workflows.evaluation import Evaluate

    def read(name: str) -> bytes:
        return NamedFiles({name: directory.resolve() / name}).read(name)

    return Evaluate(source, schemas(), durable(root), read, SystemClock())


def evaluation_list(source: Snapshot) -> EvaluationList:
    """The workflow that lists the evaluations of `source`."""
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.workflows.evaluation_list import EvaluationList

    return EvaluationList(source, schemas(), SystemClock().now().date().isoformat())


def fix(root: Path, progress: Progress) -> Fix:
    """The workflow that mends the work tree at `root`."""
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.adapters.git.target import target
    from mlgitops.adapters.surroundings import around
    from mlgitops.workflows.fix import Fix

    source = WorkTree(root)
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()

    def surroundings() -> Surroundings:
        return around(source, root, git(root), None, target(os.environ))

    return Fix(source, schemas(), rules(), today, _processes, surroundings, durable(root), progress)


def explain(source: Snapshot) -> Explain:
    """The explain workflow over `source`."""
    from mlgitops.workflows.explain import Explain

    return Explain(source, schemas())


def fit(source: Snapshot) -> Fit:
    """The fit workflow over `source`."""
    from mlgitops.workflows.fit import Fit

    return Fit(source, schemas())


def import_pools(source: Snapshot) -> Import:
    """The workflow that brings nodes into the environments of `source`."""
    from mlgitops.workflows.pools import Import

    return Import(source, schemas())


def shipped_schemas() -> Schemas:
    """The schema workflow."""
    from mlgitops.adapters import packaged
    from mlgitops.workflows.schema import Schemas

    return Schemas(packaged.files("schemas"))


@contextmanager
def templates(directory: Path) -> Iterator[Templates]:
    """The template workflow, with the templates of the environment repository around `directory` if there is one."""
    from mlgitops.adapters import packaged
    from mlgitops.core.snapshot import LoadedSnapshot
    from mlgitops.workflows.template import Templates

    shipped = LoadedSnapshot("program", packaged.files("templates"))
    root = project_around(directory.resolve())
    if root is None:
        yield Templates(shipped, None, schemas())
        return
    with snapshot(root) as source:
        yield Templates(shipped, source, schemas())


def template_check(source: Snapshot, progress: Progress) -> Check:
    """The workflow that tries the templates of `source`."""
    from mlgitops.adapters.processes import Processes
    from mlgitops.workflows.template_check import Check

    return Check(source, schemas(), Processes(), progress)


def durable(root: Path) -> Files:
    """The folder `root`, for files that people edit: what was written outlasts a power cut."""
    from mlgitops.adapters.files.folder import Folder

    return Folder(root, durable=True)


def import_definitions(root: Path, files: Mapping[str, Path]) -> ImportedDefinitions:
    """Turn definitions of custom resources, in files by the names that they are called, into schemas at `root`."""
    from mlgitops.adapters.files.named import NamedFiles
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.workflows import schema_import

    return schema_import.import_definitions(NamedFiles(files), WorkTree(root), durable(root))


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

    try:
        repository = git(root)
    except InputError:  # no program: it is only where to remember
        return None
    if repository is None:
        return None
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()  # suppressions expire
    return Remembered(root, repository.private_folder(), [__version__, today, *question])
