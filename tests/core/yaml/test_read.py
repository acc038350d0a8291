from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import json_values, texts

from mlgitops.core.yaml.limits import CATALOG, Limits
from mlgitops.core.yaml.read import UNRESOLVED, load, load_all, load_marked, load_text
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

PLAIN: tuple[tuple[str, Any], ...] = (
    *((text, None) for text in ("", "~", "null", "Null", "NULL")),
    *((text, True) for text in ("true", "True", "TRUE")),
    *((text, False) for text in ("false", "False", "FALSE")),
    *((text, text) for text in ("nULL", "tRUE", "y", "n", "yes", "No", "on", "OFF", "none", "Nan", "inf", "nan", "t")),
    *((text, text) for text in ("2026-01-01", "2026-01-01T00:00:00Z", "1:30", "1_000", "0b11", "-0x1F", "0X1F", "0o8")),
    *(
        (text, text)
        for text in ("=", "<<", "1e", "e3", ".", "..", "+", "1.2.3", "1,000", "0x", "0o", "+.", ".e3", "1e3.5")
    ),
    *(("0", 0), ("-0", 0), ("+7", 7), ("012", 12), ("08", 8), ("0o17", 15), ("0x1F", 31), ("0xfF", 255)),
    *(("9223372036854775808", 1 << 63), ("9" * 40, int("9" * 40)), ("-" + "9" * 39, -int("9" * 39))),
    *(("1.0", 1.0), (".5", 0.5), ("5.", 5.0), ("+.5", 0.5), ("-.5", -0.5), ("1e3", 1000.0), ("1.e3", 1000.0)),
    *(("1E-3", 0.001), ("-0.0", -0.0), ("1e-400", 0.0), ("0.1", 0.1), ("012.5", 12.5)),
    *(
        ("\uff11", "\uff11"),
        ("\u0663", "\u0663"),
        ("1\u00a0", "1\u00a0"),
    ),  # digits and spaces of other scripts are letters here
)


@pytest.mark.parametrize(("text", "value"), PLAIN, ids=ascii)
def test_plain_scalars_are_those_of_the_core_schema(text: str, value: Any) -> None:
    read = load(f"v: {text}\nw:\n- {text}\n".encode(), "f.yaml")
    assert read == {"v": value, "w": [value]}
    assert type(read["v"]) is type(value)
    if isinstance(value, float):
        assert math.copysign(1, read["v"]) == math.copysign(1, value)


@pytest.mark.parametrize("text", [text for text, _ in PLAIN], ids=ascii)
def test_quoted_scalars_are_strings(text: str) -> None:
    assert load(f"v: '{text}'\nw: \"{text}\"\n'{text}': x".encode(), "f.yaml") == {"v": text, "w": text, text: "x"}


@given(json_values())
def test_what_is_written_is_read_back(value: Any) -> None:
    text = dump(value)
    assert load(text.encode(), "f.yaml") == value
    assert load(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "f.yaml") == value
    assert load(text.replace("\n", "\r").encode(), "f.yaml") == value


@given(st.one_of(st.binary(max_size=60), texts().map(str.encode), st.lists(texts()).map(" ".join).map(str.encode)))
def test_any_bytes_are_read_or_refused_with_a_place_and_a_hint(data: bytes) -> None:
    error = refusal(data)
    if error is not None:
        assert (error.path, bool(error.hint)) == ("f.yaml", True)
        assert 1 <= (error.line or 0) <= data.count(b"\n") + data.count(b"\r") + 2
        assert (error.column or 0) >= 1


def refusal(data: bytes) -> InputError | None:
    try:
        load_all(data, "f.yaml")
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("data", "documents"),
    [
        (b"", []),
        (b"# nothing\n", []),
        (b"---\n", []),
        (b"---\na: 1\n---\n# empty\n---\n~\n---\n- b\n...\n", [{"a": 1}, ["b"]]),
        (b"%YAML 1.2\n---\na: b\n", [{"a": "b"}]),
        (b"a: &x [1, {b: 2}]\nc: *x\n", [{"a": [1, {"b": 2}], "c": [1, {"b": 2}]}]),
        (b"&k a: &v b\nc: *v\n", [{"a": "b", "c": "b"}]),
        (b"a: &x 1\nb: &x 2\nc: *x\n", [{"a": 1, "b": 2, "c": 2}]),
        (b"a: |\n  x\n   y\n\nb: >-\n  x\n  y\n", [{"a": "x\n y\n", "b": "x y"}]),
        (b'a: "x\\u202ey\\0"\n"<<": b\n', [{"a": "x\u202ey\0", "<<": "b"}]),
        ("a: \u200fb\U0001f600\n".encode(), [{"a": "\u200fb\U0001f600"}]),
    ],
    ids=ascii,
)
def test_documents(data: bytes, documents: list[Any]) -> None:
    assert load_all(data, "f.yaml") == documents


