"""`mlgitops evaluation`: record what was measured, and see which result answers which demand."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import current, verb
from mlgitops.wiring import evaluations

if TYPE_CHECKING:
    from mlgitops.workflows.evaluation import Added

app = typer.Typer(add_completion=False, no_args_is_help=True)


class Subject(StrEnum):
    """What a result is about."""

    MODEL = "model"
    RELEASE = "release"


class SlotName(StrEnum):
    """A place in an environment where a release answers."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"


@app.callback()
def evaluation() -> None:
    """Evaluations: measured results about the digest of a model or a release, added and never changed."""


@app.command()
@verb
def add(
    service: Annotated[str, typer.Argument(metavar="NAME", help="Name of the state.", autocompletion=_complete.states)],
    environment: Annotated[
        str,
        typer.Option(
            "--env",
            metavar="ENV",
            help="Where the evaluated release is declared.",
            autocompletion=_complete.environments,
        ),
    ],
    name: Annotated[str, typer.Option(metavar="EVALUATION", help="What was evaluated: a key of `acceptance`.")],
    metrics: Annotated[
        list[str], typer.Option(metavar="FILE|KEY=VALUE", help="Results: a JSON or YAML file, or one; repeatable.")
    ],
    data: Annotated[str, typer.Option(metavar="URI", help="Address of the data that it was measured on.")],
    data_digest: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="Digest of the data, as `mlgitops digest` prints it.")
    ] = None,
    data_revision: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Fixed revision of the data, where its store has one.")
    ] = None,
    slices: Annotated[
        list[str] | None, typer.Option("--slice", metavar="SLICE:KEY=VALUE", help="Result on a slice; repeatable.")
    ] = None,
    subject: Annotated[
        Subject | None, typer.Option(help="What it is about; default: the release with --hardware, else the model.")
    ] = None,
    hardware: Annotated[
        str | None, typer.Option(metavar="POOL", help="Node pool or accelerator that it was measured on.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When; default: now. 2026-11-03T09:12:00Z")] = None,
    run: Annotated[str | None, typer.Option(metavar="URL", help="The run in the experiment tracker.")] = None,
    slot: Annotated[SlotName, typer.Option(help="Whose release was evaluated.")] = SlotName.CHAMPION,
) -> int:
    """Record a result about the release that an environment declares, and print the path of the file.

    The file's name ends in a digest of its content. A result is never written over another; the newest one counts.
    """
    from mlgitops.workflows.evaluation import Request

    request = Request(
        service,
        environment,
        name,
        tuple(metrics),
        data,
        data_digest,
        data_revision,
        tuple(slices or ()),
        subject and subject.value,
        hardware,
        at,
        run,
        challenger=slot is SlotName.CHALLENGER,
    )
    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root) as source:
        added = evaluations.evaluate(root, current.directory, source).add(request)
    sys.stdout.write(_json(added) if current.json else f"{added.path}\n")
    sys.stdout.flush()  # the path first, then what is said of it
    sys.stderr.write("" if current.json else _told(added, environment))
    return 0


def _json(added: Added) -> str:
    from mlgitops.output import json as json_output
    from mlgitops.output.evaluations import standing_object

    return json_output.document(
        {
            "path": added.path,
            "created": added.created,
            "evaluation": added.document,
            "release": added.version,
            "demands": [standing_object(standing) for standing in added.standings],
        }
    )


def _told(added: Added, environment: str) -> str:
    """What the result means where it was recorded, for people."""
    from mlgitops.output.evaluations import verdict
    from mlgitops.output.terminal import clean

    name = added.document["metadata"]["name"]
    (kind,) = added.document["subject"]
    lines = [f"a result about the {kind} of {added.version}" if kind == "model" else f"a result about {added.version}"]
    if not added.created:
        lines = ["the same result is recorded already: nothing was written"]
    if not added.demanded:
        lines.append(f"{environment} demands nothing of it")
    elif not added.standings:
        lines.append(f"{environment} demands no `{name}`: its acceptance has {', '.join(added.demanded)}")
    lines += [f"`{name}` in {environment}: {verdict(standing)}" for standing in added.standings]
    return clean("".join(f"{line}\n" for line in lines))


@app.command("list")
@verb
def list_(
    service: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One service; default: all.", autocompletion=_complete.states)
    ] = None,
    environment: Annotated[
        str | None,
        typer.Option(
            "--env",
            metavar="ENV",
            help="Its demands, and the results that it keeps.",
            autocompletion=_complete.environments,
        ),
    ] = None,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Read this commit.")] = None,
) -> int:
    """Show which demand of each environment is met by which evaluation, and all evaluations, the newest first."""
    from mlgitops.output.evaluations import listed_json, listed_text
    from mlgitops.workflows.evaluation_list import Request

    root = wiring.repository_root(current.directory)
    with wiring.snapshot(root, revision=rev) as source:
        report = evaluations.evaluation_list(source).run(Request(service, environment))
    if current.json:
        sys.stdout.write(listed_json(report))
        return 0
    sys.stdout.write(listed_text(report, drawn=sys.stdout.isatty(), color=current.colored()))
    for path in report.unread:
        from mlgitops.output.terminal import clean

        sys.stderr.write(f"{clean(path)} is broken: `mlgitops validate` says why\n")
    return 0
