from __future__ import annotations

import pytest
from support.gate_cases import at, case

from mlgitops.gates.hold import GATE

HOLD = {"reason": "more false positives\nthan usual.", "by": "ada@acme.dev", "until": "2026-11-18"}


@pytest.mark.parametrize(
    ("hold", "now", "result"),
    [
        (None, "2026-11-18 10:00", "passed"),
        (HOLD, "2026-11-17 00:00", "failed"),
        (HOLD, "2026-11-18 23:59", "failed"),
        (HOLD, "2026-11-19 00:00", "passed"),
        ({"reason": "r"}, "2036-11-18 10:00", "failed"),
    ],
)
def test_a_hold_ends_after_its_last_day(hold: dict[str, str] | None, now: str, result: str) -> None:
    assert GATE.check(case(hold=hold, now=at(now))).result == result


def test_what_is_said_of_it() -> None:
    verdict = GATE.check(case(hold=HOLD, target="prod/challenger"))
    assert verdict.reason == "prod/challenger is held by ada@acme.dev until 2026-11-18: more false positives than usual"
    assert verdict.mend == "Ask ada@acme.dev; `mlgitops unhold prod/challenger fraud` ends it."
    assert verdict.evidence == ("environments/prod/state/risk/fraud.yaml",)
    assert GATE.check(case(hold={"reason": "r"})).reason == "prod is held: r"
    assert GATE.check(case(hold=HOLD, now=at("2026-12-01 00:00"))).reason == "the hold on prod ended on 2026-11-18"


def test_no_rollback_is_stopped() -> None:
    assert GATE.blocks == {"promotion"}
