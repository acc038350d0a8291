"""Acceptance: the stricter of two demands, whichever side makes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.acceptance import effective, minutes, strictest

Json = dict[str, Any]
NUMBERS = st.one_of(st.integers(-5, 5), st.floats(-5, 5, allow_nan=False))
METRICS = st.dictionaries(
    st.sampled_from(["auc", "latency"]),
    st.fixed_dictionaries({}, optional={"min": NUMBERS, "max": NUMBERS, "maxDrop": NUMBERS}),
)
DURATIONS = st.builds("{}{}".format, st.integers(1, 90), st.sampled_from("mhdw"))
ACCEPTANCES = st.dictionaries(
    st.sampled_from(["holdout", "load"]),
    st.fixed_dictionaries(
        {},
        optional={
            "within": DURATIONS,
            "metrics": METRICS,
            "slices": st.dictionaries(st.sampled_from(["*", "under_25"]), METRICS),
        },
    ),
)


@pytest.mark.parametrize(
    ("one", "other", "stricter"),
    [
        ({"metrics": {"auc": {"min": 0.9}}}, {"metrics": {"auc": {"min": 0.92}}}, {"metrics": {"auc": {"min": 0.92}}}),
        ({"metrics": {"ms": {"max": 40}}}, {"metrics": {"ms": {"max": 60}}}, {"metrics": {"ms": {"max": 40}}}),
        (
            {"metrics": {"auc": {"min": 0.9, "maxDrop": 0.01}}},
            {"metrics": {"auc": {"maxDrop": 0.005}}},
            {"metrics": {"auc": {"min": 0.9, "maxDrop": 0.005}}},
        ),
        ({"within": "90d"}, {"within": "2w"}, {"within": "2w"}),
        ({"within": "30h"}, {"within": "2d"}, {"within": "30h"}),
        (
            {"slices": {"*": {"auc": {"min": 0.85}}}},
            {"slices": {"*": {"auc": {"min": 0.8}}, "under_25": {"auc": {"min": 0.9}}}},
            {"slices": {"*": {"auc": {"min": 0.85}}, "under_25": {"auc": {"min": 0.9}}}},
        ),
    ],
)
def test_the_stricter_demand_holds(one: Json, other: Json, stricter: Json) -> None:
    assert strictest({"holdout": one}, {"holdout": other}) == {"holdout": stricter}
    assert strictest({"holdout": other}, {"holdout": one}) == {"holdout": stricter}


def test_evaluations_that_only_one_side_demands_stay() -> None:
    assert strictest({"a": {"within": "1d"}}, {"b": {"within": "2d"}}) == {"a": {"within": "1d"}, "b": {"within": "2d"}}


@given(ACCEPTANCES, ACCEPTANCES, ACCEPTANCES)
def test_the_order_of_floors_does_not_matter(one: Json, other: Json, third: Json) -> None:
    assert repr(_sorted(strictest(one, other))) == repr(_sorted(strictest(other, one)))
    left, right = strictest(strictest(one, other), third), strictest(one, strictest(other, third))
    assert repr(_sorted(left)) == repr(_sorted(right))
    assert repr(strictest(one, one)) == repr(one)


@given(ACCEPTANCES, ACCEPTANCES)
def test_nothing_is_weakened(one: Json, other: Json) -> None:
    both = strictest(one, other)
    for name, demanded in one.items():
        for metric, bound in demanded.get("metrics", {}).items():
            held = both[name]["metrics"][metric]
            assert all(held[key] >= bound[key] if key == "min" else held[key] <= bound[key] for key in bound)
        if "within" in demanded:
            assert minutes(both[name]["within"]) <= minutes(demanded["within"])


def test_defaults_yield_to_a_state_and_floors_do_not() -> None:
    environment = {
        "defaults": {"acceptance": {"holdout": {"within": "90d", "metrics": {"auc": {"min": 0.95}}}}},
        "acceptance": {"holdout": {"metrics": {"auc": {"min": 0.9}}}},
    }
    state = {"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.8}}}}}
    assert effective(environment, state) == {"holdout": {"within": "90d", "metrics": {"auc": {"min": 0.9}}}}


def _sorted(value: Any) -> Any:
    return {key: _sorted(value[key]) for key in sorted(value)} if isinstance(value, dict) else value
