"""`mlgitops rollback`: an earlier release of a slot comes back, by pull request."""

from __future__ import annotations

from typing import Annotated

import typer

from mlgitops.cli import _complete
from mlgitops.cli._remote import (
    AutoMergeOption,
    BaseOption,
    DryRunOption,
    NoPrOption,
    RemoteOption,
    UntilOption,
    change,
    person,
)
from mlgitops.cli._settings import verb
from mlgitops.core.slots import slot_name
from mlgitops.workflows.promotion.change import Request
from mlgitops.workflows.rollback import Rollback

app = typer.Typer(add_completion=False)


@app.command()
@verb
def rollback(
    target: Annotated[str, typer.Argument(metavar="ENV", help="The slot: `prod`, `prod/challenger`.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The service.", autocompletion=_complete.states)],
    to: Annotated[
        str, typer.Option("--to", metavar="RELEASE", help="Version, digest or commit; default: the release before.")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the hold.")] = "",
    until: UntilOption = "",
    dry_run: DryRunOption = False,
    no_pr: NoPrOption = False,
    base: BaseOption = "",
    remote: RemoteOption = "origin",
    auto_merge: AutoMergeOption = False,
) -> int:
    """Declare a release again that this slot has declared before: model, data context and template together.

    It is found in Git's history. A hold comes with it, so that the next promotion does not undo it. Time and metrics
    stop no rollback: what they would say of it is told.
    """
    request = Request(slot_name(target), name, reason, person(), until, base, dry_run, auto_merge)
    return change(lambda parts: Rollback(parts, to).run(request), request, remote=remote, forge=not no_pr)
