from __future__ import annotations

from typing import Any

import pytest
from support.gate_cases import NEW, OLD, case, histories, stretches

from mlgitops.errors import InputError
from mlgitops.gates.regression import GATE

FIRST = {**OLD, "version": "1.3.0"}
HOTFIX = {**OLD, "version": "1.4.1"}
STAGING = stretches((FIRST, "2026-10-01"), (OLD, "2026-10-05"), (NEW, "2026-11-10"))
PROD = stretches((FIRST, "2026-10-01"), (OLD, "2026-10-10"))


def judged(source: str | None = "staging", target: str = "prod", before: Any = OLD, **slots: list) -> Any:
    return GATE.check(case(source, target, before=before, history=histories(**{"staging": STAGING, **slots})))


def test_what_is_new_and_replaces_what_came_along_the_path_passes() -> None:
    verdict = judged(prod=PROD)
    assert (verdict.result, verdict.reason) == ("passed", "1.6.0 is new to prod, and 1.4.0 came along the path")


def test_what_has_left_the_slot_does_not_return() -> None:
    told = stretches((NEW, "2026-11-01"), (OLD, "2026-11-05 08:00"))
    verdict = judged(prod=told)
    assert verdict.result == "failed"
    assert verdict.reason == "prod has had 1.6.0 before; 1.4.0 came after it, 2026-11-05 08:00 UTC"
    assert verdict.mend == (
        "Promote a release that prod has not had, or bring it back: `mlgitops rollback prod fraud --to 1.6.0`."
    )
    assert verdict.evidence == (f"commit {told[0].since.commit}",)
    challenger = judged(target="prod/challenger", prod__challenger=told)
    assert challenger.mend == "Promote a release that prod/challenger has not had."
    longer = stretches((FIRST, "2026-10-01"), (NEW, "2026-11-01"), (OLD, "2026-11-05"), (HOTFIX, "2026-11-06"))
    assert "1.4.0 came after it" in judged(before=HOTFIX, prod=longer).reason


def test_it_had_left_another_slot_only() -> None:
    told = stretches((NEW, "2026-11-01"), (OLD, "2026-11-05"))
    assert judged(target="prod/challenger", prod=told, prod__challenger=[], before=None).result == "passed"


def test_a_slot_that_was_emptied_may_have_its_release_again() -> None:
    told = stretches((OLD, "2026-11-01"), (NEW, "2026-11-02"), until="2026-11-03")
    verdict = judged(target="prod/challenger", before=None, prod__challenger=told)
    assert (verdict.result, verdict.reason) == ("passed", "1.6.0 is new to prod/challenger, which is empty")


def test_what_is_declared_there_is_no_regression() -> None:
    told = stretches((NEW, "2026-11-01"), (OLD, "2026-11-05"), (NEW, "2026-11-06"))
    verdict = judged(before=NEW, prod=told)
    assert (verdict.result, verdict.reason) == ("passed", "1.6.0 is what prod declares")


def test_a_hotfix_is_not_undone() -> None:
    told = stretches((FIRST, "2026-10-01"), (HOTFIX, "2026-11-01"))
    verdict = judged(before=HOTFIX, prod=told)
    assert verdict.result == "failed"
    assert verdict.reason == "1.4.1, which prod declares, was never in staging: what it mends would be undone"
    assert verdict.mend == "Promote it back first, and build on it: `mlgitops promote prod staging fraud`."
    assert verdict.evidence == (f"commit {told[0].since.commit}",)
    returned = stretches((OLD, "2026-10-01"), (HOTFIX, "2026-11-02"), (NEW, "2026-11-10"))
    assert judged(before=HOTFIX, prod=told, staging=returned).result == "passed"
    beside = stretches((HOTFIX, "2026-11-02"), until="2026-11-03")
    assert judged(before=HOTFIX, prod=told, staging__challenger=beside).result == "passed"
    assert judged(before=HOTFIX, prod=told, dev=beside).result == "failed"


def test_it_may_have_come_from_another_environment_of_the_step() -> None:
    told = stretches((FIRST, "2026-10-01"), (HOTFIX, "2026-11-01"))
    steps = [["dev"], ["staging", "qa"], ["prod"]]
    slots = histories(staging=STAGING, prod=told, qa=stretches((HOTFIX, "2026-10-30")))
    assert GATE.check(case(before=HOTFIX, history=slots, steps=steps)).result == "passed"


def test_what_the_slot_began_with_is_exempt() -> None:
    verdict = judged(before=HOTFIX, prod=stretches((HOTFIX, "2026-10-01")))
    assert (verdict.result, verdict.reason) == ("passed", "1.6.0 is new to prod, and 1.4.1 is what it began with")
    returned = stretches((HOTFIX, "2026-10-01"), (OLD, "2026-10-02"), (HOTFIX, "2026-10-03"))
    assert judged(before=HOTFIX, prod=returned).result == "passed"


def test_a_crowned_challenger_undoes_no_hotfix() -> None:
    shadow = stretches((NEW, "2026-11-02"))
    assert judged("prod/challenger", prod=PROD, prod__challenger=shadow).result == "passed"
    told = stretches((FIRST, "2026-10-01"), (HOTFIX, "2026-11-01"))
    verdict = judged("prod/challenger", before=HOTFIX, prod=told, prod__challenger=shadow)
    assert verdict.result == "failed"
    assert verdict.mend.endswith("`mlgitops promote prod staging fraud`.")
    left = stretches((NEW, "2026-10-01"), (OLD, "2026-10-02"))
    assert judged("prod/challenger", prod=left, prod__challenger=shadow).result == "failed"


def test_what_somebody_wrote_by_hand_is_asked_the_same() -> None:
    assert judged(None, prod=PROD).result == "passed"
    assert judged(None, prod=stretches((NEW, "2026-11-01"), (OLD, "2026-11-05"))).result == "failed"
    assert judged(None, before=HOTFIX, prod=stretches((FIRST, "2026-10-01"), (HOTFIX, "2026-11-01"))).result == "failed"
    assert judged(None, "dev", dev=PROD).result == "passed"


def test_a_hotfix_returns_whatever_was_there() -> None:
    told = stretches((NEW, "2026-11-01"), (OLD, "2026-11-05"))
    verdict = judged("prod", "staging", staging=told)
    assert (verdict.result, verdict.reason) == ("passed", "1.6.0 comes back along the path, from prod")


def test_a_rollback_is_not_asked() -> None:
    assert GATE.check(case(None, action="rollback")) is None
    assert GATE.blocks == {"promotion"}


def test_a_history_that_is_cut_off_is_not_guessed() -> None:
    def shallow(_: object) -> list:
        raise InputError("this clone is shallow")

    with pytest.raises(InputError, match="shallow"):
        GATE.check(case(history=shallow))
