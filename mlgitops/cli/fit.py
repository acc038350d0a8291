"""`mlgitops fit`: which node pools take the pods of an environment, and what is left of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.output import json as json_output
from mlgitops.output.table import table
from mlgitops.output.terminal import clean
from mlgitops.wiring import inquiries
from mlgitops.workflows.fit import Request

if TYPE_CHECKING:
    from mlgitops.workflows.fit import Left, Report, Shape

app = typer.Typer(add_completion=False)


@app.command()
@verb
def fit(
    environment: Annotated[
        str, typer.Option("--env", metavar="ENV", help="The environment.", autocompletion=_complete.environments)
    ],
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name of a state; default: all.", autocompletion=_complete.states)
    ] = "",
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Look at this commit.")] = None,
) -> int:
    """Show, pool by pool, whether pods fit and why not, and what all services of the environment leave.

    Pods are those that states hydrate to, and of manifests written by hand. They are judged as kube-scheduler's filters
    do, against an empty node of each pool; what is left is counted with all of them at their most replicas.
    """
    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root, revision=rev) as source:
        report = inquiries.fit(source).run(Request(environment, name))
    for key, message in report.missing:
        sys.stderr.write(f"{clean(key)} cannot be hydrated, and is not counted: {clean(message)}\n")
    sys.stdout.write(_json(report) if current.json else _text(report, current))
    return 1 if report.failed else 0


def _json(report: Report) -> str:
    return json_output.document(
        {
            "fits": not report.failed,
            "pods": [
                {
                    **shape._asdict(),
                    "fits": shape.fits,
                    "verdicts": [verdict._asdict() for verdict in shape.verdicts],
                }
                for shape in report.shapes
            ],
            "pools": [left._asdict() for left in report.left],
            "problems": list(report.problems),
        }
    )


def _text(report: Report, settings: Settings) -> str:
    drawn, color = sys.stdout.isatty(), settings.colored()
    parts = []
    rows = [row for shape in report.shapes for row in _rows(shape, once=drawn)]
    if rows:
        parts.append(table(("pods", "number", "ask for", "pool", "fits"), rows, drawn=drawn, color=color))
    left = [(one.pool, str(one.nodes), str(one.idle), _of(one)) for one in report.left]
    parts.append(table(("pool", "nodes", "idle", "left"), left, drawn=drawn, color=color))
    if report.problems:
        parts.append("".join(f"{clean(problem)}\n" for problem in report.problems))
    return "\n".join(parts)


def _rows(shape: Shape, *, once: bool) -> list[tuple[str, str, str, str, str]]:
    """One row a pool; what is about the pods stands in the first, or in each for programs that read lines."""
    number = f"{shape.replicas} + {shape.surge}" if shape.surge else str(shape.replicas)
    asked = ", ".join(f"{name} {amount}" for name, amount in shape.requests.items())
    first = (shape.workload, number, asked)
    about = [first, *[("", "", "") if once else first] * (len(shape.verdicts) - 1)]
    verdicts = [
        (verdict.pool, ("yes" if verdict.fits else "no") + (f": {verdict.why}" if verdict.why else ""))
        for verdict in shape.verdicts
    ]
    return [(*left, *right) for left, right in zip(about, verdicts, strict=True)]


def _of(left: Left) -> str:
    return ", ".join(f"{name} {left.left[name]} of {offered}" for name, offered in left.offered.items())
