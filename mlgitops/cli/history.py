"""`mlgitops history`: the releases that were declared in a slot."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.core.digests import short
from mlgitops.core.slots import slot_name
from mlgitops.output import json as json_output
from mlgitops.output.declared import declared_object, lineage, through, when
from mlgitops.output.table import table
from mlgitops.wiring import reading
from mlgitops.workflows.history import Request

if TYPE_CHECKING:
    from mlgitops.workflows.history import Report

app = typer.Typer(add_completion=False)

_COLUMNS = ("release", "digest", "since (UTC)", "until (UTC)", "by", "through", "lineage")


@app.command()
@verb
def history(
    slot: Annotated[
        str,
        typer.Argument(metavar="ENV", help="An environment, or ENV/challenger.", autocompletion=_complete.environments),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a state.", autocompletion=_complete.states)],
    rev: Annotated[str, typer.Option(metavar="REV", help="Tell what came before this commit.")] = "HEAD",
) -> int:
    """Show each release that was declared in a slot, from when to when, who did it, and where it comes from.

    Answered from Git alone, by first parents: what was declared on this branch, not what ran. Times are those of the
    commits; who merged a pull request in a forge is told by the forge.
    """
    root = wiring.repository_root(current.directory)
    with reading.commit(root, rev) as (source, commit):
        report = reading.history(root, source, commit).run(Request(slot_name(slot), name))
    sys.stdout.write(_json(report) if current.json else _text(report, current))
    return 0


def _json(report: Report) -> str:
    found = [declared_object(one) for one in report.declared]
    return json_output.document({"slot": str(report.slot), "service": report.service, "declared": found})


def _text(report: Report, settings: Settings) -> str:
    if not report.declared:
        return f"no release of {report.service} was ever declared in {report.slot}\n"
    rows = [
        (
            str(one.release.get("version")),
            short(one.digest),
            when(one.since.at),
            when(one.until.at) if one.until else "declared now",
            one.since.author,
            through(one.since),
            lineage(one.release),
        )
        for one in report.declared
    ]
    return table(_COLUMNS, rows, drawn=sys.stdout.isatty(), color=settings.colored())
