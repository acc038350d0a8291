"""`mlgitops render`: hydrate states into manifests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.patch import patch
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import styled
from mlgitops.output.text import counted, findings_text, tally
from mlgitops.workflows.render import Report, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.snapshot import Snapshot

app = typer.Typer(add_completion=False)


@app.command()
@verb
def render(
    environments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENV]...", help="Environments; default: all of the path.", autocompletion=_complete.environments
        ),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only the state of this name.", autocompletion=_complete.states),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 and name what is stale.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Judge this commit; with --check or --diff.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Look at everything anew.")] = False,
) -> int:
    """Hydrate states into manifests, one folder for each environment."""
    if rev is not None and not (check or diff):
        raise InputError("--rev reads a commit, which cannot be written to", hint="Add --check or --diff.")
    settings = current
    root = wiring.repository_root(settings.directory)
    request = Request(tuple(dict.fromkeys(environments or ())), service, write=not (check or diff), diff=diff)
    with wiring.snapshot(root, revision=rev) as source:
        report = wiring.render(root, source, request, cache=not no_cache, progress=Bar()).run(request)
        lines = _lines(source, report.findings)
    sys.stdout.write(_json(report, request) if settings.json else _text(report, request, settings))
    if not settings.json:
        sys.stderr.write(findings_text(report.findings, color=settings.colored(sys.stderr), lines=lines))
        sys.stderr.write(f"{tally(report.findings)}; nothing was written\n" if report.failed else "")
    if report.failed:
        return InputError.exit_code
    return 1 if check and report.stale else 0


def _lines(source: Snapshot, findings: Sequence[Finding]) -> Mapping[tuple[str, int], str]:
    if not findings:
        return {}
    from mlgitops.core.masking import masked_lines

    return masked_lines(source, findings)


def _json(report: Report, request: Request) -> str:
    return json_output.document(
        {
            "written": request.write and not report.failed,
            "created": report.created,
            "changed": report.changed,
            "removed": report.removed,
            "unchanged": report.unchanged,
            "services": report.services,
            "findings": json_output.findings(report.findings),
            **({"diff": report.diff} if request.diff else {}),
        }
    )


def _text(report: Report, request: Request, settings: Settings) -> str:
    if report.failed:
        return ""
    color = settings.colored()
    if request.diff:
        return patch(report.diff, color=color)
    lines = [
        f"{styled(word, style, color=color)} {path}\n"
        for word, style, paths in (
            ("created", "green", report.created),
            ("changed", "yellow", report.changed),
            ("removed", "red", report.removed),
        )
        for path in paths
    ]
    if not request.write:
        lines = [f"{styled('stale', 'yellow', color=color)} {path}\n" for path in report.stale]
    total = report.unchanged + len(report.created) + len(report.changed)
    summary = f"{counted(report.services, 'service')}, {counted(total, 'manifest')}: "
    if not request.write:
        return (
            "".join(lines)
            + summary
            + (f"{len(report.stale):,} stale; run `mlgitops render`\n" if report.stale else "all fresh\n")
        )
    counts = {word: len(getattr(report, word)) for word in ("created", "changed", "removed")}
    counts["unchanged"] = report.unchanged
    return "".join(lines) + summary + ", ".join(f"{count:,} {word}" for word, count in counts.items()) + "\n"
