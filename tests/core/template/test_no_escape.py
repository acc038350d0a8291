"""No value escapes its place: each way in which a template can hold a value, with every hostile string through it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from support.hostile import STRINGS, json_values, keys, texts
from support.readers import KUSTOMIZE_BREAKS, READERS, by_kustomize

from mlgitops.core.template.engine import Engine
from mlgitops.core.template.fuel import Fuel
from mlgitops.core.template.language import FILTER_NAMES, TEST_NAMES
from mlgitops.core.yaml.characters import KEY
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Way(NamedTuple):
    """One way to hold `v`.

    Attributes:
        source: A template file.
        expected: The object that it is to become.
        files: What it imports and includes.
    """

    source: str
    expected: Callable[[str], dict[str, Any]]
    files: dict[str, str] = {}  # noqa: RUF012 never changed


def a(expected: Callable[[str], Any]) -> Callable[[str], dict[str, Any]]:
    return lambda value: {"a": expected(value)}


def same(value: str) -> str:
    return value


ECHO = "{% macro echo(x) %}{{ x }}{% endmacro %}\n"
TWICE = "{% macro twice(x) %}{{ echo(x) }}/{{ echo(x) }}{% endmacro %}\n"
PAIRS = "a:\n{% for k, x in {'b': v} | items %}\n  {{ k }}: {{ x }}\n{% endfor %}"
LOOP = "a:\n{% for x in [v] %}\n- {{ loop.index }}{{ x }}{{ loop.last }}\n{% endfor %}"
NUMBERS = "[3, 1] | min + [3, 1] | max + 2.5 | round + '4' | int + '1.5' | float + -2 | abs"
KINDS = "[1 is integer, 1.5 is float, 1 is number, v is string, v is defined, w is undefined, true is boolean]"
CONTAINERS = "[[] is list, {} is mapping]"
BLOCK = "{% macro block(x) %}\nb: {{ x }}\nc:\n  - {{ x }}\n{% endmacro %}\n"

PLACES = {
    "whole value": Way("a: {{ v }}", a(same)),
    "list item": Way("a:\n- {{ v }}\n-   {{ v }}", a(lambda v: [v, v])),
    "flow list": Way("a: [{{ v }}, {{ v }},1]", a(lambda v: [v, v, 1])),
    "flow mapping": Way("a: {b: {{ v }} , c: 1}", a(lambda v: {"b": v, "c": 1})),
    "before a comment": Way("a: {{ v }} # {{ v }}\nb: 1", lambda v: {"a": v, "b": 1}),
    "in a comment": Way("# {{ v }}\na: 1", a(lambda _: 1)),
    "several lines": Way("a:\n    {{ v }}\nb: 1", lambda v: {"a": v, "b": 1}),
    "double quotes": Way('a: "{{ v }}"\nb: "x {{ v }}\\n{{ v }}"', lambda v: {"a": v, "b": f"x {v}\n{v}"}),
    "single quotes": Way("a: '{{ v }}'\nb: 'it''s {{ v }}'", lambda v: {"a": v, "b": f"it's {v}"}),
    "plain text": Way("a: x{{ v }}y", a(lambda v: f"x{v}y")),
    "two in one": Way("a: {{ v }}{{ v }}", a(lambda v: v + v)),
    "address": Way("a: s3://{{ v }}/{{ v }}:{{ v }}", a(lambda v: f"s3://{v}/{v}:{v}")),
    "literal block": Way("a: |\n  x {{ v }}\n  {{ v }}\n", a(lambda v: f"x {v}\n{v}\n")),
    "stripped block": Way("a: |-\n  {{ v }}", a(same)),
    "folded block": Way("a: >-\n  x\n  {{ v }}\n  y", a(lambda v: f"x {v} y")),
    "next to a key": Way("a: 1\nb: {{ v }}\nc: 2", lambda v: {"a": 1, "b": v, "c": 2}),
    "second document": Way("---\na: {{ v }}\n---\n", a(same)),
    "whole document": Way('{{ {"a": v} }}', a(same)),
}
STATEMENTS = {
    "if": Way("{% if v == v %}a: {{ v }}{% endif %}", a(same)),
    "else": Way("{% if not true %}\n{% elif false %}\n{% else %}\na: {{ v }}\n{% endif %}", a(same)),
    "loop": Way("a:\n{% for x in [v, v] %}\n- {{ x }}\n{% endfor %}", a(lambda v: [v, v])),
    "loop with a condition": Way("a:\n{% for x in [v, 1] if x == v %}\n- {{ x }}\n{% endfor %}", a(lambda v: [v])),
    "loop over pairs": Way(PAIRS, a(lambda v: {"b": v})),
    "loop that makes no turn": Way("a:\n{% for x in [] %}\n- {{ v }}\n{% endfor %}\nb: {{ v }}", lambda v: {"b": v}),
    "loop's own values": Way(LOOP, a(lambda v: [f"1{v}true"])),
    "set": Way("{% set x = v %}\na: {{ x }}", a(same)),
    "macro": Way(ECHO + "a: {{ echo(v) }}", a(same)),
    "macro by keyword": Way(ECHO + "a: {{ echo(x=v) }}", a(same)),
    "macro of a macro": Way(ECHO + TWICE + "a: {{ twice(v) }}", a(lambda v: f"{v}/{v}")),
    "macro in quotes": Way(ECHO + "a: '{{ echo(v) }}'", a(same)),
    "macro of lines": Way(BLOCK + "a:\n  {{ block(v) | indent(2) }}", a(lambda v: {"b": v, "c": [v]})),
    "macro of lines, first too": Way(BLOCK + "a:\n{{ block(v) | indent(4, true) }}", a(lambda v: {"b": v, "c": [v]})),
    "macro that reads the context": Way("{% macro m() %}{{ v }}{% endmacro %}\na: {{ m() }}", a(same)),
    "import": Way("{% import '_m' as m %}\na: {{ m.echo(v) }}", a(same), {"_m": ECHO}),
    "from import": Way("{% from '_m' import echo as e %}\na: {{ e(v) }}", a(same), {"_m": ECHO}),
    "include": Way("{% include '_i' %}", a(same), {"_i": "a: {{ v }}\n"}),
    "raw": Way("{% raw %}\na: '{{ v }}'\n{% endraw %}\nb: {{ v }}", lambda v: {"a": "{{ v }}", "b": v}),
}  # fmt: skip
EXPRESSIONS = {
    "~": ("v ~ 1 ~ v ~ true", lambda v: f"{v}1{v}true"),
    "+": ("v + v", lambda v: v + v),
    "+ of lists": ("[v] + [v]", lambda v: [v, v]),
    "arithmetic": ("-(7 - 2) * 3 // 2 % 5 + 8 / 2", lambda _: -8 % 5 + 4.0),
    "==": ("v == v", lambda _: True),
    "!=": ("v != v ~ 'x'", lambda _: True),
    "<": ("v < v ~ 'x'", lambda _: True),
    "<=": ("v <= v", lambda _: True),
    ">": ("v > v ~ 'x'", lambda _: False),
    ">=": ("v >= v", lambda _: True),
    "in a list": ("v in [1, v]", lambda _: True),
    "in a mapping": ("v in {v: 1}", lambda _: True),
    "in a string": ("v in 'x' ~ v ~ 'y'", lambda _: True),
    "not in": ("v not in []", lambda _: True),
    "and, or, not": ("(v or 'x') and v", lambda v: v or ""),
    "condition": ("v if true else 1", same),
    "list": ("[v, [v]]", lambda v: [v, [v]]),
    "mapping": ("{'b': v, 'c': {'d': v}}", lambda v: {"b": v, "c": {"d": v}}),
    "key": ("{'b': v}.b", same),
    "key by index": ("{v: v}[v]", same),
    "item": ("[1, v][1]", same),
    "last item": ("[1, v][-1]", same),
    "range": ("range(2) + range(2, 4)", lambda _: [0, 1, 2, 3]),
    "default": ("nothing | default(v)", same),
    "default not taken": ("v | default('x')", same),
    "optional": ("[v] | optional", lambda v: [v]),
    "string": ("v | string", same),
    "trim": ("v | trim", lambda v: v.strip()),
    "upper": ("v | upper", lambda v: v.upper()),
    "lower": ("v | lower", lambda v: v.lower()),
    "replace": ("'x-x' | replace('x', v)", lambda v: f"{v}-{v}"),
    "replace in it": ("v | replace('~', v)", lambda v: v.replace("~", v)),
    "join": ("[v, 1, v] | join(v)", lambda v: f"{v}{v}1{v}{v}"),
    "split": ("('x/' ~ v) | split('/', 1)", lambda v: ["x", v]),
    "first": ("[v, 1] | first", same),
    "last": ("[1, v] | last", same),
    "length": ("v | length", len),
    "sort": ("['b', 'a', v] | sort", lambda v: sorted(["b", "a", v])),
    "unique": ("[v, 1, v] | unique", lambda v: [v, 1]),
    "items": ("{v: v} | items", lambda v: [[v, v]]),
    "keys": ("{v: 1} | keys", lambda v: [v]),
    "merge": ("{'b': 1} | merge({'b': v})", lambda v: {"b": v}),
    "numbers": (NUMBERS, lambda _: 1 + 3 + 2 + 4 + 1.5 + 2),
    "quantities": ("'1Ki' | bytes ~ '1024Mi' | quantity", lambda _: "10241Gi"),
    "kinds": (KINDS, lambda _: [True] * 7),
    "containers": (CONTAINERS, lambda _: [True] * 2),
}  # fmt: skip
WAYS = (
    PLACES
    | STATEMENTS
    | {name: Way(f"a: {{{{ {source} }}}}", a(expected)) for name, (source, expected) in EXPRESSIONS.items()}
)
"""Name of each way to the way; `fail` and an empty `optional` leave no value behind and are in `test_language`."""

ways = pytest.mark.parametrize("name", WAYS)


def engine(way: Way) -> Engine:
    return Engine("templates/t/v1", {"a.yaml.j2": way.source, **way.files})


def hydrate(made: Engine, value: Any) -> dict[str, Any]:
    (document,) = made.hydrate("a.yaml.j2", {"v": value}, Fuel())
    return document


@ways
def test_a_hostile_string_stays_in_its_place(name: str) -> None:
    made = engine(WAYS[name])
    for text in STRINGS:
        assert hydrate(made, text) == WAYS[name].expected(text), ascii(text)


@given(text=texts())
def test_a_drawn_string_stays_in_every_place(text: str) -> None:
    for name, way in WAYS.items():
        assert hydrate(ENGINES[name], text) == way.expected(text), name


ENGINES = {name: engine(way) for name, way in WAYS.items()}


@given(value=json_values())
def test_any_value_is_inserted_as_it_is(value: Any) -> None:
    for name in ("whole value", "next to a key", "macro", "include", "loop", "set"):
        expected = WAYS[name].expected(value)
        made = hydrate(ENGINES[name], value)
        assert dump(made) == dump(expected), name


@given(text=keys())
def test_a_key_stays_a_key(text: str) -> None:
    for source, expected in (
        ("{{ v }}: 1", {text: 1}),
        ("? {{ v }}\n: 1", {text: 1}),
        ("'{{ v }}': 1", {text: 1}),
        ("a{{ v }}: {{ v }}", {"a" + text: text}),
        ("{{ {v: 1} }}", {text: 1}),
    ):
        assert hydrate(engine(Way(source, lambda _: {})), text) == expected


def test_a_key_that_no_reader_takes_is_refused_when_it_is_written() -> None:
    made = engine(Way("{{ v }}: 1", lambda _: {}))
    for text in (text for text in STRINGS if KEY.search(text)):
        with pytest.raises(InputError, match="stands in a key"):
            dump(hydrate(made, text))


def test_what_is_emitted_reads_back_in_yaml_1_1_and_1_2() -> None:
    for text in STRINGS:
        made = {name: hydrate(ENGINES[name], text) for name in PLACES}
        written = dump(made)
        for reader in READERS:
            assert reader(written) == made, ascii(text)


def test_what_is_emitted_reads_back_through_kustomize(tmp_path: Path) -> None:
    specs = {}
    for number, text in enumerate(text for text in STRINGS if not KUSTOMIZE_BREAKS.search(text)):
        names = PLACES if KEY.search(text) else WAYS
        specs[f"text{number}"] = {f"way{index}": hydrate(ENGINES[name], text) for index, name in enumerate(names)}
    head = {"apiVersion": "acme.dev/v1", "kind": "Example"}
    manifests = [dump({**head, "metadata": {"name": name}, "spec": spec}) for name, spec in specs.items()]
    read = by_kustomize(tmp_path, (manifest.encode() for manifest in manifests))
    assert {name: document["spec"] for (_, name), document in read.items()} == specs


def test_every_filter_test_and_operator_is_one_of_the_ways() -> None:
    sources = " ".join(way.source for way in WAYS.values())
    used = set(re.findall(r"\| ?([a-z]+)", sources)) | {"fail"}
    assert used == set(FILTER_NAMES)
    assert set(re.findall(r" is ([a-z]+)", sources)) == set(TEST_NAMES)
    for operator in ("~", "+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"):
        assert f" {operator} " in sources
