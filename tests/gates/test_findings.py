from __future__ import annotations

import pytest
from support.examples import of_state
from support.gate_cases import case

from mlgitops.core.finding import Finding
from mlgitops.gates.findings import GATE


def finding(rule: str, severity: str = "error", line: int = 7) -> Finding:
    return Finding(
        "environments/prod/state/fraud.yaml", line, 3, rule, severity, f"`{rule}` is broken.", f"Mend {rule}."
    )


TAG, GPU, AUC, OLD = (
    finding(rule) for rule in ("mutable-tag", "unschedulable", "failed-acceptance", "missing-evaluation")
)
WARNING, INFO = finding("pickle-weights", "warning"), finding("pickle-weights", "info")


@pytest.mark.parametrize(
    ("action", "findings", "result", "reason"),
    [
        ("promotion", [], "passed", "no error"),
        ("promotion", [WARNING, INFO], "passed", "no error, 1 warning"),
        ("promotion", [WARNING, WARNING, AUC], "failed", "1 error, 2 warnings: failed-acceptance at "),
        ("promotion", [TAG, GPU], "failed", "2 errors: mutable-tag at "),
        ("rollback", [TAG], "failed", "1 error: mutable-tag at "),
        ("rollback", [AUC, OLD], "passed", "no rollback is stopped by 2 errors about acceptance"),
        ("rollback", [AUC, WARNING], "passed", "no rollback is stopped by 1 error about acceptance, 1 warning"),
        ("rollback", [AUC, GPU], "failed", "1 error: unschedulable at "),
    ],
)
def test_errors_stop_and_warnings_are_counted(action: str, findings: list[Finding], result: str, reason: str) -> None:
    verdict = GATE.check(case(action=action, findings=findings))
    assert verdict.result == result
    assert verdict.reason.startswith(reason)
    assert bool(verdict.mend) == (result == "failed")


def test_the_first_are_named_with_their_places() -> None:
    found = [finding("mutable-tag", line=line) for line in (3, 5, 0, 9, 11)]
    verdict = GATE.check(case(findings=found))
    path = "environments/prod/state/fraud.yaml"
    one = "`mutable-tag` is broken"
    assert verdict.reason == (
        f"5 errors: mutable-tag at {path}:3: {one}; mutable-tag at {path}:5: {one}; mutable-tag at {path}: {one}"
        "; and 2 more"
    )
    assert verdict.evidence == (f"{path}:3", f"{path}:5", path)
    exactly = GATE.check(case(findings=found[:3]))
    assert not exactly.reason.endswith("more")


def test_a_single_error_is_mended_by_its_own_words() -> None:
    assert GATE.check(case(findings=[TAG, WARNING])).mend == "Mend mutable-tag."
    assert "mlgitops rules" in GATE.check(case(findings=[TAG, GPU])).mend


def test_what_the_rules_find_in_a_state_is_judged() -> None:
    found = of_state({"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.96}}}}})
    assert GATE.check(case(findings=found)).result == "failed"
    assert GATE.check(case(findings=found, action="rollback")).result == "passed"
    assert GATE.check(case(findings=of_state({}))).result == "passed"


def test_both_actions_are_stopped() -> None:
    assert GATE.blocks == {"promotion", "rollback"}
