from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.hostile import json_values

from mlgitops.core.yaml.parts import load_shared
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

# Lines, and pieces of lines, that mean something to YAML at the margin or below it.
LINES = st.sampled_from(
    [
        *("a: 1", "b:", "b: {x: 1", "  y: 2}", "}", "c: [", "]", "- 1", "  - 1", "a:", "  a: 1", "   b: 2", "\tx", " "),
        *("d: |", "d: |+", "d: >-", "d: |2", "  text", "    deep", "text", "e: 'open", "closed'", 'f: "open', 'x: y"'),
        *("# comment", "  # comment", "---", "...", "%YAML 1.2", "? g", ": h", "'a': 1", '"b": 2', "a : 1", "a:1"),
        *("i: &x 1", "j: *x", "k: !t 1", "<<: {a: 1}", "true: 1", "~: 1", "a-b: 1", "l: a: b", "m: x\r", "n: \x85", ""),
        *("o: plain", "  goes on", "p: - q", "r: é", "\ufeffs: 1", "t: 1 # said", "u: '*'", "null", "{a: 1}", "[]"),
    ]
)


def outcome(read: Any, data: bytes) -> Any:
    """What comes of reading, values with their types, or the whole error."""
    try:
        return repr(read(data, "f.yaml"))
    except InputError as error:
        return error.message, error.hint, error.path, error.line, error.column


@given(st.lists(LINES, max_size=9), st.booleans())
@example(["e: 'open", "x: y", "closed'"], True)
@example(["b: {x: 1", "c: 2}"], True)
@example(["d: |", "", "a: 1"], True)
@example(["a: 1", "# comment", "a: 2"], True)
@example(["i: &x 1", "j: *x"], True)
def test_a_text_is_read_in_parts_as_it_is_read_as_a_whole(lines: list[str], ended: bool) -> None:
    data = ("\n".join(lines) + "\n" * ended).encode()
    expected = outcome(load, data)
    for _ in range(2):  # the second time from what is remembered
        assert outcome(load_shared, data) == expected


@pytest.mark.long
@given(st.lists(LINES, max_size=14), st.booleans())
def test_many_more_texts_are_read_in_parts_as_they_are_read_as_a_whole(lines: list[str], ended: bool) -> None:
    data = ("\n".join(lines) + "\n" * ended).encode()
    assert outcome(load_shared, data) == outcome(load, data)


@given(st.dictionaries(st.sampled_from(["kind", "metadata", "release", "deploy"]), json_values(), min_size=1))
def test_documents_are_read_in_parts_as_they_are_read_as_a_whole(document: dict[str, Any]) -> None:
    data = dump({key: value for key, value in document.items() if value is not None} or {"kind": "x"}).encode()
    assert outcome(load_shared, data) == outcome(load, data)


def test_what_two_documents_say_in_the_same_words_is_one_object() -> None:
    release = b"release:\n  version: 1.0.0\n  env: {A: b}\n"
    dev, prod = (load_shared(b"kind: X\n" + release + b"deploy: {replicas: %d}\n" % number, "f") for number in (1, 2))
    assert dev["release"] is prod["release"]
    assert (dev["deploy"], prod["deploy"]) == ({"replicas": 1}, {"replicas": 2})
    assert list(dev) == ["kind", "release", "deploy"]


def test_more_than_is_kept_is_forgotten_and_read_anew() -> None:
    for _ in range(2):
        for number in range(700):
            assert load_shared(b"a: %d\nb:\n  c: %d\n" % (number, number), "f") == {"a": number, "b": {"c": number}}


def test_a_large_document_is_refused_as_it_is_read_as_a_whole() -> None:
    for data in (
        b"a: [" + b"1," * 60_000 + b"1]\n",
        b"a: " + b"[" * 150 + b"]" * 150 + b"\n",
        b"a: " + b"x" * 2_000_000,
    ):
        assert outcome(load_shared, data) == outcome(load, data)
