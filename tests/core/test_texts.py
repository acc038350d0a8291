from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.texts import named, texts

KEYS = st.sampled_from(["name", "value", "a", "b"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def test_each_string_has_its_place_and_name() -> None:
    value = {"env": [{"name": "TOKEN", "value": "x"}, {"name": "A"}], "n": 1, "list": ["y", ["z"]]}
    assert list(texts(value, ("spec",))) == [
        (("spec", "env", 0, "name"), "name", "TOKEN"),
        (("spec", "env", 0, "value"), "TOKEN", "x"),
        (("spec", "env", 1, "name"), "name", "A"),
        (("spec", "list", 0), "list", "y"),
        (("spec", "list", 1, 0), "list", "z"),
    ]


@given(JSON)
def test_both_walks_give_the_same(value: object) -> None:
    assert sorted(named(value)) == sorted((name, text) for _, name, text in texts(value))
