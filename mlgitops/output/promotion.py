"""Promotions for people: what goes, what is refused and why, and what the pull request says where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.redaction import redact
from mlgitops.output.outcome import withdrawn
from mlgitops.output.plans import Plans, indented
from mlgitops.output.terminal import clean
from mlgitops.output.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlgitops.workflows.promote import Report, Request


def text(
    report: Report,
    request: Request,
    *,
    color: bool,
    columns: int = 0,
    shorten: Callable[[str], str] = lambda body: body,
) -> Iterator[str]:
    """What `mlgitops promote` prints.

    Args:
        report: What was planned, and done.
        request: What was asked.
        color: Whether to colour it.
        columns: As of `Plans`.
        shorten: What is shown of a body.
    """
    plans = Plans(color=color, columns=columns)
    published = {one.group.branch: one for one in report.published}
    yield f"{request.source} → {request.target} on {clean(report.base)} ({report.tip[:12]})\n"
    for group, body in zip(report.groups, report.bodies, strict=True):
        done = published.get(group.branch)
        yield "\n" + plans.group(group, done)
        if request.dry_run:
            yield "".join(f"\n{indented(planned.diff)}" for planned in group.planned if planned.diff)
        if request.dry_run or (done and done.pull_request is None and done.pushed):
            yield f"\n  What the pull request says:\n\n{indented(shorten(body))}"
    if report.refused:
        yield f"\nRefused{_why(report, request)}:\n"
        for planned in report.refused:
            yield plans.planned(planned)
    if report.broken:
        yield "\nNothing can be planned of these:\n"
        for name, error in report.broken:
            place = f"{error.place}: " if error.place else ""
            yield f"  {clean(name)}  {clean(redact(place + error.message))}\n"
    gone = withdrawn(report.withdrawn)
    yield f"\n{gone}" if gone else ""
    yield "".join(_rest(report, request))


def _why(report: Report, request: Request) -> str:
    if request.names and not request.dry_run and not report.published:
        return ", so nothing was pushed: services that are named go together or not at all"
    return "; the others go" if report.groups else ""


def _rest(report: Report, request: Request) -> Iterator[str]:
    if not report.groups and report.complete:
        yield "\nNothing to promote.\n"
    if report.unchanged:
        verb = "has" if report.unchanged == 1 else "have"
        yield f"{counted(report.unchanged, 'service')} {verb} the same release in both.\n"
    if report.undeclared:
        shown = ", ".join(map(clean, report.undeclared))
        yield f"{request.target.environment} does not declare {shown}: name a service to have it created.\n"
    if request.dry_run:
        yield "Nothing was pushed: --dry-run.\n"