def test_aliases_are_copies() -> None:
    read = load(b"a: &x {b: [c]}\nd: *x\ne: [*x, *x]\n", "f.yaml")
    read["a"]["b"].append("changed")
    read["e"][0]["b"].append("changed too")
    assert read["d"] == read["e"][1] == {"b": ["c"]}


def test_text_with_private_use_characters_passes() -> None:
    assert load_text("a\ue000: \ue0001\uf8ff\nb: [\uf123]\n", "t") == [{"a\ue000": "\ue0001\uf8ff", "b": ["\uf123"]}]


def test_marked_text_asks_about_each_scalar() -> None:
    asked: list[tuple[str, bool]] = []

    def scalar(text: str, plain: bool) -> Any:
        asked.append((text, plain))
        return (text, plain) if "\ue000" in text else UNRESOLVED

    read = load_marked('a: \ue000\nb: "\ue000"\n\ue000: [1, x\ue000]\n', "t", scalar)
    assert read == [{"a": ("\ue000", True), "b": ("\ue000", False), ("\ue000", True): [1, ("x\ue000", True)]}]
    assert asked == [
        *(("a", True), ("\ue000", True), ("b", True), ("\ue000", False)),
        *(("\ue000", True), ("1", True), ("x\ue000", True)),
    ]
    with pytest.raises(InputError, match="an anchor cannot stand on a value that is filled in"):
        load_marked("a: &x \ue000\n", "t", scalar)


REFUSED = (
    # what the syntax does not allow
    (b"a: b: c", 1, 5, "a `key: value` stands where none can", "Quote the text"),
    (b"a: b\n c: d", 2, 3, "a `key: value` stands where none can", "indentation"),
    (b'a:\n  b: "x\nc: d\n', 2, 6, "a quoted text never ends", "closing quote"),
    (b"a: 'x\n---\nb: c\n", 1, 4, "a quoted text runs into the next document", "closing quote"),
    (b"a:\n\t- b", 2, 1, "a tab indents this line", "spaces"),
    (b"a: x\n\tb: c\n", 2, 1, "a tab indents this line", "spaces"),
    (b"a: @x", 1, 4, "no text starts with `@`", "Quote it"),
    (b"a: %x", 1, 4, "no text starts with `%`", "Quote it"),
    (b"- a\nb: c", 2, 1, "a line that is no item stands inside a list", "- "),
    (b"a: [1, 2\nb: 3\n", 1, 4, "a bracket or brace is not closed, or a comma is missing", "Close"),
    (b"a: {b: 1", 1, 4, "a bracket or brace is not closed, or a comma is missing", "Close"),
    (b"a: ]", 1, 4, "a closing bracket, comma or other mark stands where a value is expected", "Quote"),
    (b'a: "b" c', 1, 8, "what stands here is no `key: value` of the mapping around it", "quote the value"),
    (b"a: b\nd:e\nf: g", 2, 1, "a line without `: ` stands where a key is expected", "key: value"),
    (b" a: b\nc: d", 2, 1, "text stands after the end of the document", "indentation"),
    (b'a: "\\q"', 1, 5, "an escape that YAML does not have", "backslash"),
    (b'a: "\\x4"', 1, 7, "an escape has too few digits", "\\xXX"),
    (b'a: "\\ud83d\\ude00"', 1, 7, "an escape that stands for no character", "\\UXXXXXXXX"),
    (b"a: >x\n b", 1, 5, "text stands behind `|` or `>`", "next line"),
    (b"a: * b", 1, 5, "`&` or `*` stands before a text that is no name", "Quote"),
    (b"a: - b", 1, 4, "a list starts where none can", "next line"),
    (b"a: ? b", 1, 4, "a `? ` stands where no key can", "Quote"),
    # characters and encodings
    (b"a: \xff", 1, 4, "byte 0xff is no UTF-8", "Save the file as UTF-8"),
    ("é: é\né: é".encode() + b"\xe9", 2, 5, "byte 0xe9 is no UTF-8", "Save the file as UTF-8"),
    (b"a: \xed\xa0\x80", 1, 4, "byte 0xed is no UTF-8", "Save the file as UTF-8"),
    ("a: b\n".encode("utf-16"), 1, 1, "the file is UTF-16", "UTF-8"),
    (b"a: b\nc: x\0", 2, 5, "a control character (U+0000) stands in the file", '"\\x00"'),
    (b"a: b\r\nc: \x7f", 2, 4, "a control character (U+007F) stands in the file", '"\\x7F"'),
    ("a: é\nb: \x85".encode(), 2, 4, "a line separator (U+0085) stands in the file", '"\\x85"'),
    ("a: x\u2028y".encode(), 1, 5, "a line separator (U+2028) stands in the file", '"\\u2028"'),
    ("a: b # \u202e".encode(), 1, 8, "an invisible character (U+202E) stands in the file", '"\\u202E"'),
    ('a: "\u2066"'.encode(), 1, 5, "an invisible character (U+2066) stands in the file", '"\\u2066"'),
    ("a: \ufeffb".encode(), 1, 4, "a byte order mark (U+FEFF) stands in the file", "Remove"),
    # keys
    (b"a: 1\nb:\n  c: 2\n  c: 3\n", 4, 3, "the key `c` stands twice in one mapping", "Remove"),
    (b'{a: 1, "a": 2}', 1, 8, "the key `a` stands twice in one mapping", "Remove"),
    (b"a: 1\n1: x\n", 2, 1, "the key `1` is no string", 'Quote it: "1"'),
    (b"true: x", 1, 1, "the key `true` is no string", 'Quote it: "true"'),
    (b"{~: x}", 1, 2, "the key `~` is no string", 'Quote it: "~"'),
    (b"?\n: x", 1, 2, "the key `` is no string", 'Quote it: ""'),
    (b"a: {{ b }}", 1, 5, "a key cannot be a mapping or a list", "{{"),
    (b"? [a]\n: b", 1, 3, "a key cannot be a mapping or a list", "plain texts"),
    (b"a: &x {b: c}\nd:\n  <<: *x\n", 3, 3, "merge keys (`<<`) are not read", "Write the keys out"),
    (b"&x a: b\n*x : c", 2, 1, "an alias cannot be a key", "Write the key out"),
    (b'"a\\u202e": b', 1, 1, "an invisible character (U+202E) stands in a key", "Remove"),
    ("a\u200b: b".encode(), 1, 1, "an invisible character (U+200B) stands in a key", "Remove"),
    (b'x:\n  "a\\0": b', 2, 3, "a control character (U+0000) stands in a key", "Remove"),
    (b'"a\\nb": c', 1, 1, "a line break stands in a key", "Remove"),
    # values
    (b"a: .nan", 1, 4, "`.nan` is not a finite number", "Quote"),
    (b"a: -.Inf", 1, 4, "`-.Inf` is not a finite number", "Quote"),
    (b"- 1\n- 1e400", 2, 3, "`1e400` is not a finite number", "Quote"),
    (b"a: " + b"9" * 41, 1, 4, "an integer of 41 characters is too long", "Quote"),
    (b"a: 0x" + b"f" * 5000, 1, 4, "an integer of 5,002 characters is too long", "Quote"),
    (b"a: !!str x", 1, 4, "tags (`!…`) are not read", "Remove it"),
    (b"a: !!binary aGk=", 1, 4, "tags (`!…`) are not read", "Remove it"),
    (b"a: !x\n  b: 1", 1, 4, "tags (`!…`) are not read", "Remove it"),
    (b"!!set {a}", 1, 1, "tags (`!…`) are not read", "Remove it"),
    (b"a: !!python/object/apply:os.system [x]", 1, 4, "tags (`!…`) are not read", "Remove it"),
    # anchors and directives
    (b"a: *b", 1, 4, "no anchor `&b` stands before this alias", "Quote"),
    (b"&a x\n---\n*a\n", 3, 1, "no anchor `&a` stands before this alias", "Quote"),
    (b"x: &a [1, *a]", 1, 11, "an alias stands inside what it names", "Write the value out"),
    (b"%YAML 1.1\n---\na: yes", 1, 1, "a directive changes how YAML is read", "%"),
    (b"%TAG ! tag:x,1:\n---\na: b", 1, 1, "a directive changes how YAML is read", "%"),
)


