"""A key is taken out, and every byte that is not about it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import json_values, keys

from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.removal import remove
from mlgitops.errors import InputError

TEXT = """\
# top

first: 1 # one

# about second
second:
  # within
  a: {b: 1, c: 2} # braces
  # about text
  text: |
    no # comment

  # behind text
  list:
  - x # x

  # behind list

# about third
# and more
third: [1, 2]

last: yes
# end
"""


def removed(text: str, *pointer: str) -> str:
    return remove(text.encode(), "state.yaml", pointer).decode()


@pytest.mark.parametrize(
    ("pointer", "gone"),
    [
        (("first",), "first: 1 # one\n\n"),
        (("third",), "# about third\n# and more\nthird: [1, 2]\n\n"),
        (("last",), "last: yes\n"),
        (("second", "text"), "  # about text\n  text: |\n    no # comment\n"),
    ],
)
def test_its_lines_and_the_comment_above_go(pointer: tuple[str, ...], gone: str) -> None:
    assert gone in TEXT
    assert removed(TEXT, *pointer) == TEXT.replace(gone, "")


def test_a_block_goes_whole() -> None:
    start, end = TEXT.index("# about second"), TEXT.index("# about third")
    assert removed(TEXT, "second") == TEXT[:start] + TEXT[end:]


def test_in_braces_the_rest_is_spelt_anew() -> None:
    assert removed(TEXT, "second", "a", "b") == TEXT.replace("{b: 1, c: 2}", "{c: 2}")


def test_what_is_not_there_changes_nothing() -> None:
    for pointer in [("fourth",), ("first", "x"), ("third", "x"), ("second", "list", "x"), ("x", "y")]:
        assert removed(TEXT, *pointer) == TEXT


def test_the_last_key_leaves_an_empty_mapping() -> None:
    assert load(remove(b"a:\n  b: 1\nc: 2\n", "", ("a", "b")), "") == {"a": {}, "c": 2}
    assert load(remove(b"b: 1\n", "", ("b",)), "") == {}


def test_line_breaks_and_marks_stay() -> None:
    crlf = TEXT.replace("\n", "\r\n")
    assert removed(crlf, "third") == removed(TEXT, "third").replace("\n", "\r\n")
    marked = "\ufeff" + TEXT
    assert removed(marked, "first") == "\ufeff" + removed(TEXT, "first")


def test_the_first_line_can_go() -> None:
    assert removed("a: 1\nb: 2\n", "a") == "b: 2\n"
    assert removed("---\na: 1\nb: 2\n", "a") == "---\nb: 2\n"
    assert removed("a: 1\nb: 2", "b") == "a: 1"


def test_a_key_in_an_item_of_a_list() -> None:
    text = "l:\n  - a: 1 # one\n    b: 2\n  - c: 3\n"
    with pytest.raises(InputError, match=r"`l.0.a` cannot be taken out in place"):
        removed(text, "l", 0, "a")
    assert removed(text, "l", 0, "b") == text.replace("    b: 2\n", "")


def test_what_others_use_is_not_taken_away() -> None:
    text = "a: &x {k: 1}\nb: *x\nc: 1\n"
    with pytest.raises(InputError):
        removed(text, "a")
    assert removed(text, "b") == "a: &x {k: 1}\nc: 1\n"


LINES = st.sampled_from(
    ["# comment\n", "\n", "k: 1 # v\n", "m:\n  n: [1]\n  # in m\n", "t: |\n  a\n\n  b\n", "q: 'x'\n"]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = draw(st.lists(LINES, max_size=6, unique_by=lambda line: line if line[0] not in "#\n" else object()))
    text = "".join(["first: 0\n", *parts])
    if draw(st.booleans()) and not text.rstrip("\n").endswith("  b"):  # a line break there is part of the value
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(documents(), keys(), json_values())
def test_what_is_put_in_and_taken_out_leaves_the_same_bytes(text: str, key: str, value: object) -> None:
    data = text.encode()
    if key in load(data, ""):
        return
    assert remove(replace(data, "", (key,), value), "", (key,)) == data


@given(documents(), st.data())
def test_comments_that_are_not_about_it_survive(text: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(load(text.encode(), ""))))
    after = remove(text.encode(), "", (key,)).decode()
    expected = load(text.encode(), "")
    del expected[key]
    assert (load(after.encode(), "") or {}) == expected
    for line in set(after.splitlines()):
        assert line in text.splitlines() or not expected
