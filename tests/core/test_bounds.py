from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluations import TODAY, evaluation

from mlgitops.core.acceptance import strictest
from mlgitops.core.bounds import judge, said


def failed(demand: dict[str, Any], today: str = TODAY, champion: Any = None, **blocks: Any) -> list[str]:
    """What is said of the bounds that an evaluation with auc 0.94 fails."""
    return [said(check) for check in judge(evaluation(**blocks), demand, today, champion) if not check.passed]


@pytest.mark.parametrize(
    ("demand", "told"),
    [
        ({"metrics": {"auc": {"min": 0.94}}}, []),
        ({"metrics": {"auc": {"max": 0.94}}}, []),
        ({"metrics": {"auc": {"min": 0.9, "max": 0.95, "maxDrop": 0}}}, []),
        ({"metrics": {"auc": {"min": 0.95}}}, ["`auc` is 0.94, and at least 0.95 is demanded"]),
        ({"metrics": {"auc": {"max": 0.9}}}, ["`auc` is 0.94, and at most 0.9 is demanded"]),
        ({"metrics": {"f1": {"min": 0.1}}}, ["`f1` was not measured, and at least 0.1 is demanded"]),
        (
            {"metrics": {"auc": {"min": 0.95, "max": 0.9}}},
            ["`auc` is 0.94, and at least 0.95 is demanded", "`auc` is 0.94, and at most 0.9 is demanded"],
        ),
        ({"slices": {"*": {"auc": {"min": 0.1}}}}, ["`auc` is demanded of every slice, and it has none"]),
        (
            {"slices": {"old": {"auc": {"min": 0.1}}}},
            ["`auc` was not measured on the slice `old`, and at least 0.1 is demanded"],
        ),
    ],
)
def test_bounds_are_inclusive_and_what_was_not_measured_fails(demand: dict[str, Any], told: list[str]) -> None:
    assert failed(demand) == told


SLICES = {"young": {"auc": 0.9}, "old": {"auc": 0.8, "f1": 0.7}}


@pytest.mark.parametrize(
    ("slices", "told"),
    [
        ({"*": {"auc": {"min": 0.8}}}, []),
        ({"young": {"auc": {"min": 0.9}}}, []),
        ({"*": {"auc": {"min": 0.85}}}, ["`auc` is 0.8 on the slice `old`, and at least 0.85 is demanded"]),
        ({"*": {"f1": {"min": 0.5}}}, ["`f1` was not measured on the slice `young`, and at least 0.5 is demanded"]),
        (
            {"*": {"auc": {"min": 0.8}}, "old": {"auc": {"min": 0.81}}},
            ["`auc` is 0.8 on the slice `old`, and at least 0.81 is demanded"],
        ),
    ],
)
def test_every_slice_that_is_named_or_measured_must_pass(slices: dict[str, Any], told: list[str]) -> None:
    assert failed({"slices": slices}, slices=SLICES) == told


@pytest.mark.parametrize(
    ("within", "today", "told"),
    [
        ("17d", "2026-11-20", []),
        ("16d", "2026-11-20", ["it is 17 days old, and at most 16d are accepted"]),
        ("15h", "2026-11-04", []),  # 14 h 48 min to the start of that day
        ("14h", "2026-11-04", ["it is 1 day old, and at most 14h are accepted"]),
        ("1m", "2026-11-03", []),
        ("1m", "2026-11-02", []),  # a clock that is set wrongly
        ("99999w", "2026-11-01", ["it is dated 2026-11-03T09:12:00Z, which is no time before today, 2026-11-01"]),
    ],
)
def test_age_is_counted_to_the_start_of_the_day(within: str, today: str, told: list[str]) -> None:
    assert failed({"within": within}, today) == told


def test_a_date_that_cannot_be_fails_whatever_is_demanded() -> None:
    assert len(failed({"metrics": {"auc": {"min": 0}}}, at="2026-02-31T00:00:00Z")) == 1
    assert len(failed({"metrics": {"auc": {"min": 0}}}, at="9999-12-31T23:59:59Z")) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_in_no_bound(value: float) -> None:
    both = {"metrics": {"auc": {"min": -1e9, "max": 1e9}}}
    assert len(failed(both, metrics={"auc": value})) == 2
    assert len(failed(both, metrics={"auc": value}, champion=evaluation())) == 3
    assert len(failed({"metrics": {"auc": {"min": 0}}}, champion=evaluation(metrics={"auc": value}))) == 1


@pytest.mark.parametrize(
    ("bound", "champion", "passes"),
    [
        ({"min": 0.5}, 0.94, True),
        ({"min": 0.5}, 0.941, False),  # no tolerance where none is given
        ({"min": 0.5, "maxDrop": 0.005}, 0.945, True),  # in binary 0.945 - 0.94 is more than 0.005
        ({"min": 0.5, "maxDrop": 0.005}, 0.9451, False),
        ({"max": 1, "maxDrop": 0.005}, 0.935, True),  # less is better
        ({"max": 1, "maxDrop": 0.005}, 0.9349, False),
        ({"max": 1}, 0.95, True),
        ({"min": 0, "max": 1}, 0.95, False),
    ],
)
def test_a_champion_is_not_to_be_undercut_by_more_than_the_tolerance(
    bound: dict[str, Any], champion: float, passes: bool
) -> None:
    best = evaluation(metrics={"auc": champion}, slices={"old": {"auc": champion}})
    assert (failed({"metrics": {"auc": bound}}, champion=best) == []) is passes
    own = {"old": {"auc": 0.94}}
    assert (failed({"slices": {"*": {"auc": bound}}}, champion=best, slices=own) == []) is passes


def test_without_a_champion_a_tolerance_asks_nothing() -> None:
    assert failed({"metrics": {"auc": {"min": 0.94, "maxDrop": 0}}}) == []
    assert failed({"metrics": {"auc": {"min": 0.94, "maxDrop": 0}}}, champion=evaluation(metrics={"f1": 1})) == []


numbers = st.floats(0, 1, allow_nan=False)
bounds = st.dictionaries(
    st.sampled_from(["auc", "f1"]),
    st.fixed_dictionaries({"min": numbers}, optional={"max": numbers, "maxDrop": numbers}),
)
lengths = st.integers(1, 40).map("{}d".format)
demands = st.fixed_dictionaries(
    {},
    optional={
        "within": lengths,
        "metrics": bounds,
        "slices": st.dictionaries(st.sampled_from(["*", "old"]), bounds),
    },
)
measured = st.fixed_dictionaries({"auc": numbers}, optional={"f1": numbers})


@given(demands, demands, measured, st.dictionaries(st.sampled_from(["old", "young"]), measured))
def test_two_demands_joined_are_met_where_each_is(
    one: dict[str, Any], other: dict[str, Any], metrics: Any, slices: Any
) -> None:
    both = strictest({"holdout": one}, {"holdout": other})["holdout"]
    result = {"metrics": metrics, "slices": slices}
    assert (failed(both, **result) == []) is (failed(one, **result) == failed(other, **result) == [])
