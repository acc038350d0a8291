from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from support.hostile import json_values, keys

from mlgitops.core.yaml.edit import extend, replace, take
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

STATE = """\
# yaml-language-server: $schema=../state.json
apiVersion: mlgitops.dev/v1alpha1   # first
release:                            # travels

  # the version
  version: 1.5.0
  env: {A: "1"}    # in braces
  text: |
    # no comment

    x
  # end of the release

# stays
deploy:  # here
  replicas: {min: 2, max: 6}
  env:
    - name: A   # one
      value: "1"

    # about B
    - name: B
      value: 'no'
  values: {}    # none yet
  empty:  # later
hold: none   # quiet
"""


def edited(before: str, pointer: tuple[str | int, ...], value: Any) -> str:
    return replace(before.encode(), "state.yaml", pointer, value).decode()


@pytest.mark.parametrize(
    ("pointer", "value", "old", "new"),
    [
        (("apiVersion",), "v2", "apiVersion: mlgitops.dev/v1alpha1   # first", "apiVersion: v2   # first"),
        (("apiVersion",), "on", "apiVersion: mlgitops.dev/v1alpha1 ", 'apiVersion: "on" '),
        (("hold",), {"by": "me", "at": "x: y"}, "hold: none   # quiet\n", 'hold:   # quiet\n  by: me\n  at: "x: y"\n'),
        (("hold",), ["a", {"b": 1, "c": 2}], "hold: none   # quiet\n", "hold:   # quiet\n  - a\n  - b: 1\n    c: 2\n"),
        (("hold",), "a\nb\n", "hold: none   # quiet\n", "hold: |   # quiet\n  a\n  b\n"),
        (("hold",), {}, "hold: none ", "hold: {} "),
        (("deploy", "empty"), 3, "  empty:  # later", "  empty: 3  # later"),
        (("deploy", "empty"), {"a": 1}, "  empty:  # later\n", "  empty:  # later\n    a: 1\n"),
        (("deploy", "values"), {"a": [1]}, "values: {}    # none yet\n", "values:    # none yet\n    a:\n    - 1\n"),
        (("deploy", "values", "a"), 1, "values: {}    # none yet\n", "values:    # none yet\n    a: 1\n"),
        (("deploy", "replicas", "min"), 3, "{min: 2, max: 6}", "{min: 3, max: 6}"),
        (("deploy", "replicas", "max"), {"a": ["x, y", {"b": 1}]}, "max: 6}", "max: {a: ['x, y', {b: 1}]}}"),
        (("deploy", "replicas", "mode"), "a, b", "max: 6}", "max: 6, mode: 'a, b'}"),
        (("deploy", "replicas"), 4, "replicas: {min: 2, max: 6}", "replicas: 4"),
        (("deploy", "env", 0, "name"), "C", "- name: A   # one", "- name: C   # one"),
        (("deploy", "env", 0, "more"), [1], 'value: "1"\n', 'value: "1"\n      more:\n        - 1\n'),
        (("deploy", "env", 1), "x", "    - name: B\n      value: 'no'\n", "    - x\n"),
        (("deploy", "env", 1), {"a": {"b": 1}, "c": 2}, "name: B\n      value: 'no'", "a:\n        b: 1\n      c: 2"),
        (("deploy", "env", 0), [1, 2], '- name: A   # one\n      value: "1"\n', "- - 1\n      - 2\n"),
        (("deploy", "new"), "x", "  empty:  # later\n", "  empty:  # later\n  new: x\n"),
        (("release", "text"), "x", "text: |\n    # no comment\n\n    x\n", "text: x\n"),
        (("release", "text"), "x\ny", "text: |\n    # no comment\n\n    x\n", "text: |-\n    x\n    y\n"),
        (("release", "seed"), 7, "  # end of the release\n", "  # end of the release\n\n  seed: 7\n"),
        (("challenger",), {"mode": "shadow"}, "# quiet\n", "# quiet\nchallenger:\n  mode: shadow\n"),
        (("y",), "\u202e\0\U0001f600", "# quiet\n", '# quiet\n"y": "\\u202E\\0\\U0001F600"\n'),
        (("y",), "é", "# quiet\n", '# quiet\n"y": "é"\n'),
    ],
)
def test_only_the_value_changes(pointer: tuple[str | int, ...], value: Any, old: str, new: str) -> None:
    assert STATE.count(old) == 1
    assert edited(STATE, pointer, value) == STATE.replace(old, new)


