"""`findings`: the planned target breaks a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.gates import BOTH, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.gates import GateCase

_SHOWN = 3
_DEMANDS = frozenset({"evaluation-of-another-model", "failed-acceptance", "missing-evaluation"})
"""Rules about what is demanded of evaluations: it may have risen since a release ran that is rolled back to."""


def check(case: GateCase) -> Verdict:
    """Ask whether any error is found; warnings are counted. What is demanded by now stops no rollback."""
    errors = [finding for finding in case.findings if finding.severity == "error"]
    warnings = sum(finding.severity == "warning" for finding in case.findings)
    stopping = [error for error in errors if case.action == "promotion" or error.rule not in _DEMANDS]
    told = [_count(warnings, "warning")] if warnings else []
    if not stopping:
        first = f"no rollback is stopped by {_count(len(errors), 'error')} about acceptance" if errors else "no error"
        return Verdict("passed", ", ".join([first, *told]), "", _places(errors))
    first = "; ".join(_said(finding) for finding in stopping[:_SHOWN])
    more = f"; and {len(stopping) - _SHOWN} more" if len(stopping) > _SHOWN else ""
    count = ", ".join([_count(len(stopping), "error"), *told])
    mend = stopping[0].mend if len(stopping) == 1 else "Mend what is found; `mlgitops rules ID` tells all about a rule."
    return Verdict("failed", f"{count}: {first}{more}", mend, _places(stopping))


def _said(finding: Finding) -> str:
    return f"{finding.rule} at {_place(finding)}: {' '.join(finding.message.split()).rstrip('.')}"


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def _places(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_place(finding) for finding in findings[:_SHOWN]))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


GATE = Gate(
    id="findings",
    title="whether the target, as planned, breaks a rule",
    why=(
        "What `mlgitops validate` would find after the merge is found before it: every rule judges the release in its "
        "new place, with the target's variables, node pools, acceptance and policy, and what it hydrates to. An error "
        "stops a promotion and a rollback alike; warnings are counted and stop nothing. A rollback is not stopped by "
        "what is demanded of evaluations: that may have risen since its release ran, and waiting would keep the fault."
    ),
    mend="Mend what is found; a suppression in `policy` accepts a finding until a date.",
    blocks=BOTH,
    check=check,
)
