from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from ruamel.yaml import YAML
from support.hostile import STRINGS, json_values, texts

from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def same(read: Any, value: Any) -> bool:
    """Equal, of the same types, zero's sign included."""
    if type(read) is not type(value):
        return False
    if isinstance(value, dict):
        return set(read) == set(value) and all(same(read[key], value[key]) for key in value)
    if isinstance(value, list):
        return len(read) == len(value) and all(map(same, read, value))
    if isinstance(value, float):
        return bool(read == value and math.copysign(1, read) == math.copysign(1, value))
    return bool(read == value)


def by_ours(text: str) -> Any:
    return load(text.encode(), "written.yaml")


def by_yaml_1_1(text: str) -> Any:
    return yaml.load(text, Loader=yaml.SafeLoader)


def by_libyaml(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def by_yaml_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(StringIO(text))


READERS = (by_ours, by_yaml_1_1, by_libyaml, by_yaml_1_2)


@given(json_values())
def test_every_reader_reads_back_the_value(value: Any) -> None:
    text = dump(value)
    for reader in READERS:
        assert same(reader(text), value), (reader.__name__, text)


@given(texts())
def test_every_reader_reads_back_a_string_wherever_it_stands(text: str) -> None:
    value = {"a": text, "b": [text, [text, text]], "c": [{"d": text, "e": text}], "f": {"g": {"h": text}}}
    written = dump(value)
    for reader in READERS:
        assert reader(written) == value, (reader.__name__, written)


@pytest.mark.parametrize("text", STRINGS, ids=ascii)
def test_a_hostile_string_alone(text: str) -> None:
    for reader in READERS:
        assert reader(dump(text)) == text
        assert reader(dump({"x": text})) == {"x": text}
        assert reader(dump([text])) == [text]


@pytest.fixture(scope="module")
def kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("kubectl is not installed")
    return found


def manifest(spec: Any) -> dict[str, Any]:
    return {"apiVersion": "acme.dev/v1", "kind": "Example", "metadata": {"name": "hostile"}, "spec": spec}


def by_kubernetes(kubectl: str, text: bytes) -> Any:
    """Read as `kubectl apply` does; `annotate --local` needs no server."""
    command = [kubectl, "annotate", "--local", "-f", "-", "-o", "json", "read=back"]
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_kubernetes_reads_back_every_hostile_string(kubectl: str) -> None:
    keys = [text for text in STRINGS if text.isprintable() and len(text) < 300]
    spec = {"values": list(STRINGS), "keys": [{text: text} for text in keys], "numbers": [1e-05, 1e22, 0.1, -7, True]}
    assert by_kubernetes(kubectl, dump(manifest(spec)).encode())["spec"] == spec


def test_kustomize_hands_on_every_hostile_string(kubectl: str, tmp_path: Path) -> None:
    # Without DEL, C1 and U+FFFE: kustomize writes them as they are and then refuses what it wrote.
    strings = [text for text in STRINGS if not re.search("[\x7f-\x9f\ufffe\uffff]", text)]
    (tmp_path / "hostile.yaml").write_text(dump(manifest(strings)), encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text("resources: [hostile.yaml]\n", encoding="utf-8")
    done = subprocess.run([kubectl, "kustomize", str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert by_kubernetes(kubectl, done.stdout)["spec"] == strings


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ghcr.io/acme/fraud-server:1.5.0@sha256:ab12", "ghcr.io/acme/fraud-server:1.5.0@sha256:ab12"),
        ("s3://acme-models/fraud/1.5.0/", "s3://acme-models/fraud/1.5.0/"),
        ("https://mlflow.acme.dev/#/experiments/3", "https://mlflow.acme.dev/#/experiments/3"),
        ("16Gi", "16Gi"),
        ("--port=8080", "--port=8080"),
        ("$(HOME)/x", '"$(HOME)/x"'),
        ("1.5.0", '"1.5.0"'),
        ("y", '"y"'),
        ("", '""'),
        ("é \U0001f600", '"é \U0001f600"'),
        ("a\u202eb\x85\U0001fffe", r'"a\u202Eb\x85\U0001FFFE"'),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\n  b: c", "|-\n  a\n\n    b: c"),
        ("a\nb\n\n", r'"a\nb\n\n"'),
        ("a \nb", r'"a \nb"'),
        (" a\nb", r'" a\nb"'),
        ("a\n\tb", r'"a\n\tb"'),
        (True, "true"),
        (-7, "-7"),
        (1e-05, "1.0e-05"),
        (1e22, "1.0e+22"),
        (1.5e-7, "1.5e-07"),
        (-0.0, "-0.0"),
        (3.0, "3.0"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_spelling(value: Any, written: str) -> None:
    assert dump(value) == written + "\n"


def test_layout() -> None:
    value = {
        "spec": {"b": [{"value": "x", "name": "n"}, [1, [2]], []], "a": {}, "text": "x\ny\n"},
        "metadata": {"annotations": {"b": "1", "a": "2"}, "labels": {}, "namespace": "ns", "name": "n"},
        "kind": "Example",
        "Zeta": 1,
        "apiVersion": "v1",
    }
    assert dump(value) == (
        "apiVersion: v1\n"
        "kind: Example\n"
        "metadata:\n"
        '  name: "n"\n'
        "  namespace: ns\n"
        "  labels: {}\n"
        "  annotations:\n"
        '    a: "2"\n'
        '    b: "1"\n'
        "Zeta: 1\n"
        "spec:\n"
        "  a: {}\n"
        "  b:\n"
        '  - name: "n"\n'
        "    value: x\n"
        "  - - 1\n"
        "    - - 2\n"
        "  - []\n"
        "  text: |\n"
        "    x\n"
        "    y\n"
    )


def test_bytes_do_not_depend_on_the_order_of_keys_or_on_what_was_written_before() -> None:
    forward = {f"key-{number}": {"b": number, "a": str(number)} for number in range(80)}
    backward = {key: dict(reversed(value.items())) for key, value in reversed(forward.items())}
    first = dump(forward)
    dump({str(number): str(number) for number in range(25_000)})
    assert dump(backward) == first


@given(json_values())
def test_no_trailing_spaces_and_one_final_line_break(value: Any) -> None:
    text = dump(value)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not any(line.endswith(" ") for line in text.split("\n"))


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "place", "fault"),
    [
        ({"a": [1, {"b": None}]}, "`a.1.b`: ", "a null"),
        (None, "", "a null"),
        ({"a": 1 << 63}, "`a`: ", "more than 64 bits"),
        ([-(1 << 63) - 1], "`0`: ", "more than 64 bits"),
        ([10**5000], "`0`: ", "more than 64 bits"),
        ({"a": math.inf}, "`a`: ", "not finite"),
        ({"a": {"b": math.nan}}, "`a.b`: ", "not finite"),
        ({"a": "x\ud800"}, "`a`: ", "U+D800"),
        ({"a": "x\ud800\n"}, "`a`: ", "U+D800"),
        ({"a": {"\ud800": 1}}, "`a`: ", "U+D800"),
        ({"a": {"b\u202e": 1}}, "`a`: ", "U+202E"),
        ({"a": {"b\nc": 1}}, "`a`: ", "a line break"),
        ({"a": {1: 1}}, "`a`: ", "a key is no string (int)"),
        ({"a": {"k" * 1001: 1}}, "`a`: ", "1,001 characters"),
        (nested(101), "`0.0", "more than 100 levels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_readers_do_not_share_is_refused(value: Any, place: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        dump(value)
    assert caught.value.message.startswith("cannot be written as YAML: " + place)
    assert fault in caught.value.message
    assert caught.value.hint


def test_what_is_as_deep_as_the_reader_takes_is_written() -> None:
    assert by_ours(dump(nested(100))) == nested(100)


def test_subtypes_are_written_as_what_they_are() -> None:
    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "something else"

    assert dump({"a": Text("on"), "b": [Text("x")]}) == 'a: "on"\nb:\n- x\n'
