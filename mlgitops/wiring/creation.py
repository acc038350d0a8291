"""Wiring of what makes repositories: `init` and `demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.errors import InputError
from mlgitops.wiring import git, git_top, project_around, render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlgitops.ports import Progress
    from mlgitops.workflows import promote, status
    from mlgitops.workflows.demo import Demo
    from mlgitops.workflows.init import Init
    from mlgitops.workflows.render import Report, Request


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
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.adapters.files.folder import Folder
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.adapters.git.writer import Author, Writer
    from mlgitops.workflows.demo import Demo, Verbs

    snapshot = WorkTree(repository)
    author = Author("mlgitops demo", "demo@example.com")

    def hydrate(request: Request) -> Report:
        return render(repository, snapshot, request, cache=False, progress=progress).run(request)

    example = {".gitattributes": scaffold.files()[".gitattributes"]}
    for part in (PROJECT_FILE, "templates", "schemas", "environments"):
        example |= {path: data for path, data in packaged.files(part).items() if "/hydrated/" not in path}
    verbs = Verbs(hydrate, *_promotion(repository, progress))
    return Demo(example, Folder(repository), snapshot, Writer(repository, remote, author), verbs, SystemClock())


def _promotion(
    repository: Path, progress: Progress
) -> tuple[Callable[[promote.Request], promote.Report], Callable[[], status.Report]]:
    """`promote` and `status` on a repository with a bare remote, which has no forge."""
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.wiring import promotions, reading
    from mlgitops.workflows import promote, status

    # `writes` is about servers: what this pushes to is a folder beside the repository, whoever began the job.
    options = promotions.Options(
        "origin", forge=False, registries=False, writes=False, progress=progress, notify=lambda _: None
    )

    def promoted(request: promote.Request) -> promote.Report:
        with promotions.opened(repository, options) as parts:
            return promote.Promote(parts).run(request)

    def told() -> status.Report:
        with reading.moment(repository, None, None) as seen:
            return reading.status(repository, seen, SystemClock().now()).run(status.Request())

    return promoted, told
