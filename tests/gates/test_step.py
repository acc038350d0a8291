from __future__ import annotations

import pytest
from support.gate_cases import case

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


def test_without_a_source_there_is_no_step() -> None:
    assert GATE.check(case(None, "prod-ap", steps=STEPS)) is None
