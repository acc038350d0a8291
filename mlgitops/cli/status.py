"""`mlgitops status`: what each environment declares of each service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._dates import moment
from mlgitops.cli._remote import options
from mlgitops.cli._settings import current, verb
from mlgitops.output.status import status_json, status_text
from mlgitops.output.terminal import clean
from mlgitops.wiring import reading
from mlgitops.workflows.status import Request

if TYPE_CHECKING:
    from mlgitops.workflows.status import Report

app = typer.Typer(add_completion=False)


@app.command()
@verb
def status(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Names of states; default: all.", autocompletion=_complete.states),
    ] = None,
    environments: Annotated[
        list[str] | None,
        typer.Option(
            "--env", metavar="ENV", help="An environment; default: the path.", autocompletion=_complete.environments
        ),
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="DATE", help="What was declared then: a date or a time.")] = None,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Look at this commit; with --at, at its past.")] = None,
    remote: Annotated[
        str | None, typer.Option(metavar="NAME", help="Ask this remote and its forge what waits to be merged.")
    ] = None,
) -> int:
    """Show which release each environment declares of each service, since when, and how far it is behind.

    Answered from Git alone: what is declared, not what runs. Releases are counted by first parents; what waits to be
    merged is read from branches of remotes, as they were last fetched, or asked for with --remote.
    """
    root = wiring.repository_root(current.directory)
    then = moment(at) if at is not None else None
    now = then or wiring.now()
    with reading.moment(root, rev, then) as seen:
        request = Request(tuple(names or ()), tuple(dict.fromkeys(environments or ())))
        asked = options(remote, forge=True, writes=False) if remote is not None else None
        report = reading.status(root, seen, now, asked, past=then is not None or rev is not None).run(request)
    _tell(report)
    if current.json:
        sys.stdout.write(status_json(report, seen.commit, now))
    else:
        sys.stdout.write(status_text(report, now, drawn=sys.stdout.isatty(), color=current.colored()))
    return 0


def _tell(report: Report) -> None:
    for path, why in report.broken:
        sys.stderr.write(f"{clean(path)} is broken: {clean(why)}\n")
    if report.untold:
        sys.stderr.write(f"{clean(f'neither age nor distance is told: {report.untold}')}\n")
