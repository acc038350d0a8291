"""Plain scalars and merges of manifests, as sigs.k8s.io/yaml 1.4 reads them; each row was run through it."""

from __future__ import annotations

from typing import Any

import pytest

from mlgitops.core.yaml.read import KUBECTL, load_all, locate
from mlgitops.errors import InputError

READ: list[tuple[str, Any]] = [
    *((text, True) for text in ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE")),
    *((text, False) for text in ("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE")),
    *((text, None) for text in ("", "~", "null", "Null", "NULL")),
    *(("0644", 420), ("+012", 10), ("-017", -15), ("08", 8), ("0_7", 7), ("00", 0), ("0", 0), ("-0", 0)),
    *(("0x1F", 31), ("0X1f", 31), ("-0x1F", -31), ("0b11", 3), ("0B1", 1), ("0o17", 15), ("0O7", 7)),
    *(("1_000", 1000), ("1_", 1), ("-_1", -1), ("1e3", 1000.0), ("1.5e-2", 0.015), ("+.5", 0.5), ("09.5", 9.5)),
    *((text, text) for text in ("yES", "oN", "tRue", "_1", "true_", "nu_ll", "y_", "+", "=", "0b", "0b2", "0o8")),
    *((text, text) for text in ("2026-01-01", "1:30", "1.2.3", "1,000", "12e9876", "-4E747", "0644a")),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_plain_scalars_are_what_kubectl_takes_them_for(text: str, value: Any) -> None:
    (read,) = load_all(f"v: {text}\nw: {{x: 1}}\n".encode(), "f.yaml", reader=KUBECTL)
    assert read == {"v": value, "w": {"x": 1}}
    assert type(read["v"]) is type(value)


@pytest.mark.parametrize("text", [text for text, _ in READ])
def test_quoted_ones_are_strings(text: str) -> None:
    (read,) = load_all(f"v: '{text}'\n\"{text}\": x\n".encode(), "f.yaml", reader=KUBECTL)
    assert read == {"v": text, text: "x"}


@pytest.mark.parametrize(("text", "key"), [("y", "true"), ("No", "false"), ("0644", "420"), ("1.0", "1"), ("a", "a")])
def test_keys_are_what_kubectl_makes_of_them(text: str, key: str) -> None:
    data = f"{text}: 1\nb:\n  {text}: 2\n".encode()
    for _ in range(2):  # and whatever was found out of them before
        assert load_all(data, "f.yaml", reader=KUBECTL) == [{key: 1, "b": {key: 2}}]
    assert locate(data, "f.yaml", reader=KUBECTL).of(("b", key)) == ((3, 3) if key != text else (3, 6))


def test_a_key_that_is_null_is_refused() -> None:
    with pytest.raises(InputError, match="is no string"):
        load_all(b"~: 1\n", "f.yaml", reader=KUBECTL)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{q: 5, <<: *x, r: 3}", {"p": 1, "q": 2, "r": 3}),
        ("{<<: *x, q: 5}", {"p": 1, "q": 5}),
        ("{<<: [*x, *y]}", {"p": 1, "q": 2, "z": 1}),
        ("{<<: [*y, *x]}", {"p": 7, "q": 2, "z": 1}),
        ("{<<: {a: {b: 1}}}", {"a": {"b": 1}}),
        ("{<<: []}", {}),
        ("{'<<': {a: 1}}", {"<<": {"a": 1}}),
        ("<<", "<<"),
        ("{<<: *w}", {"p": 1, "q": 2, "k": 1}),
    ],
)
def test_merges_are_what_kubectl_makes_of_them(text: str, value: Any) -> None:
    data = f"x: &x {{p: 1, q: 2}}\ny: &y {{p: 7, z: 1}}\nw: &w {{<<: *x, k: 1}}\nv: {text}\n".encode()
    (read,) = load_all(data, "f.yaml", reader=KUBECTL)
    assert read["v"] == value
    assert list(read["w"]) == ["p", "q", "k"]
    with pytest.raises(InputError):
        load_all(data, "f.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<: 1", "merges a mapping"),
        ("<<:", "merges a mapping"),
        ("<<: [1]", "merges a mapping"),
        ("<<: {a: 1}\n<<: {b: 1}", "the key `<<` stands twice"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_all(f"{text}\n".encode(), "f.yaml", reader=KUBECTL)
    assert caught.value.line
    assert caught.value.hint
