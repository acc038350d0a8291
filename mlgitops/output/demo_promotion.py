"""The demonstration's second half: a release on its way from dev to staging and prod."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

from mlgitops.output import promotion as output
from mlgitops.output.plans import group_json, planned_json
from mlgitops.output.status import status_text
from mlgitops.output.story import Block, Command, Heading, Printed, Words
from mlgitops.output.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.workflows.demo import Promotion, Report
    from mlgitops.workflows.promote import Request

_GATES, _TABLES = "\n| gate |", "\n|"


def promotions(report: Report, columns: int) -> Iterator[Block]:
    """Dev to staging, staging to prod with gates that say no and not yet, and what is declared in the end.

    Args:
        report: What was done.
        columns: Width of what is shown with colours; 0 folds nothing.
    """
    first, second, hurried = report.promotions
    yield Heading("Promoted by pull request")
    yield Words(
        "A promotion copies the `release:` block, byte for byte; what belongs to an environment stays. It is planned "
        "on the remote's branch, and neither reads nor touches the work tree."
    )
    yield from _promotion(first, _GATES, columns)
    yield Words("With a forge this is a pull request. Here its branch waits on the remote until somebody merges it:")
    yield from _merge(first)
    yield Words("Then everything that differs goes on to prod:")
    yield from _promotion(second, _TABLES, columns)
    yield Words(
        "One gate says no: prod is held for `assistant`, so nothing of it is pushed. Others say not yet: what was "
        "merged into staging a moment ago is a draft in prod, until the same command is run later, by a person or on a "
        "schedule. mlgitops.yaml lists what people in a hurry may pass over, with a reason, which stands in the pull "
        "request and in the commit:"
    )
    yield from _promotion(hurried, _TABLES, columns)
    yield from _merge(hurried)
    yield Words("What is declared now, from Git alone:")
    yield Command("mlgitops status", 0)
    plain, colored = (status_text(report.status, report.now, drawn=drawn, color=drawn) for drawn in (False, True))
    yield Printed(plain, colored, wide=True)


def _promotion(promotion: Promotion, end: str, columns: int) -> Iterator[Block]:
    yield Command(command(promotion.request), _code(promotion))
    report, request = promotion.report, promotion.request

    def told(*, color: bool, columns: int) -> str:
        shorten = partial(_beginning, end=end)
        return "".join(output.text(report, request, color=color, columns=columns, shorten=shorten))

    yield Printed(told(color=False, columns=0), told(color=True, columns=columns))


def _merge(promotion: Promotion) -> Iterator[Block]:
    yield Command(f"git fetch && git merge --no-ff origin/{promotion.merged} && git push", 0)


def _beginning(body: str, end: str) -> str:
    """What stands in a body before `end`."""
    shown, found, rest = body.partition(end)
    lines = len(f"{found}{rest}".strip().splitlines())
    return f"{shown.rstrip()}\n\n… {counted(lines, 'more line')}" if found else body


def command(request: Request) -> str:
    """How a promotion is asked for."""
    words = ["mlgitops", "promote", str(request.source), str(request.target), *request.names]
    for one in request.overrides.asked:
        words += ("--override", one.gate)
    words += [f"--reason {shlex.quote(one.reason)}" for one in request.overrides.asked[:1]]
    return " ".join(words)


def _code(promotion: Promotion) -> int:
    return 0 if promotion.report.complete else 1


def promotions_json(report: Report) -> Iterator[dict[str, Any]]:
    """The steps as objects."""
    for promotion in report.promotions:
        done = promotion.report
        yield {
            "step": "promote",
            "command": command(promotion.request),
            "exit": _code(promotion),
            "promotions": [group_json(one.group, one.body, one) for one in done.published],
            "refused": [planned_json(planned) for planned in done.refused],
        }
        if promotion.merged:
            yield {"step": "merge", "branch": promotion.merged}
    yield {"step": "status", "command": "mlgitops status", "exit": 0}
