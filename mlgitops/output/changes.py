"""A change to one slot for people and programs: what `rollback`, `hold` and `unhold` have planned and done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.output import json as json_output
from mlgitops.output.outcome import withdrawn, withdrawn_json
from mlgitops.output.plans import Plans, group_json, indented
from mlgitops.output.terminal import clean
from mlgitops.workflows.promotion.planned import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.workflows.promotion.change import Report


def text(report: Report, *, dry_run: bool, color: bool, columns: int = 0) -> Iterator[str]:
    """What was planned and done, line by line."""
    yield withdrawn(report.withdrawn)
    if report.planned is None:
        yield f"Nothing to do: it is so on {clean(report.base)} ({report.tip[:12]}).\n"
        return
    plans = Plans(color=color, columns=columns)
    if report.planned.refused:
        yield "Refused, so nothing was pushed:\n"
        yield plans.planned(report.planned)
        return
    yield plans.group(Group(report.branch, [report.planned], report.besides), report.published)
    if dry_run and report.planned.diff:
        yield f"\n{indented(report.planned.diff)}"
    done = report.published
    if dry_run or (done and done.pull_request is None and done.pushed):
        yield f"\n  What the pull request says:\n\n{indented(report.body)}"
    if dry_run:
        yield "Nothing was pushed: --dry-run.\n"


def json(report: Report) -> str:
    """The same as a JSON object."""
    change = None
    if report.planned is not None:
        change = group_json(Group(report.branch, [report.planned], report.besides), report.body, report.published)
        change["refused"] = report.planned.refused
    gone = withdrawn_json(report.withdrawn)
    return json_output.document({"base": report.base, "tip": report.tip, "change": change, **gone})
