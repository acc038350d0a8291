"""`mlgitops explain`: what is effective for one state, and where each value came from."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.core.redaction import MASK
from mlgitops.core.secrets import found
from mlgitops.core.yaml.write import dump
from mlgitops.output import json as json_output
from mlgitops.output.table import table
from mlgitops.wiring import inquiries
from mlgitops.workflows.explain import Request

if TYPE_CHECKING:
    from mlgitops.workflows.explain import Entry, Place, Report

app = typer.Typer(add_completion=False)


@app.command()
@verb
def explain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the state.", autocompletion=_complete.states)],
    environment: Annotated[
        str,
        typer.Option("--env", metavar="ENV", help="Its environment.", autocompletion=_complete.environments),
    ],
    field: Annotated[str, typer.Argument(metavar="[FIELD]", help="Beginning of a field: deploy.replicas")] = "",
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Explain what this commit says.")] = None,
) -> int:
    """Show each effective value of a state, and the layer, file and line that it came from.

    Layers are the template's defaults, the environment's defaults, the state, and the environment's floors of
    acceptance, which only tighten. An address that a location rewrites is shown as what it becomes.
    """
    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root, revision=rev) as source:
        report = inquiries.explain(source).run(Request(name, environment, field))
    sys.stdout.write(_json(report) if current.json else _text(report, current))
    return 0


def _json(report: Report) -> str:
    return json_output.document({"path": report.path, "values": [_object(entry) for entry in report.entries]})


def _object(entry: Entry) -> dict[str, Any]:
    shown = {"field": entry.field, "value": _shown(entry), "layer": entry.layer, **entry.place._asdict()}
    if entry.location is not None:
        shown |= {"written": entry.written, "location": entry.location._asdict()}
    return shown


def _text(report: Report, settings: Settings) -> str:
    rows: list[tuple[str, str, str, str]] = []
    for entry in report.entries:
        rows.append((entry.field, _value(_shown(entry)), entry.layer, _where(entry.place)))
        if entry.location is not None:
            rows.append(("", f"written {entry.written}", "location", _where(entry.location)))
    return table(("field", "value", "layer", "where"), rows, drawn=sys.stdout.isatty(), color=settings.colored())


def _shown(entry: Entry) -> Any:
    """The value, or a mask where its name or its form says that it is secret."""
    secret = isinstance(entry.value, str) and found(entry.field.rpartition(".")[2], entry.value)
    return MASK if secret else entry.value


def _value(value: Any) -> str:
    """The value as YAML in one line."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    text = dump({"value": value}).removeprefix("value: ").rstrip("\n")
    return json.dumps(value, ensure_ascii=False) if "\n" in text else text


def _where(place: Place) -> str:
    return f"{place.path}:{place.line}"
