from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.gate_cases import MOMENTS, NEW, OLD, at, case, histories, stretches

from mlgitops.core.acceptance import minutes
from mlgitops.errors import InputError
from mlgitops.gates.soak import GATE

DEMANDED = {"soak": {"prod": "24h"}}


def judged(since: str, **facts: object):
    return GATE.check(case(settings=DEMANDED, history=histories(staging=stretches((NEW, since))), **facts))


@pytest.mark.parametrize(
    ("since", "result"),
    [
        ("2026-11-17 09:59", "passed"),
        ("2026-11-17 10:00", "passed"),
        ("2026-11-17 10:01", "pending"),
        ("2026-11-18 10:00", "pending"),
        ("2026-11-18 12:00", "pending"),  # a clock that is ahead
    ],
)
def test_the_demanded_time_has_to_pass(since: str, result: str) -> None:
    verdict = judged(since)
    assert verdict.result == result
    assert verdict.until == (at(since) + dt.timedelta(hours=24) if result == "pending" else None)


@given(
    MOMENTS,
    st.integers(1, 99999),
    st.sampled_from("mhdw"),
    st.integers(-1, 1),
)
def test_it_turns_when_it_says(since: dt.datetime, number: int, unit: str, off: int) -> None:
    demanded = f"{number}{unit}"
    turns = since + dt.timedelta(minutes=minutes(demanded))
    told = [one._replace(since=one.since._replace(at=since)) for one in stretches((NEW, "2026-01-01"))]
    facts = {"settings": {"soak": {"prod": demanded}}, "history": histories(staging=told)}
    verdict = GATE.check(case(now=turns + dt.timedelta(seconds=off), **facts))
    assert verdict.result == ("pending" if off < 0 else "passed")
    assert verdict.until == (turns if off < 0 else None)


def test_what_is_said_of_it() -> None:
    (declared,) = stretches((NEW, "2026-11-18 09:00"))
    verdict = judged("2026-11-18 09:00")
    assert verdict.reason == (
        "1.6.0 is declared in staging since 2026-11-18 09:00 UTC, 24h are demanded: until 2026-11-19 09:00 UTC"
    )
    assert verdict.evidence == (f"commit {declared.since.commit}",)
    assert verdict.mend == "Wait until then."
    overridable = {**DEMANDED, "overridable": {"staging": ["window"], "prod": ["soak"]}}
    facts = {"settings": overridable, "history": histories(staging=[declared])}
    assert GATE.check(case(**facts)).mend == "Wait until then, or pass over it: `--override soak --reason TEXT`."
    passed = judged("2026-11-16 08:55")
    assert passed.reason == (
        "1.6.0 is declared in staging since 2026-11-16 08:55 UTC, for longer than the 24h that are demanded"
    )


@pytest.mark.parametrize(
    "told",
    [
        [],
        stretches((OLD, "2026-11-01")),
        stretches((NEW, "2026-11-01"), (OLD, "2026-11-10")),
        stretches((NEW, "2026-11-01"), until="2026-11-10"),
    ],
)
def test_what_is_not_declared_there_has_not_soaked(told: list) -> None:
    verdict = GATE.check(case(settings=DEMANDED, history=histories(staging=told)))
    assert verdict.result == "failed"
    assert verdict.reason == "1.6.0 is not declared in staging, where 24h are demanded"
    assert verdict.mend == "Have it declared in staging for 24h first."


def test_only_the_current_stretch_counts() -> None:
    told = stretches((NEW, "2026-11-01"), (OLD, "2026-11-10"), (NEW, "2026-11-18 09:00"))
    assert GATE.check(case(settings=DEMANDED, history=histories(staging=told))).result == "pending"


def test_nothing_is_asked_where_nothing_is_demanded() -> None:
    def unasked(_: object) -> list:
        raise AssertionError

    assert GATE.check(case(history=unasked)) is None
    assert GATE.check(case(settings={"soak": {"staging": "1h"}}, history=unasked)) is None
    assert GATE.check(case(None, settings=DEMANDED, history=unasked, action="rollback")) is None


def test_a_hotfix_returns_at_once() -> None:
    verdict = GATE.check(case("prod", "staging", settings={"soak": {"staging": "2h"}}))
    assert verdict.result == "passed"
    assert verdict.reason == "it comes back along the path, from prod"


def test_a_challenger_soaks_where_it_is() -> None:
    told = histories(staging=stretches((NEW, "2026-11-01")), prod__challenger=stretches((NEW, "2026-11-18 01:00")))
    assert GATE.check(case("prod/challenger", settings=DEMANDED, history=told)).result == "pending"


def test_what_somebody_wrote_by_hand_soaked_in_the_step_before() -> None:
    steps = [["dev"], ["staging", "qa"], ["prod"]]
    old, young = stretches((NEW, "2026-11-01")), stretches((NEW, "2026-11-18 09:00"))

    def judged(**slots: list) -> object:
        return GATE.check(case(None, settings=DEMANDED, steps=steps, history=histories(**slots)))

    assert judged(staging=young).result == "pending"
    assert judged(staging=young, qa=old).result == "passed"
    assert judged(staging__challenger=old).result == "passed"
    assert judged(dev=old).result == "failed"
    first = GATE.check(case(None, "dev", settings={"soak": {"dev": "1h"}}))
    assert (first.result, first.reason) == ("passed", "no environment comes before dev")


def test_a_history_that_is_cut_off_is_not_guessed() -> None:
    def shallow(_: object) -> list:
        raise InputError("this clone is shallow")

    with pytest.raises(InputError, match="shallow"):
        GATE.check(case(settings=DEMANDED, history=shallow))