def test_a_block_is_replaced_with_the_comments_in_it() -> None:
    start, end = STATE.index("\n\n  # the version"), STATE.index("\n\n# stays")
    assert edited(STATE, ("release",), {"version": "2"}) == STATE[:start] + '\n  version: "2"' + STATE[end:]
    assert edited(STATE, ("release",), "nil") == STATE[:start].replace("release: ", "release: nil ", 1) + STATE[end:]


def test_a_block_travels_with_its_comments_and_spelling() -> None:
    source = (
        "release:   # in dev\n"
        "    # indented by four\n"
        "    version: '1.6.0'   # new\n"
        "    list:\n"
        '      - "\\u202e"\n'
        "    text: |2\n"
        "       x\n"
        "    # last\n"
        "# stays in dev\n"
        "deploy: {}\n"
    )
    taken = take(source.encode(), "dev.yaml", ("release",))
    assert taken.value == {"version": "1.6.0", "list": ["\u202e"], "text": " x\n"}
    start, end = STATE.index("\n\n  # the version"), STATE.index("\n\n# stays")
    promoted = edited(STATE, ("release",), taken)
    assert promoted == (
        STATE[:start]
        + "\n  # indented by four\n  version: '1.6.0'   # new\n  list:\n    - \"\\u202e\"\n  text: |2\n     x\n  # last"
        + STATE[end:]
    )
    assert edited(promoted, ("release",), taken) == promoted
    assert edited(promoted, ("release",), take(STATE.encode(), "prod.yaml", ("release",))) == STATE


def test_a_block_moves_to_another_depth() -> None:
    taken = take(
        b"challenger:\n  release:\n    # about a\n    a: |\n      x\n    b: {c: d}\n",
        "f.yaml",
        ("challenger", "release"),
    )
    assert edited("release: {}\nx: y\n", ("release",), taken) == (
        "release:\n  # about a\n  a: |\n    x\n  b: {c: d}\nx: y\n"
    )
    assert edited("c: {a: 1}\n", ("c", "release"), taken) == 'c: {a: 1, release: {a: "x\\n", b: {c: d}}}\n'
    assert edited("- x\n- y\n", (0,), taken) == "- # about a\n  a: |\n    x\n  b: {c: d}\n- y\n"


def test_what_has_anchors_travels_written_out() -> None:
    taken = take(b"a: &x {b: 1}  # c\nd:\n  # e\n  f: *x\n", "f.yaml", ("d",))
    assert edited("d: 1\n", ("d",), taken) == "d:\n  f:\n    b: 1\n"


def test_round_trip_values_of_ruamel_keep_their_comments() -> None:
    release = YAML().load("# first\nversion: 2   # two\n# then\nenv:\n  A: x\n# behind\n")
    changed = edited("release:\n  version: 1\n# stays\nb: 1\n", ("release",), release)
    assert changed == "release:\n  # first\n  version: 2 # two\n  # then\n  env:\n    A: x\n# stays\nb: 1\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_endings_and_byte_order_mark_stay(newline: str, mark: str) -> None:
    def file(text: str) -> str:
        return mark + text.replace("\n", newline)

    value = {"a": "x\ny\n", "b": [1]}
    for pointer in (("release",), ("deploy", "env", 1), ("deploy", "values"), ("new",), ("hold",)):
        assert edited(file(STATE), pointer, value) == file(edited(STATE, pointer, value))
    taken = take(file(STATE).encode(), "f.yaml", ("release",))
    assert taken == take(STATE.encode(), "f.yaml", ("release",))


