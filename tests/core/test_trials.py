"""Trials: which combinations of a template's options are tried."""

from __future__ import annotations

from itertools import combinations

import pytest
from support.shipped import REFERENCES, template

from mlgitops.core import trials
from mlgitops.core.trials import Axis, Option

SMALL = [Axis("a", [Option("0"), Option("1")]), Axis("b", [Option("0"), Option("1"), Option("2")])]


def wide(axes: int) -> list[Axis]:
    return [Axis(str(number), [Option(str(option)) for option in range(2 + number % 4)]) for number in range(axes)]


def test_few_combinations_are_tried_all() -> None:
    assert sorted(trials.picked(SMALL)) == [(a, b) for a in (0, 1) for b in (0, 1, 2)]
    assert next(trials.picked(SMALL)) == (0, 0)


def test_of_many_the_limit_is_tried_each_once_and_the_same_each_time() -> None:
    axes = wide(20)
    chosen = list(trials.picked(axes, 1000))
    assert len(set(chosen)) == 1000
    assert chosen == list(trials.picked(axes, 1000))
    assert chosen[0] == (0,) * 20


@pytest.mark.long
def test_any_three_options_are_tried_together_where_not_all_combinations_are() -> None:
    axes = wide(16)
    seen = {
        (one, other, third, row[one], row[other], row[third])
        for row in trials.picked(axes)
        for one, other, third in combinations(range(16), 3)
    }
    sizes = [len(axis.options) for axis in axes]
    assert len(seen) == sum(sizes[a] * sizes[b] * sizes[c] for a, b, c in combinations(range(16), 3))


def test_all_combinations_of_parameters_are_tried_before_any_comes_twice() -> None:
    parameters = {
        name: {"scope": "deploy", "schema": {}, "default": 0, "examples": [0, 1, 2]} for name in ("a", "b", "c", "d")
    }
    axes = trials.axes("ModelDeployment", parameters, ["dev", "prod"])
    assert trials.count(axes) > trials.LIMIT
    assert {row[:4] for row in trials.picked(axes, 81)} == {
        (a, b, c, d) for a in range(3) for b in range(3) for c in range(3) for d in range(3)
    }


def test_a_parameter_is_left_out_where_it_may_be_and_tried_with_its_examples() -> None:
    parameters = {
        "free": {"scope": "deploy", "schema": {}, "default": 1, "examples": [1, 2]},
        "asked": {"scope": "release", "schema": {}, "examples": ["x"]},
    }
    free, asked, *_ = trials.axes("TrainingJob", parameters, ["dev"])
    assert [option.name for option in free.options] == ["default", "2"]
    assert [option.name for option in asked.options] == ['"x"']


def test_a_combination_becomes_a_state_and_is_told_by_what_it_sets() -> None:
    axes = trials.axes("ModelDeployment", {}, ["dev", "prod"])
    names = [axis.name for axis in axes]
    chosen = tuple(len(axis.options) - 1 for axis in axes)
    state = trials.state("ModelDeployment", "kserve/v1", axes, chosen, "t4")
    assert state["challenger"]["mode"] == "canary"
    assert state["challenger"]["release"]["version"] != state["release"]["version"]
    assert state["deploy"]["placement"] == {"nodePools": ["t4"]}
    assert trials.option(axes, chosen, "environment") == "prod"
    assert trials.described(axes, (0,) * len(axes)) == "the least that a state can say"
    only = tuple(int(name == "model") for name in names)
    assert trials.described(axes, only) == "model=some"


def test_states_of_trials_are_valid_documents() -> None:
    from support.shipped import _schemas

    for reference in REFERENCES:
        document = template(reference)
        for kind in document["kinds"]:
            axes = trials.axes(kind, document.get("parameters", {}), ["dev"])
            for number, chosen in enumerate(trials.picked(axes, 60)):
                state = trials.state(kind, reference, axes, chosen, "t4" if number % 2 else None)
                assert _schemas().findings(kind, state, "state.yaml", lambda: None) == []  # type: ignore[arg-type,return-value] places are asked for only if something is wrong
