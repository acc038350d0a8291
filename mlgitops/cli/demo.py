"""`mlgitops demo`: the whole story on the worked example."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from mlgitops.cli._settings import current, verb
from mlgitops.errors import InputError
from mlgitops.output import demo as output
from mlgitops.output.progress import Bar
from mlgitops.output.story import tell
from mlgitops.wiring import creation

app = typer.Typer(add_completion=False)

REPOSITORY, REMOTE = "acme-ml", "acme-ml.git"


@app.command()
@verb
def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A new or empty folder; default: a temporary one.")
    ] = None,
) -> int:
    """Build a repository with a remote, hydrate three services into dev, staging and prod, and break one.

    Then a release is promoted from dev to staging and to prod, and another one is refused. It needs Git and nothing
    else, asks no server, and leaves a repository to play with.
    """
    root = _empty(current.directory / folder) if folder else Path(mkdtemp(prefix="mlgitops-demo-"))
    repository = root / REPOSITORY
    report = creation.demo(repository, root / REMOTE, Bar()).run()
    if current.json:
        sys.stdout.write(output.as_json(report, repository, root / REMOTE))
    else:
        tell(output.story(report, repository, current.columns()), sys.stdout, rich=current.colored())
    return 0


def _empty(folder: Path) -> Path:
    root = folder.resolve()
    if root.exists() and not (root.is_dir() and not any(root.iterdir())):
        raise InputError(f"{folder} is not empty", hint="Name a new folder, or none for a temporary one.")
    return root