@pytest.mark.parametrize(
    ("before", "pointer", "value", "after"),
    [
        ("a: 1", ("b",), {"c": 2}, "a: 1\nb:\n  c: 2"),
        ("a: 1", ("a",), {"c": 2}, "a:\n  c: 2"),
        ("{}", ("a",), {"b": 1}, "a:\n  b: 1"),
        ("--- {}  # x\n", (), "w", "--- w  # x\n"),
        ("a: &x {b: 1}\nc: *x\n", ("c",), [1], "a: &x {b: 1}\nc:\n  - 1\n"),
        ("? a\n: b\n", ("a",), [1], "? a\n:\n    - 1\n"),
        ("# x\n{}\n", ("a",), 1, "# x\na: 1\n"),
        ("{a: 1}", ("b",), 1, "{a: 1, b: 1}"),
        ("{a: {}}", ("a", "b"), {"c": 1}, "{a: {b: {c: 1}}}"),
        ("{a}", ("a",), 1, "{a: 1}"),
        ("{a: , b: 1}", ("a",), 1, "{a: 1, b: 1}"),
        ("{a,}", ("b",), 1, "{a, b: 1,}"),
        ("a: 1\n", (), {"b": 1}, "b: 1\n"),
        ("- \n- x\n", (0,), "w", "- w\n- x\n"),
        ("-\n- x\n", (0,), {"w": 1, "z": 2}, "- w: 1\n  z: 2\n- x\n"),
        ("-\n  a: 1\n  b: 2\n", (0,), {"w": 1, "z": 2}, "-\n  w: 1\n  z: 2\n"),
        ("a:\n  'x\n   y'\nb: 1\n", ("a",), 1, "a:\n  1\nb: 1\n"),
        ("a: x\n  y  # z\nb: 1\n", ("a",), {"c": 1}, "a:  # z\n  c: 1\nb: 1\n"),
        ("a: [1,\n  2]  # z\nb: 1\n", ("a",), [3], "a:  # z\n  - 3\nb: 1\n"),
        ("a: [1,\n  2]  # z\nb: 1\n", ("a", 1), 3, "a: [1,\n  3]  # z\nb: 1\n"),
        ("a:\n- x\n# about b\nb: 1\n", ("a",), ["w"], "a:\n- w\n# about b\nb: 1\n"),
        ("a:\n- x\n# about b\nb: 1\n", ("a",), {"c": 1}, "a:\n  c: 1\n# about b\nb: 1\n"),
        ("a: |+\n  x\n\n\nb: 1\n", ("a",), "w", "a: w\nb: 1\n"),
        ("a: |  # c\n  x\n\n\nb: 1\n", ("a",), "y\nz", "a: |-  # c\n  y\n  z\n\n\nb: 1\n"),
        ("a:\n  b: 1\n...\n", ("a", "c"), 2, "a:\n  b: 1\n  c: 2\n...\n"),
        ("a: &x\n  b: 1\n", ("a", "c"), 2, "a: &x\n  b: 1\n  c: 2\n"),
        ("a: &x\n  - b: 1\n    # c\n  - d\n", ("a", 0), 2, "a: &x\n  - 2\n  - d\n"),
        ("a: 1\n\n\n# end\n\n", ("b",), 2, "a: 1\n\n\n# end\n\nb: 2\n\n"),
    ],
)
def test_unusual_layouts(before: str, pointer: tuple[str | int, ...], value: Any, after: str) -> None:
    assert edited(before, pointer, value) == after


@pytest.mark.parametrize(
    ("before", "pointer", "place", "message"),
    [
        ("--- {}  # x\n", ("a",), (1, 5), "`a` cannot be set in place"),
        ("a: &x {b: 1}\nc: *x\n", ("c", "b"), (2, 4), "`c.b` cannot be set: no mapping holds it"),
        ("a: &x {b: 1}\nc: *x\n", ("a",), (1, 4), "`a` cannot be set in place"),
        ("a: &x {b: 1}\nc: *x\n", ("a", "b"), (1, 11), "`a.b` cannot be set in place"),
        ("a: 1\n", ("b", "c"), (1, 1), "`b.c` cannot be set: no mapping holds it"),
        ("a: 1\n", ("a", "c"), (1, 4), "`a.c` cannot be set: no mapping holds it"),
        ("a: [1]\n", ("a", 1), (1, 4), "`a.1` cannot be set: no mapping holds it"),
        ("a: [1]\n", ("a", "b"), (1, 4), "`a.b` cannot be set: no mapping holds it"),
    ],
)
def test_what_cannot_be_set_is_refused(
    before: str, pointer: tuple[str | int, ...], place: tuple[int, int], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        replace(before.encode(), "f.yaml", pointer, {"z": 1})
    assert (caught.value.message, caught.value.path) == (message, "f.yaml")
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.hint


@pytest.mark.parametrize("pointer", [("x",), ("c",), ("a", 0)])
def test_what_does_not_stand_in_the_file_is_not_taken(pointer: tuple[str | int, ...]) -> None:
    with pytest.raises(InputError, match="does not stand here"):
        take(b"a: &x {b: 1}\nc: {d: *x}\n", "f.yaml", (*pointer, "d", "b"))


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(pointer for key, item in items for pointer in pointers(item, (*at, key)))]


