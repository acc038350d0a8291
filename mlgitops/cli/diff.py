"""`mlgitops diff`: what differs between two environments, or two revisions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import current, verb
from mlgitops.core.endpoints import endpoint, require_alike
from mlgitops.errors import InputError
from mlgitops.output.diff import diff_json, diff_text
from mlgitops.output.terminal import clean
from mlgitops.wiring import reading
from mlgitops.workflows.diff import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.endpoints import Endpoint
    from mlgitops.workflows.diff import Report

app = typer.Typer(add_completion=False)

_SIDE = "ENV, ENV/challenger, ENV@REV, or a revision."


@app.command()
@verb
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=_SIDE, autocompletion=_complete.environments)],
    after: Annotated[str, typer.Argument(metavar="B", help=_SIDE, autocompletion=_complete.environments)],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Names of states; default: all.", autocompletion=_complete.states),
    ] = None,
    environments: Annotated[
        list[str] | None,
        typer.Option(
            "--env",
            metavar="ENV",
            help="Of two revisions, only this environment.",
            autocompletion=_complete.environments,
        ),
    ] = None,
    stat: Annotated[bool, typer.Option("--stat", help="Of manifests, count the lines only.")] = False,
    no_manifests: Annotated[bool, typer.Option("--no-manifests", help="Leave manifests out.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 if anything differs or is broken.")] = False,
) -> int:
    """Show what differs between two environments, or two revisions: for the model first, manifests after.

    Values are compared as they are written, manifests as they are in both places: nothing is hydrated. An environment
    without a revision is that of the work tree.
    """
    root = wiring.repository_root(current.directory)
    known = reading.environments(root)
    old, new = endpoint(before, known), endpoint(after, known)
    _require_alike(old, new, known)
    if environments and old.slot:
        raise InputError("--env chooses among environments, and two are named", hint="Leave --env out.")
    request = Request(old, new, tuple(names or ()), tuple(dict.fromkeys(environments or ())), not no_manifests)
    with reading.diff(root, old.revision, new.revision) as workflow:
        report = workflow.run(request)
    _tell(report)
    if current.json:
        sys.stdout.write(diff_json(report, before, after))
    else:
        text = diff_text(report, before, after, drawn=sys.stdout.isatty(), color=current.colored(), stat=stat)
        sys.stdout.write(text)
    return 1 if exit_code and (report.services or report.broken) else 0


def _require_alike(old: Endpoint, new: Endpoint, known: Sequence[str]) -> None:
    """Refuse to compare an environment with a commit, and say which environment may have been meant.

    Raises:
        InputError: Somebody wants to.
    """
    from difflib import get_close_matches

    for one, other in ((old, new), (new, old)):
        close = get_close_matches(one.text.partition("@")[0].partition("/")[0], known, 1)
        if one.slot is None and other.slot and close:
            raise InputError(f"there is no environment `{one.text}`", hint=f"Did you mean `{close[0]}`?")
    require_alike(old, new)


def _tell(report: Report) -> None:
    for path, why in report.broken:
        sys.stderr.write(f"{clean(path)} is not compared: {clean(why)}\n")
