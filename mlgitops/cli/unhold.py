"""`mlgitops unhold`: promotions into a slot go on, by pull request."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._remote import AutoMergeOption, BaseOption, DryRunOption, NoPrOption, RemoteOption, options
from mlgitops.cli._settings import current, verb
from mlgitops.core.slots import slot_name
from mlgitops.output import changes
from mlgitops.wiring import promotions
from mlgitops.workflows.hold import Hold, Request

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
    root = wiring.repository_root(current.directory)
    request = Request(slot_name(target), name, base=base, dry_run=dry_run, auto_merge=auto_merge)
    with promotions.opened(root, options(remote, forge=not no_pr, writes=not dry_run)) as parts:
        report = Hold(parts).run(request)
    sys.stdout.write(
        changes.json(report)
        if current.json
        else "".join(changes.text(report, dry_run=dry_run, color=current.colored(), columns=current.columns()))
    )
    return 1 if report.planned and report.planned.refused else 0
