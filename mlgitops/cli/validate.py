"""`mlgitops validate`: judge documents before anybody depends on them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mlgitops import wiring
from mlgitops.cli._places import Places, places
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.errors import InputError
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import clean
from mlgitops.workflows.validate import Report, Request

app = typer.Typer(add_completion=False)


@app.command()
@verb
def validate(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; default: everything.")
    ] = None,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Judge this commit.")] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Judge what is staged in Git.")] = False,
    base: Annotated[
        str | None,
        typer.Option(metavar="REV", help="What is immutable is compared with this commit; default: HEAD."),
    ] = None,
) -> int:
    """Judge documents by their schemas, and states by what they say together with their environment and template.

    A PATH limits the work to the services that it touches. A state's file is judged as far as documents tell;
    anything wider, and no PATH at all, is hydrated as well. Nothing is written.
    A file outside any environment repository is judged by the schema of its kind.
    """
    if rev is not None and staged:
        raise InputError("--rev and --staged name two different snapshots", hint="give one of them")
    found = places(current.directory, paths or ())
    if found.outside and not found.inside:
        report = _outside(found, rev, staged=staged)
    else:
        report = _inside(found, rev, staged, base)
    sys.stdout.write(_json(report) if current.json else _text(report, current))
    return 1 if report.failed else 0


def _inside(found: Places, rev: str | None, staged: bool, base: str | None) -> Report:
    for name in found.outside:
        sys.stderr.write(f"{clean(name)} lies outside the environment repository: not judged\n")
    root = found.root or wiring.repository_root(current.directory)
    with wiring.snapshot(root, revision=rev, staged=staged) as source:
        return wiring.validate(source, Bar(), root=root, base=base).run(Request(found.inside))


def _outside(found: Places, rev: str | None, *, staged: bool) -> Report:
    if rev is not None or staged:
        raise InputError(
            f"{next(iter(found.outside))} lies in no environment repository, so there is no snapshot to read it from",
            hint="leave out --rev and --staged",
        )
    for name, place in found.outside.items():
        if not place.is_file() and not place.is_symlink():
            raise InputError(
                f"`{name}` is {'a folder outside of any environment repository' if place.is_dir() else 'no file'}",
                hint="name a file, or a folder below an mlgitops.yaml",
            )
    return wiring.judge_files(found.outside)


def _json(report: Report) -> str:
    from mlgitops.output import json as json_output

    counts = {"documents": report.documents, "hydrated": report.hydrated}
    return json_output.document({**counts, "findings": json_output.findings(report.findings)})


def _text(report: Report, settings: Settings) -> str:
    from mlgitops.output.text import counted, findings_text, tally

    what = counted(report.documents, "document")
    if report.hydrated:
        what += f", {counted(report.hydrated, 'service')} hydrated"
    found = findings_text(report.findings, color=settings.colored(), lines=report.lines)
    return f"{found}{what}: {tally(report.findings)}\n"
