from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.layers import Layer, merge, origins

KEYS = st.sampled_from("abc")
TREES = st.recursive(st.integers(0, 3), lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
MAPPINGS = st.dictionaries(KEYS, TREES, max_size=3)


def test_mappings_merge_and_everything_else_replaces() -> None:
    lower = {"replicas": {"min": 1, "max": 4}, "args": [1, 2], "env": {"A": "1"}}
    upper = {"replicas": {"max": 6}, "args": [3], "env": "none"}
    assert merge(lower, upper) == {"replicas": {"min": 1, "max": 6}, "args": [3], "env": "none"}
    assert lower == {"replicas": {"min": 1, "max": 4}, "args": [1, 2], "env": {"A": "1"}}


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_layers_merge_from_either_end(lowest: dict, middle: dict, highest: dict) -> None:
    """A scalar between two mappings cuts the lowest off from either end, so merging in pairs is safe only upwards."""
    assert merge(merge(lowest, middle), middle) == merge(lowest, middle)
    assert merge({}, highest) == highest
    assert merge(highest, {}) == highest


@given(MAPPINGS, MAPPINGS)
def test_each_leaf_of_the_merged_value_has_the_origin_that_decided_it(lower: dict, upper: dict) -> None:
    layers = [Layer("environment", "e.yaml", (), lower), Layer("state", "s.yaml", ("deploy",), upper)]
    merged = merge(lower, upper)
    for origin in origins(layers):
        value = merged
        for key in origin.pointer:
            value = value[key]
        source = origin.layer.value
        for key in origin.source[len(origin.layer.root) :]:
            source = source[key]
        assert value == source == origin.value
    assert _leaves(merged) == {origin.pointer for origin in origins(layers)} or not merged


def _leaves(value: object, pointer: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(value, dict) and value:
        return {leaf for key, child in value.items() for leaf in _leaves(child, (*pointer, key))}
    return {pointer}
