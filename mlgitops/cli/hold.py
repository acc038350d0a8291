"""`mlgitops hold`: nothing is promoted into a slot, by pull request."""

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
from mlgitops.errors import InputError
from mlgitops.workflows.hold import Hold
from mlgitops.workflows.promotion.change import Request

app = typer.Typer(add_completion=False)


@app.command()
@verb
def hold(
    target: Annotated[str, typer.Argument(metavar="ENV", help="The slot: `prod`, `prod/challenger`.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The service.", autocompletion=_complete.states)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; promotions that it stops tell it.")],
    until: UntilOption = "",
    dry_run: DryRunOption = False,
    no_pr: NoPrOption = False,
    base: BaseOption = "",
    remote: RemoteOption = "origin",
    auto_merge: AutoMergeOption = False,
) -> int:
    """Let nothing be promoted into a slot of a service until its last day, or until `unhold`. Rollbacks still may."""
    if not reason.strip():
        raise InputError("a hold needs a reason", hint="Say why with `--reason TEXT`.")
    request = Request(slot_name(target), name, reason, person(), until, base, dry_run, auto_merge)
    return change(lambda parts: Hold(parts).run(request), request, remote=remote, forge=not no_pr)
