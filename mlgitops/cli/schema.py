"""`mlgitops schema`: the JSON Schemas of the documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import Settings, current, verb
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.table import table
from mlgitops.output.terminal import styled
from mlgitops.output.text import counted
from mlgitops.wiring import documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.workflows.schema import Described, Refreshed

app = typer.Typer(add_completion=False)


@app.command()
@verb
def schema(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME | import FILE...]",
            help="A kind of document, default: all; or files with definitions of custom resources.",
            autocompletion=_complete.kinds,
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Refresh the repository's copies in schemas/.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and name the copies that differ.")
    ] = False,
) -> int:
    """List the kinds of documents, or print the JSON Schema of one.

    Editors with a YAML language server complete and explain documents with the repository's copies. `--write` brings
    those to the form that this version of the program judges by; nothing else in schemas/ is touched.

    `import` turns CRDs, as `kubectl get crd NAME -o yaml` prints them, into schemas/crds/: by them custom resources are
    judged.
    """
    if names and names[0] == "import":
        return _import(names[1:])
    if names and len(names) > 1:
        raise InputError("one kind of document at a time", hint="Name one, or none for all.")
    name = names[0] if names else None
    if write and check:
        raise InputError("--write and --check exclude each other", hint="Give one of them.")
    workflow = documents.shipped_schemas()
    if write or check:
        root = wiring.repository_root(current.directory)
        with wiring.snapshot(root) as copies:
            report = workflow.refresh(name, copies, wiring.durable(root) if write else None)
        sys.stdout.write(_refreshed(report, current, written=write))
        return 1 if check and report.stale else 0
    if name is not None:
        sys.stdout.write(workflow.text(name).decode())
    else:
        sys.stdout.write(_listed(workflow.kinds(), current))
    return 0


def _import(files: list[str]) -> int:
    if not files:
        raise InputError("import what?", hint="Name files with CustomResourceDefinitions.")
    root = wiring.repository_root(current.directory)
    report = documents.import_definitions(root, {name: current.directory.resolve() / name for name in files})
    if current.json:
        sys.stdout.write(json_output.document(report._asdict()))
        return 0
    color = current.colored()
    for word, style, paths in (("created", "green", report.created), ("changed", "yellow", report.changed)):
        sys.stdout.writelines(f"{styled(word, style, color=color)} {path}\n" for path in paths)
    sys.stdout.write(f"{counted(len(report.kinds), 'kind')} imported, {report.unchanged} as before\n")
    return 0


def _listed(kinds: Sequence[Described], settings: Settings) -> str:
    if settings.json:
        return json_output.document({"schemas": [kind._asdict() for kind in kinds]})
    rows = [(kind.kind, kind.description, kind.path) for kind in kinds]
    return table(("kind", "what it is", "copy"), rows, drawn=sys.stdout.isatty(), color=settings.colored())


def _refreshed(report: Refreshed, settings: Settings, *, written: bool) -> str:
    if settings.json:
        return json_output.document({"written": written, **report._asdict()})
    color = settings.colored()
    words = (("created", "green", report.created), ("changed", "yellow", report.changed))
    lines = [
        f"{styled(word if written else 'stale', style, color=color)} {path}\n"
        for word, style, paths in words
        for path in paths
    ]
    return "".join(lines) or f"all {report.unchanged} copies are as they should be\n"
