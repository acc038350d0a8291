from __future__ import annotations

from typing import Any

import pytest

from mlgitops.core.finding import Fault, Finding
from mlgitops.rules import Rule
from mlgitops.workflows.policy import Policy, subject


def rule(name: str, **fields: Any) -> Rule:
    fields = {"severity": "error", "judges": "state", "check": lambda _: iter(()), **fields}
    return Rule(id=name, title="t", why="w.", mend="Mend it.", bad=("b",), good=("g",), **fields)


RULES = {
    one.id: one
    for one in (
        rule("strict"),
        rule("soft", severity="warning"),
        rule("later", first_step="warning"),
        rule("document", schema=True, check=None),
        rule("expired-suppression", check=None, fixed=True),
        rule("unknown-rule", check=None, fixed=True),
        rule("fixed-rule", check=None, fixed=True),
    )
}
TODAY = "2026-11-20"


def policy(**settings: Any) -> Policy:
    return Policy({"path": ["dev", ["staging", "qa"], "prod"], "policy": settings}, RULES, TODAY)


def suppression(rule_id: str, /, until: str = "2026-11-20", **where: str) -> dict[str, str]:
    return {"rule": rule_id, "reason": "r", "until": until, **where}


def severity(of: Policy, name: str, environment: str, own: Any = "error") -> str | None:
    told = of.fault(RULES[name], Fault("", ("a",), "m", "", own), environment, "fraud")
    return told and told.severity


@pytest.mark.parametrize(
    ("name", "environment", "own", "expected"),
    [
        ("strict", "dev", "error", "error"),
        ("strict", "prod", "warning", "warning"),
        ("soft", "prod", "error", "warning"),
        ("soft", "prod", "info", "info"),
        ("later", "dev", "error", "warning"),
        ("later", "staging", "error", "error"),
    ],
)
def test_the_milder_of_rule_and_fault_holds(name: str, environment: str, own: str, expected: str) -> None:
    assert severity(policy(), name, environment, own) == expected


def found(name: str) -> Finding:
    return Finding("environments/prod/state/fraud.yaml", 1, 1, name, "warning", "m", "")


def test_what_no_check_found_is_governed_unless_its_rule_is_fixed() -> None:
    stricter = policy(severity={"soft": {"prod": "error"}, "fixed-rule": {"prod": "info"}})
    told = stricter.told([found("soft"), found("fixed-rule")])
    assert [(one.rule, one.severity, one.mend) for one in told] == [
        ("soft", "error", "Mend it."),
        ("fixed-rule", "warning", ""),
    ]
    assert policy(suppressions=[suppression("soft")]).told([found("soft")]) == []


def test_policy_outranks_both_in_its_environment() -> None:
    graded = policy(severity={"soft": {"prod": "error"}, "later": {"dev": "info"}})
    assert severity(graded, "soft", "prod", "info") == "error"
    assert severity(graded, "soft", "qa") == "warning"
    assert severity(graded, "later", "dev") == "info"


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        (suppression("strict"), True),
        (suppression("strict", until="2026-11-19"), False),
        (suppression("strict", environment="prod"), True),
        (suppression("strict", environment="dev"), False),
        (suppression("strict", name="fraud"), True),
        (suppression("strict", name="churn"), False),
        (suppression("strict", environment="prod", name="fraud"), True),
        (suppression("soft"), False),
    ],
)
def test_a_suppression_accepts_what_it_names_until_its_day(given: dict[str, str], accepted: bool) -> None:
    assert (severity(policy(suppressions=[given]), "strict", "prod") is None) is accepted


def test_a_fault_gets_the_mend_of_its_rule_if_it_has_none() -> None:
    told = [policy().fault(RULES["soft"], Fault("", (), "m", mend), "dev", "") for mend in ("", "Own.")]
    assert [fault and (fault.rule, fault.mend) for fault in told] == [("soft", "Mend it."), ("soft", "Own.")]


def test_a_finding_is_about_what_its_path_belongs_to() -> None:
    found = Finding("environments/prod/hydrated/risk/fraud/service-fraud.yaml", 3, 1, "strict", "error", "m", "")
    assert policy(suppressions=[suppression("strict", name="fraud")]).finding(RULES["strict"], found) is None
    graded = policy(severity={"strict": {"prod": "warning"}}).finding(RULES["strict"], found)
    assert graded == found._replace(severity="warning", mend="Mend it.")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("environments/prod/state/fraud.yaml", ("prod", "fraud")),
        ("environments/prod/state/risk/fraud.yaml", ("prod", "fraud")),
        ("environments/prod/hydrated/fraud/service-fraud.yaml", ("prod", "fraud")),
        ("environments/prod/hydrated/by-hand.yaml", ("prod", "")),
        ("environments/dev/evaluations/risk/fraud/holdout-1.yaml", ("dev", "fraud")),
        ("environments/prod/environment.yaml", ("prod", "")),
        ("environments/prod", ("", "")),
        ("templates/kserve/v1/service.yaml.j2", ("", "kserve")),
        ("mlgitops.yaml", ("", "")),
    ],
)
def test_paths_tell_what_they_belong_to(path: str, expected: tuple[str, str]) -> None:
    assert subject(path) == expected


def test_a_policy_is_judged_itself() -> None:
    judged = policy(
        severity={"sofd": {"prod": "error"}, "document": {"prod": "info"}},
        suppressions=[suppression("strict", until="2026-11-19"), suppression("document"), suppression("nothing-like")],
    )
    assert [(fault.rule, fault.pointer, fault.mend) for fault in judged.faults()] == [
        ("unknown-rule", ("policy", "severity", "sofd"), "Did you mean `soft`?"),
        ("fixed-rule", ("policy", "severity", "document"), "Mend it."),
        ("expired-suppression", ("policy", "suppressions", 0, "until"), "Mend it."),
        ("fixed-rule", ("policy", "suppressions", 1, "rule"), "Mend it."),
        ("unknown-rule", ("policy", "suppressions", 2, "rule"), "Mend it."),
    ]
