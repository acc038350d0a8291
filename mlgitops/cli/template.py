"""`mlgitops template`: what templates there are, what they take, and whether they hold."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.core.source_lines import source_lines
from mlgitops.output import json as json_output
from mlgitops.output.progress import Bar
from mlgitops.output.table import table
from mlgitops.output.terminal import clean, styled
from mlgitops.wiring import documents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.workflows.template import Listed, Shown
    from mlgitops.workflows.template_check import Checked

app = typer.Typer(add_completion=False, no_args_is_help=True)

Reference = Annotated[
    str,
    typer.Argument(metavar="NAME/VERSION", help="The template: kserve/v1", autocompletion=_complete.templates),
]

_HOMES = {
    "repository": "repository",
    "both": "repository, as packaged",
    "changed": "repository, unlike the packaged one",
    "packaged": "packaged: `mlgitops template add`",
}


@app.callback()
def template() -> None:
    """Templates: folders of Jinja2 files that hydrate states into manifests."""


@app.command("list")
@verb
def list_() -> int:
    """List the templates of the repository and those that ship with mlgitops."""
    with documents.templates(current.directory) as workflow:
        listed = workflow.listed()
    if current.json:
        sys.stdout.write(json_output.document({"templates": [one._asdict() for one in listed]}))
        return 0
    rows = [(one.template, _kinds(one), _HOMES[one.home], _used(one)) for one in listed]
    headers = ("template", "kinds", "where", "used by")
    sys.stdout.write(table(headers, rows, drawn=sys.stdout.isatty(), color=current.colored()))
    return 0


@app.command()
@verb
def show(reference: Reference) -> int:
    """Show what a template hydrates, its parameters and its files."""
    with documents.templates(current.directory) as workflow:
        shown = workflow.shown(reference)
    sys.stdout.write(json_output.document(shown._asdict()) if current.json else _shown(shown, current))
    return 0


@app.command()
@verb
def add(
    reference: Reference,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME/VERSION", help="Name and version that the copy gets.")
    ] = None,
) -> int:
    """Copy a packaged template into the repository, where it can be read, changed and reviewed.

    Other content that stands there is never overwritten.
    """
    root = wiring.repository_root(current.directory)
    with documents.templates(root) as workflow:
        added = workflow.add(reference, name, wiring.durable(root))
    if current.json:
        sys.stdout.write(json_output.document({"template": added.template, "created": added.written}))
    else:
        lines = [f"{styled('created', 'green', color=current.colored())} {path}\n" for path in added.written]
        sys.stdout.write("".join(lines) or f"templates/{added.template} is there already\n")
    return 0


@app.command()
@verb
def check(
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME/VERSION]...",
            help="Templates; default: all of the repository.",
            autocompletion=_complete.own_templates,
        ),
    ] = None,
) -> int:
    """Hydrate templates over all combinations of their parameters' examples and of what states may leave out.

    Above 10,000 combinations so many are picked, spread evenly and the same each time. They are tried in the
    repository's own environments. Nothing is written.
    """
    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root) as source:
        report = documents.template_check(source, Bar()).run(references or ())
        findings = [finding for checked in report for finding in checked.findings]
        lines = source_lines(source, findings)
    sys.stdout.write(_checked_json(report) if current.json else _checked(report, lines, current))
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _kinds(listed: Listed) -> str:
    return ", ".join(listed.kinds) or f"broken: {listed.problem}"


def _used(listed: Listed) -> str:
    from mlgitops.output.text import counted

    return counted(listed.used, "state") if listed.used else "-"


def _shown(shown: Shown, settings: Settings) -> str:
    facts = (
        ("template", shown.template),
        ("where", f"{shown.home}: templates/{shown.template}" if shown.home == "repository" else shown.home),
        ("kinds", ", ".join(shown.kinds)),
        ("digest", shown.digest),
        ("files", ", ".join(shown.files)),
    )
    text = "".join(
        f"{styled(f'{name:<9}', 'bold', color=settings.colored())} {clean(value)}\n" for name, value in facts
    )
    if shown.description:
        text += f"\n{clean(shown.description)}\n"
    if not shown.parameters:
        return f"{text}\nIt has no parameters.\n"
    rows = [_parameter(name, item) for name, item in sorted(shown.parameters.items())]
    headers = ("parameter", "scope", "type", "default", "description")
    return f"{text}\n{table(headers, rows, drawn=sys.stdout.isatty(), color=settings.colored())}"


def _parameter(name: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    default = json.dumps(item["default"], ensure_ascii=False) if "default" in item else "(required)"
    return name, item["scope"], _type(item["schema"]), default, item.get("description", "")


def _type(schema: Mapping[str, Any]) -> str:
    """What a parameter's schema asks for, in a few words."""
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if kind == "array" and isinstance(schema.get("items"), dict):
        words = f"list of {_type(schema['items'])}"
    bounds = [f"{sign} {schema[key]}" for key, sign in (("minimum", ">="), ("maximum", "<=")) if key in schema]
    return " ".join([words, *bounds])


def _checked(report: Sequence[Checked], lines: Mapping[tuple[str, int], str], settings: Settings) -> str:
    from mlgitops.output.text import findings_text, tally

    findings: list[Finding] = [finding for checked in report for finding in checked.findings]
    text = findings_text(findings, color=settings.colored(), lines=lines)
    for checked in report:
        text += f"{checked.template}: {_tried(checked)}: {tally(checked.findings)}\n"
    return text


def _tried(checked: Checked) -> str:
    if not checked.total:
        return "nothing was tried"
    tried = f"{checked.tried:,} of {checked.total:,}" if checked.tried < checked.total else f"all {checked.total:,}"
    declined = f", {checked.declined:,} of them declined by a message of its own" if checked.declined else ""
    return f"{tried} combinations{declined}"


def _checked_json(report: Sequence[Checked]) -> str:
    keys = ("template", "tried", "total", "declined")
    templates = [{key: getattr(checked, key) for key in keys} for checked in report]
    found = json_output.findings(finding for checked in report for finding in checked.findings)
    return json_output.document({"templates": templates, "findings": found})