def flowing(value: Any) -> str:
    return edited("{v: }", ("v",), value).removeprefix("{v: ").removesuffix("}")


@given(st.data(), json_values(), json_values(6))
def test_any_value_can_be_set_anywhere(data: st.DataObject, document: Any, value: Any) -> None:
    spell = data.draw(st.sampled_from((dump, flowing)))
    text = spell(document)
    pointer = data.draw(st.sampled_from(pointers(document)))
    if spell is dump:
        assert edited(text, pointer, take(text.encode(), "f.yaml", pointer)) == text
    changed = edited(text, pointer, value)
    found = load(changed.encode(), "f.yaml")
    for part in pointer:
        found = found[part]
    assert found == value


SMALL = st.recursive(
    st.one_of(st.sampled_from(("a", "x y", "on", "it's", "a\nb", "a\nb\n")), st.integers(0, 9)),
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(st.sampled_from("abcdef"), children, max_size=3)
    ),
    max_leaves=12,
)


def commented(draw: Any, document: Any) -> str:
    """The document with comments and empty lines here and there."""
    lines: list[str] = []
    text_below: int | None = None  # the indentation of the line that ends with `|`
    for number, line in enumerate(dump(document).splitlines()):
        indentation = len(line) - len(line.lstrip(" "))
        if text_below is not None and (not line or indentation > text_below):
            lines.append(line)
            continue
        text_below = indentation if line.endswith(("|", "|-")) else None
        kind = draw(st.sampled_from(("", "", "before", "empty", "behind")))
        lines += [" " * indentation + f"# before {number}"] if kind == "before" else [""] if kind == "empty" else []
        lines.append(f"{line}  # behind {number}" if kind == "behind" else line)
    return "".join(f"{line}\n" for line in lines)


@given(st.data(), SMALL, SMALL)
def test_comments_elsewhere_survive(data: st.DataObject, document: Any, value: Any) -> None:
    parts = [commented(data.draw, part) for part in ({"a": document}, {"b": document}, {"c": document})]
    changed = edited("".join(parts), ("b",), value)
    assert changed.startswith(parts[0])
    assert changed.endswith(parts[2])
    taken = take("".join(parts).encode(), "f.yaml", ("b",))
    back = edited(changed, ("b",), taken)
    assert take(back.encode(), "f.yaml", ("b",)) == taken
    assert edited("".join(parts), ("b",), taken) == "".join(parts)


@given(st.data(), json_values(), keys(), json_values(6))
def test_any_missing_key_can_be_set(data: st.DataObject, document: Any, key: str, value: Any) -> None:
    document = {"document": document}
    text = dump(document)
    places = [at for at in pointers(document) if isinstance(mapping := _at(document, at), dict) and key not in mapping]
    if not places:
        return
    pointer = data.draw(st.sampled_from(places))
    expected = copy.deepcopy(document)
    _at(expected, pointer)[key] = value
    assert load(edited(text, (*pointer, key), value).encode(), "f.yaml") == expected


def _at(document: Any, pointer: tuple[str | int, ...]) -> Any:
    for part in pointer:
        document = document[part]
    return document


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a:\n    - b: 1  # one\n      # more\nc: 2\n", b"a:\n    - b: 1  # one\n      # more\n    - b: x\nc: 2\n"),
        (b"a:\n- 1", b"a:\n- 1\n- b: x"),
        (b"a:\r\n- 1\r\nc: 2\r\n", b"a:\r\n- 1\r\n- b: x\r\nc: 2\r\n"),
        (b"c: {a: [1]}  # kept\n", b"c: {a: [1, {b: x}]}  # kept\n"),
    ],
)
def test_a_list_is_extended_in_place(before: bytes, after: bytes) -> None:
    assert extend(before, "x.yaml", ("a",) if before.startswith(b"a") else ("c", "a"), [{"b": "x"}]) == after
