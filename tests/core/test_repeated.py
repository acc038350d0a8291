from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.repeated import alike, kept, shared

LEAVES = (
    st.none() | st.booleans() | st.sampled_from([0, 1, -1, 0.0, -0.0, 1.0, "", "0", "1", "true", 2**60]) | st.text()
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner), max_leaves=8)


def told(value: Any) -> str:
    return json.dumps(value)


@given(st.lists(VALUES, max_size=12))
def test_values_that_differ_are_never_taken_for_each_other(values: list[Any]) -> None:
    ask = alike(3)(told)  # forgets while it goes
    for value in (*values, *reversed(values)):
        assert ask(copy.deepcopy(value)) == told(value)
        assert json.dumps(shared(copy.deepcopy(value))) == told(value)


def test_values_that_are_alike_are_asked_about_once() -> None:
    asked: list[Any] = []

    def note(*arguments: Any) -> int:
        asked.append(arguments)
        return len(asked)

    ask = alike(8)(note)
    for number in range(1000, 1004):
        text = f"{number}"  # each an object of its own
        assert ask({"a": [text, {"b": 1}]}) == ask({"a": [str(int(text)), {"b": 1}]})
    assert len(asked) == 4
    assert shared({"a": [f"{1000}"]}) is shared({"a": [f"{1000}"]})


def test_what_no_key_can_be_made_of_is_asked_about_each_time() -> None:
    ask = alike(8)(lambda value: len(value.items))

    class Held:
        items = (1, 2)

    held = Held()
    assert ask(held) == 2
    held.items = (1,)  # type: ignore[assignment]  # any number will do
    assert ask(held) == 1


def test_results_are_kept_for_objects_not_for_values() -> None:
    asked: list[Any] = []
    ask = kept(2)(lambda one, other: asked.append((one, other)) or [len(asked)])  # type: ignore[func-returns-value]  # None
    first, second, third = [1], [1], [1]
    assert ask(first, second) == ask(first, second) == [1]
    assert ask(second, first) == [2]
    assert ask(first, second) == [1]
    assert ask(third, third) == [3]  # the oldest is forgotten
    assert ask(first, second) == [4]
