"""`mlgitops gates`: what gates say, of a promotion that is not made yet or of changes that are there already."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._remote import BaseOption, RegistriesOption, RemoteOption, options
from mlgitops.cli._settings import current, verb
from mlgitops.core.redaction import redact
from mlgitops.core.slots import slot_name
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.plans import Plans, planned_json
from mlgitops.output.terminal import clean
from mlgitops.wiring import promotions
from mlgitops.workflows import promote
from mlgitops.workflows.gates import Gates, Judged, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlgitops.wiring.promotions import Options
    from mlgitops.workflows.promotion.planned import Planned

app = typer.Typer(add_completion=False)


@app.command()
@verb
def gates(
    source: Annotated[str, typer.Argument(metavar="[FROM", help="Slot that releases come from.")] = "",
    target: Annotated[str, typer.Argument(metavar="TO", help="Slot that they go to.")] = "",
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...]", help="Services; default: what differs.", autocompletion=_complete.states),
    ] = None,
    commit: Annotated[
        str, typer.Option("--commit", metavar="REV", help="Judge what this commit would bring into the base branch.")
    ] = "",
    pull_requests: Annotated[
        bool, typer.Option("--pull-requests", help="Judge every open pull request into the base branch.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Set a commit status for each gate on the forge.")] = False,
    base: BaseOption = "",
    remote: RemoteOption = "origin",
    ask_registries: RegistriesOption = False,
) -> int:
    """Show what each gate says and why; nothing is promoted.

    Of a promotion: FROM TO [NAME]... Of changes that are there, made by promote or by hand: in a pull request's job
    --commit with what people review, --pull-requests on merge and on a schedule, for all but those of forks. Who has
    approved is asked where a token is there. What widens trust is read from the base branch.
    """
    chosen = [bool(source), bool(commit), pull_requests]
    if chosen.count(True) != 1 or bool(source) != bool(target):
        raise InputError(
            "it is not said what to judge: a promotion, a commit, or the open pull requests",
            hint="Give FROM and TO, or --commit REV, or --pull-requests.",
        )
    root = wiring.repository_root(current.directory)
    if source:
        if status:
            raise InputError("--status is for changes that are there", hint="Give --commit or --pull-requests.")
        promotion = promote.Request(slot_name(source), slot_name(target), tuple(names or ()), base, dry_run=True)
        asked = options(remote, forge=False, writes=False, registries=ask_registries)
        planned, broken = _planned(root, promotion, asked)
        told = [f"cannot be judged: {clean(redact(one))}\n" for one in broken]
        shown = (
            _json([Judged("", None, planned, "; ".join(broken))])
            if current.json
            else "".join([*_services(planned), *told])
        )
        sys.stdout.write(shown)
        return 1 if broken or any(one.refused for one in planned) else 0
    request = Request(base, promotions.commit(root, commit) if commit else "", status)
    asked = options(remote, forge=True, writes=status, registries=ask_registries)
    asked = asked._replace(with_token=not status and not pull_requests)
    with promotions.opened(root, asked) as parts:
        judged = Gates(parts).run(request)
    for one in judged:
        if one.untold:
            sys.stderr.write(f"approval is not judged and no override counts: {clean(redact(one.untold))}\n")
    if current.json:
        sys.stdout.write(_json(judged))
    else:
        sys.stdout.write("".join(_changes(judged)))
    return 1 if any(one.failed for one in judged) else 0


def _planned(root: Path, request: promote.Request, asked: Options) -> tuple[Sequence[Planned], Sequence[str]]:
    """What gates say of a promotion by name, and what keeps them from judging the rest."""
    with promotions.opened(root, asked) as parts:
        report = promote.Promote(parts._replace(describe=lambda *_: "")).run(request)  # no body is shown
    found = [*report.refused, *(planned for group in report.groups for planned in group.planned)]
    broken = [f"{name}: {error.message}" for name, error in report.broken]
    return sorted(found, key=lambda planned: planned.move.unit.name), broken


def _json(judged: Sequence[Judged]) -> str:
    return json_output.document({"changes": [_change(one) for one in judged]})


def _change(judged: Judged) -> dict[str, Any]:
    return {
        "commit": judged.commit or None,
        "pullRequest": judged.pull_request.number if judged.pull_request else None,
        "broken": redact(judged.broken) or None,
        "services": [_service(planned) for planned in judged.planned],
        "findings": json_output.findings(judged.findings),
    }


def _service(planned: Planned) -> dict[str, Any]:
    shown = planned_json(planned)
    keys = ("name", "team", "before", "after", "gates", "findings")
    return {"slot": str(planned.move.target), **{key: shown[key] for key in keys}}


def _changes(judged: Sequence[Judged]) -> Iterator[str]:
    for one in judged:
        where = f"pull request {one.pull_request.number}, " if one.pull_request else ""
        yield f"{where}commit {one.commit[:12]}\n"
        if one.broken:
            yield f"  cannot be judged: {clean(redact(one.broken))}\n"
        yield from _services(one.planned, "  no release changes\n" if not one.broken else "")
        for finding in one.findings:
            yield f"    {finding.severity} {finding.rule} at {clean(finding.path)}: {clean(redact(finding.message))}\n"
    if not judged:
        yield "No pull request is open.\n"


def _services(planned: Sequence[Planned], nothing: str = "Nothing to promote.\n") -> Iterator[str]:
    plans = Plans(color=current.colored(), columns=current.columns())
    for one in planned:
        yield plans.planned(one)
    if not planned:
        yield nothing
