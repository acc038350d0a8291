from __future__ import annotations

from typing import Any

import pytest
from support.gate_cases import NEW, OLD, case, histories, stretches

from mlgitops.gates.step import GATE

STEPS = [["dev"], ["staging", "qa"], ["prod-eu", "prod-us"], ["prod-ap"]]


@pytest.mark.parametrize(
    ("source", "target", "skipped"),
    [
        ("dev", "staging", ""),
        ("dev", "qa/challenger", ""),
        ("dev", "prod-eu", "staging, qa"),
        ("dev", "prod-ap", "staging, qa, prod-eu, prod-us"),
        ("qa/challenger", "prod-us", ""),
        ("prod-eu/challenger", "prod-eu", ""),
        ("prod-ap", "dev", ""),
    ],
)
def test_no_step_is_left_out(source: str, target: str, skipped: str) -> None:
    verdict = GATE.check(case(source, target, steps=STEPS))
    assert verdict.result == ("failed" if skipped else "passed")
    if skipped:
        assert verdict.reason == f"the release would skip {skipped}"
        assert verdict.mend.startswith(f"Promote it to {skipped.split(',', maxsplit=1)[0]} first")


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("dev", "staging", "staging comes after dev on the path"),
        ("prod-eu/challenger", "prod-eu", "prod-eu is in the same step as prod-eu/challenger"),
        ("prod-eu", "qa", "it comes back along the path, from prod-eu"),
    ],
)
def test_what_is_said_of_it(source: str, target: str, reason: str) -> None:
    assert GATE.check(case(source, target, steps=STEPS)).reason == reason


def test_how_to_pass_over_it() -> None:
    named = {"overridable": {"prod-eu": ["step"]}}
    verdict = GATE.check(case("dev", "prod-eu", steps=STEPS, settings=named))
    assert verdict.mend == "Promote it to staging first, or pass over it: `--override step --reason TEXT`."
    assert GATE.check(case("dev", "prod-eu", steps=STEPS)).mend == "Promote it to staging first."


@pytest.mark.parametrize(
    ("declared", "result"),
    [
        ({"staging": NEW}, "passed"),
        ({"qa__challenger": NEW}, "passed"),
        ({"prod_eu__challenger": NEW}, "passed"),
        ({"prod_ap": NEW}, "passed"),
        ({"dev": NEW}, "failed"),
        ({"staging": OLD}, "failed"),
        ({"prod_eu": NEW}, "failed"),
        ({}, "failed"),
    ],
)
def test_what_somebody_wrote_by_hand_is_declared_before(declared: dict[str, dict[str, Any]], result: str) -> None:
    history = histories(**{slot: stretches((release, "2026-11-01 10:00")) for slot, release in declared.items()})
    assert GATE.check(case(None, "prod-eu", steps=STEPS, history=history)).result == result


def test_what_was_withdrawn_before_does_not_count() -> None:
    history = histories(staging=stretches((NEW, "2026-11-01 10:00"), until="2026-11-02 10:00"))
    verdict = GATE.check(case(None, "prod-eu", steps=STEPS, history=history))
    assert verdict.reason == "1.6.0 is not declared in staging or qa, which comes before prod-eu"


@pytest.mark.parametrize(("target", "action"), [("dev", "promotion"), ("prod-eu", "rollback")])
def test_by_hand_a_release_may_begin_and_come_back(target: str, action: str) -> None:
    assert GATE.check(case(None, target, steps=STEPS, action=action)) is None