@pytest.mark.parametrize(("data", "line", "column", "message", "hint"), REFUSED, ids=lambda v: ascii(v)[:50])
def test_what_breaks_a_rule_is_refused(data: bytes, line: int, column: int, message: str, hint: str) -> None:
    for read in (load, load_all):
        with pytest.raises(InputError) as caught:
            read(data, "a/f.yaml")
        error = caught.value
        assert (error.message, error.path, error.line, error.column) == (message, "a/f.yaml", line, column)
        assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "the document is empty"),
        (b"---\n# nothing\n", 1, "the document is empty"),
        (b"~", 1, "the document is empty"),
        (b"a: b\n---\nc: d\n", 2, "a second document starts here, where one is expected"),
        (b"a: b\n...\n---\n", 3, "a second document starts here, where one is expected"),
    ],
)
def test_one_document_is_one_document(data: bytes, line: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load(data, "f.yaml")
    assert (caught.value.message, caught.value.line, caught.value.column) == (message, line, 1)
    assert caught.value.hint


def test_half_of_a_surrogate_pair_in_decoded_text_is_refused() -> None:
    with pytest.raises(InputError, match=r"U\+D800"):
        load_text("a: \ud800", "t")


def test_larger_limits_for_catalogs() -> None:
    data = b"".join(b"- {a: b}\n" for _ in range(30_000))
    with pytest.raises(InputError, match="more than 50,000 keys and values"):
        load(data, "crd.yaml")
    assert len(load(data, "crd.yaml", CATALOG)) == 30_000
    with pytest.raises(InputError, match="4 bytes are more than the 3 that are read"):
        load(b"a: b", "f.yaml", Limits(size=3))
