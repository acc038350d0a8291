"""`mlgitops unhold`: promotions into a slot go on, by pull request."""

from __future__ import annotations

from typing import Annotated

import typer

from mlgitops.cli import _complete
from mlgitops.cli._remote import AutoMergeOption, BaseOption, DryRunOption, NoPrOption, RemoteOption, change
from mlgitops.cli._settings import verb
from mlgitops.core.slots import slot_name
from mlgitops.workflows.hold import Hold
from mlgitops.workflows.promotion.change import Request

app = typer.Typer(add_completion=False)


@app.command()
@verb
def unhold(
    target: Annotated[str, typer.Argument(metavar="ENV", help="The slot: `prod`, `prod/challenger`.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The service.", autocompletion=_complete.states)],
    dry_run: DryRunOption = False,
    no_pr: NoPrOption = False,
    base: BaseOption = "",
    remote: RemoteOption = "origin",
    auto_merge: AutoMergeOption = False,
) -> int:
    """Lift the hold on a slot of a service."""
    request = Request(slot_name(target), name, base=base, dry_run=dry_run, auto_merge=auto_merge)
    return change(lambda parts: Hold(parts).run(request), request, remote=remote, forge=not no_pr)
