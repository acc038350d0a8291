"""`mlgitops init`: write an environment repository."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from mlgitops import __version__, wiring
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.output import json as json_output
from mlgitops.output.terminal import clean, styled
from mlgitops.output.text import counted
from mlgitops.wiring import creation
from mlgitops.workflows.init import Report, Request

app = typer.Typer(add_completion=False)

_NEXT = (
    ("mlgitops render", "hydrate the example into environments/*/hydrated"),
    ("mlgitops validate", "judge every document"),
    ("git add . && git commit", "the first commit; a merge is what deploys"),
    ("pre-commit install", "the same checks before each commit"),
)


@app.command()
@verb
def init(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Where; default: this folder.")] = None,
) -> int:
    """Write an environment repository: an example that hydrates at once, and the checks around it.

    Existing files are kept and named. Where somebody's project stands already, nothing is written.
    """
    root = (current.directory / (folder or "")).resolve()
    report = creation.init(root).run(Request(__version__, creation.origin(root)))
    sys.stdout.write(_json(report) if current.json else _text(report, root, current))
    return 0


def _json(report: Report) -> str:
    return json_output.document(
        {
            "created": report.created,
            "kept": report.kept,
            "unchanged": report.unchanged,
            "existing": report.existing,
            "repository": report.address,
        }
    )


def _text(report: Report, root: Path, settings: Settings) -> str:
    color = settings.colored()
    if report.existing:
        return (
            "this is an environment repository already; nothing was written\n"
            "`mlgitops schema --write` refreshes its schemas, `mlgitops template add` copies a template in\n"
        )
    lines = [f"{styled('created', 'green', color=color)} {path}" for path in report.created]
    lines += [f"{styled('kept', 'yellow', color=color)}    {path}: it is there already" for path in report.kept]
    lines.append(
        f"{counted(len(report.created), 'file')} created, {len(report.kept)} kept, {report.unchanged} unchanged"
    )
    if report.created:
        lines += ["", *_advice(report, root, color=color)]
    return "".join(f"{line}\n" for line in lines)


def _advice(report: Report, root: Path, *, color: bool) -> list[str]:
    steps = list(_NEXT)
    top = wiring.git_top(root)
    if top is None:
        steps.insert(0, ("git init", "states are judged and promoted by their history"))
    if root != Path.cwd():
        steps.insert(0, (f"cd {shlex.quote(clean(str(root)))}", "begin there"))
    width = max(len(command) for command, _ in steps)
    lines = [styled("Next:", "bold", color=color)]
    lines += [f"  {styled(command.ljust(width), 'cyan', color=color)}  {why}" for command, why in steps]
    lines += ["", "README.md tells the rest. Put your own teams into CODEOWNERS."]
    if not report.addressed:
        lines.append("argocd/ and flux/ name a placeholder: put the address of this repository there.")
    if top not in (None, root):
        lines.append(f"{clean(str(root))} is no top of a Git checkout: move .github, .gitlab-ci.yml, CODEOWNERS and")
        lines.append(".pre-commit-config.yaml there, and put its path before those in argocd/ and flux/.")
    return lines
