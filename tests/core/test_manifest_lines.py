from __future__ import annotations

import base64
import json
import random
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import inline_bytes, secrets
from mlgitops.core.manifest_lines import Held, may_be_among
from mlgitops.core.manifest_lines import held as held_by
from mlgitops.core.texts import texts
from mlgitops.core.yaml.write import Listener, dump

CHANCE = random.Random(11)
BYTES = base64.b64encode(CHANCE.randbytes(900)).decode()
HARMLESS = "sha256:" + "0123456789abcdef" * 4
PARTS = [
    *("name", "value", "token", "dbToken", "DB_PASSWORD", "tokens", "MAX_TOKEN", "API-KEY", "credentials", "a.token"),
    *("hunter2", "risk-ml", "sk-", "ghp_" + "aB3dE6gH9j" * 4, "AKIAABCDEFGHIJKLMNOP", "redis://u:hunter2@h"),
    *("Zk3vQ8pLx2TmN7bRw5YcJ1hGf6DsA9eU4oIq", HARMLESS, BYTES[:64], BYTES[:60], BYTES, "data:image/png;base64,QUJD"),
    *("-----BEGIN PRIVATE KEY-----", "data:", "://", "@", "\\", "'", '"', " ", "  ", ": ", "# ", "é", "  - "),
]
KEYS = st.lists(st.sampled_from([part for part in PARTS if part != BYTES]), max_size=3).map("".join)
WRITTEN = st.lists(st.sampled_from([*PARTS, "\n", "\t", "\x85"]), max_size=12).map("".join)
DOCUMENTS = st.recursive(
    WRITTEN,
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=24,
).map(lambda value: {"spec": value})


def held(text: str) -> Held:
    """What one file may hold, and the same file beside others."""
    (alone,) = held_by([text.encode()])
    assert held_by([b"", text.encode(), b"more: 1\n"])[1] == alone
    return alone


@given(DOCUMENTS)
def test_what_strings_hold_their_file_may_hold(document: dict[str, object]) -> None:
    strings = list(texts(document))
    for text in (dump(document), json.dumps(document, indent=2), json.dumps(document)):
        found = held(text)
        if not found.secret:
            assert not any(secrets.found(name, value) for _, name, value in strings)
        if not found.data:
            assert not any(inline_bytes.found(value) for _, _, value in strings)


@given(DOCUMENTS)
def test_what_strings_hold_may_be_among_those_that_are_spelt(document: dict[str, object]) -> None:
    listener = Listener()
    dump(document)
    if not may_be_among(listener.heard):
        strings = list(texts(document))
        assert not any(secrets.found(name, value) or inline_bytes.found(value) for _, name, value in strings)


def test_a_string_is_heard_once_and_one_that_is_not_remembered_each_time() -> None:
    listener = Listener()
    dump({"a": "b", "c": ["d"], "e": "two\nlines\n", "f": "x" * 300})
    first = listener.heard.copy()
    listener.heard.clear()
    dump({"a": "b", "c": ["d", "new"], "e": "two\nlines\n", "f": "x" * 300})
    assert sorted(first) == sorted(["a", "b", "c", "d", "e", "two\nlines\n", "f", "x" * 300])
    assert sorted(listener.heard) == sorted(["new", "x" * 300])
    other = Listener()
    assert listener.is_deaf
    dump({"a": "b"})
    assert other.heard == ["a", "b"]


@pytest.mark.parametrize("text", ["SECRETKEY", "secretKey", "api_key"])
def test_names_of_secrets_are_seen_however_they_are_written(text: str) -> None:
    for written in (f"- name: {text}\n  value: hunter2\n", f'{{"{text}": "hunter2"}}\n', f"{text}: hunter2\n"):
        assert held(written).secret
    assert not held("secretKeyRef: {name: a, key: b}\n").secret


@pytest.mark.parametrize("indent", ["", "  ", "        "])
def test_bytes_that_are_wrapped_are_seen_line_after_line(indent: str) -> None:
    wrapped = "data: |\n" + textwrap.indent(textwrap.fill(BYTES[:640], 64), indent + " ") + "\n"
    assert held(wrapped).data
    assert not held(wrapped.replace("\n" + indent + " ", "\n" + indent + " x: ")).data


def test_a_file_of_digests_holds_nothing() -> None:
    lines = [f"digest-{number}: sha256:{CHANCE.randbytes(32).hex()}\n" for number in range(40)]
    for text in ("".join(lines), "commit: " + "0123abcdef" * 4 + "\nTOKEN_0: a\nkey: tokens\nteam: risk-ml\n"):
        assert held(text) == (False, False)


def test_what_is_forgotten_is_judged_anew() -> None:
    files = [f"a: {number}\n" + "".join(f"k{number}-{line}: v\n" for line in range(3000)) for number in range(12)]
    for number, text in enumerate([*files, *files]):
        assert held(text) == (False, False)
        assert held(f"{text}key: ghp_{'aB3dE6gH9j' * 4}\nmore: {number}\n") == (True, False)


def test_a_secret_is_seen_again_in_another_file() -> None:
    for number in range(3):
        assert held(f"file: {number}\n- name: DB_PASSWORD\n  value: hunter2\n").secret
        assert not held(f"file: {number}\n- name: DB_USER\n  value: hunter2\n").secret
