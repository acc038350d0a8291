"""`mlgitops promote`: a release moves one step, by pull request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._remote import (
    AutoMergeOption,
    BaseOption,
    DryRunOption,
    NoPrOption,
    OverrideOption,
    ReasonOption,
    RegistriesOption,
    RemoteOption,
    options,
)
from mlgitops.cli._settings import current, verb
from mlgitops.core.promotion.overrides import Override, Overrides
from mlgitops.core.slots import slot_name
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output import promotion
from mlgitops.output.outcome import next_step, withdrawn_json
from mlgitops.output.plans import group_json, planned_json
from mlgitops.wiring import promotions
from mlgitops.workflows.promote import Promote, Request

if TYPE_CHECKING:
    from mlgitops.workflows.promote import Report

app = typer.Typer(add_completion=False)


@app.command()
@verb
def promote(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="Slot that releases come from: `staging`, `prod/challenger`.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Slot that they go to: `prod`, `prod/challenger`.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Services, all or none; default: what differs.", autocompletion=_complete.states
        ),
    ] = None,
    dry_run: DryRunOption = False,
    no_pr: NoPrOption = False,
    per_service: Annotated[
        bool, typer.Option("--per-service", help="A pull request for each service instead of one a team.")
    ] = False,
    base: BaseOption = "",
    remote: RemoteOption = "origin",
    override: OverrideOption = None,
    reason: ReasonOption = "",
    auto_merge: AutoMergeOption = False,
    ask_registries: RegistriesOption = False,
) -> int:
    """Bring releases from one slot into the next by pull request, with what gates say of them.

    Everything is computed on the remote's branch: your checkout is neither read nor touched. A service that is named
    and that the target does not declare yet becomes a draft, which asks for what never travels.

    Without a forge, or with --no-pr, the branch is pushed and the body printed.
    """
    if reason and not override:
        raise InputError("--reason says why a gate is passed over", hint="Name the gate with `--override GATE`.")
    request = Request(
        slot_name(source),
        slot_name(target),
        tuple(names or ()),
        base,
        per_service,
        Overrides(tuple(Override(gate, reason) for gate in dict.fromkeys(override or ()))),
        dry_run,
        auto_merge,
    )
    root = wiring.repository_root(current.directory)
    asked = options(remote, forge=not no_pr, writes=not dry_run, registries=ask_registries)
    with promotions.opened(root, asked) as parts:
        report = Promote(parts).run(request)
    sys.stdout.write(
        _json(report, request)
        if current.json
        else "".join(promotion.text(report, request, color=current.colored(), columns=current.columns()))
    )
    if not current.json:
        sys.stderr.write(next_step(report.published, report.base, remote, auto_merge=auto_merge))
    return 0 if report.complete else 1


def _json(report: Report, request: Request) -> str:
    published = {one.group.branch: one for one in report.published}
    bodies = report.bodies or [""] * len(report.groups)
    return json_output.document(
        {
            "from": str(request.source),
            "to": str(request.target),
            "base": report.base,
            "tip": report.tip,
            "promotions": [
                group_json(group, body, published.get(group.branch))
                for group, body in zip(report.groups, bodies, strict=True)
            ],
            "refused": [planned_json(planned) for planned in report.refused],
            "broken": [
                {"name": name, "path": error.path, "message": error.message, "hint": error.hint}
                for name, error in report.broken
            ],
            "undeclared": list(report.undeclared),
            "unchanged": report.unchanged,
            **withdrawn_json(report.withdrawn),
        }
    )
