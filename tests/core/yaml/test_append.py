from __future__ import annotations

import pytest

from mlgitops.core.yaml.append import append
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - x: 1\nb: 2\n", "a:\n  - x: 1\n  - x: 2\n    y: [z]\nb: 2\n"),
        ("a:\n- x: 1 # one\n# end\n", "a:\n- x: 1 # one\n- x: 2\n  y: [z]\n# end\n"),
        ("a:\n  - x: 1\n\n  - x: 0\n", "a:\n  - x: 1\n\n  - x: 0\n\n  - x: 2\n    y: [z]\n"),
        ("a:\r\n  - x: 1\r\n", "a:\r\n  - x: 1\r\n  - x: 2\r\n    y: [z]\r\n"),
    ],
)
def test_items_stand_behind_the_others_and_all_else_stays(before: str, after: str) -> None:
    result = append(before.encode(), "f.yaml", ("a",), [{"x": 2, "y": ["z"]}]).decode()
    kept, *_ = before.replace("\r", "").partition("b:")
    assert result.replace("\r", "").startswith(kept.rstrip("\n").removesuffix("# end").rstrip("\n"))
    assert ("\r\n" in result) == ("\r\n" in before)
    assert load(result.encode(), "f.yaml") == load(after.encode(), "f.yaml")
    assert before.count("#") == result.count("#")
    assert ("\n\n  - x: 2" in result) == ("\n\n" in before)


@pytest.mark.parametrize("before", ["b: 1\n", "a: []\nb: 1\n", "a: [{x: 1}]\nb: 1\n", "a: &l\n  - x: 1\nb: 1\n"])
def test_lists_of_other_kinds_are_written_anew(before: str) -> None:
    result = load(append(before.encode(), "f.yaml", ("a",), [{"x": 2}]), "f.yaml")
    assert result["a"][-1] == {"x": 2}
    assert result["b"] == 1


def test_nothing_to_append_changes_nothing() -> None:
    assert append(b"not: [yaml", "f.yaml", ("a",), []) == b"not: [yaml"


def test_there_must_be_a_mapping_to_hold_the_list() -> None:
    with pytest.raises(InputError):
        append(b"a: 1\n", "f.yaml", ("a", "b"), [1])
