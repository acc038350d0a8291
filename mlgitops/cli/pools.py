"""`mlgitops pools`: the node pools that an environment declares."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.terminal import clean, styled
from mlgitops.wiring import inquiries

if TYPE_CHECKING:
    from mlgitops.workflows.pools import Report

app = typer.Typer(add_completion=False, no_args_is_help=True)

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@app.callback()
def pools() -> None:
    """Node pools: the hardware that environments declare."""


@app.command("import")
@verb
def import_(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="What `kubectl get nodes -o json` printed; - is standard input.")
    ] = "-",
    environment: Annotated[
        str, typer.Option("--env", metavar="ENV", help="The environment.", autocompletion=_complete.environments)
    ] = "",
    write: Annotated[bool, typer.Option("--write", help="Write environment.yaml; else only show the change.")] = False,
) -> int:
    """Bring the nodes of a cluster into the node pools of an environment, and show the change as a diff.

    A node belongs to the declared pool whose labels it has; count, taints, allocatable and accelerator follow the
    nodes. Names, labels, what is reserved, comments, and pools without a node now stay. Other nodes make up new pools.
    """
    if not environment:
        raise InputError("no environment is named", hint="Give `--env ENV`.")
    listed, name = _read(file)
    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root) as source:
        report = inquiries.import_pools(source).run(environment, listed, name, wiring.durable(root) if write else None)
    sys.stdout.write(_json(report, written=write) if current.json else _text(report, current))
    if not current.json:
        sys.stderr.write(_told(report, written=write))
    return 0


def _read(file: str) -> tuple[bytes, str]:
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(file).read_bytes(), file
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}", hint="Name a file, or - for standard input."
        ) from None


def _json(report: Report, *, written: bool) -> str:
    return json_output.document({**report._asdict(), "written": written and bool(report.diff)})


def _text(report: Report, settings: Settings) -> str:
    color = settings.colored()
    lines = clean(report.diff).splitlines(keepends=True)
    return "".join(
        styled(line.rstrip("\n"), _STYLES[line[0]], color=color) + "\n" if line[0] in _STYLES else line
        for line in lines
    )


def _told(report: Report, *, written: bool) -> str:
    lines = []
    if report.unseen:
        names = ", ".join(report.unseen)
        lines.append(f"no node of {names} now: left as declared")
    if not report.diff:
        lines.append(f"{report.path} says the same of {report.nodes} nodes already")
    elif written:
        lines.append(f"wrote {report.path}")
    else:
        lines.append(f"nothing is written: add --write to change {report.path}")
    return "".join(f"{line}\n" for line in lines)
