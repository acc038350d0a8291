from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from support.documents import FOLDER, MINIMAL, SCHEMAS, schema_set

from mlgitops.core.parameters import Parameters
from mlgitops.core.schema import SchemaSet, compiled, narrowed
from mlgitops.core.yaml.read import load, locate
from mlgitops.errors import InputError
from mlgitops.rules import catalogue

STATES = ("ModelDeployment", "TrainingJob")
EITHER = "here it can be `ModelDeployment` or `TrainingJob`"
VERSION = "apiVersion: mlgitops.dev/v1alpha1\n"


def said(kinds: str | tuple[str, ...], text: str) -> list[str]:
    document = load(text.encode(), "state.yaml")
    found = schema_set().findings(kinds, document, "state.yaml", lambda: locate(text.encode(), "state.yaml"))
    return [f"{one.line}:{one.column} {one.message} {one.mend}" for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("just text", ['1:1 expected a document with `apiVersion`, `kind` and `metadata`, got the string "just text"']),
        ("[a]", ["1:1 expected a document with `apiVersion`, `kind` and `metadata`, got a list"]),
        ("metadata: {name: x}", ["1:1 `apiVersion` is required", "1:1 `kind` is required"]),
        (VERSION + "kind:", ["1:1 `kind` is required"]),
        (VERSION + "kind: 5", ["2:7 `kind` is 5; here it can be `ModelDeployment` or `TrainingJob`"]),
        (VERSION + "kind: [ModelDeployment]", ['2:7 `kind` is ["ModelDeployment"]; here it can be']),
        (
            VERSION + "kind: TraningJob",
            [f'2:7 `kind` is "TraningJob"; {EITHER} Write `kind: TrainingJob`.'],
        ),
        (
            VERSION + "kind: Environment",
            [f'2:7 `kind` is "Environment"; {EITHER} Choose one of them, or move the file where it belongs.'],
        ),
        (
            "apiVersion: v1\nkind: ModelDeployment",
            ['1:13 `apiVersion` is "v1"; here it can be `mlgitops.dev/v1alpha1` Write `apiVersion'],
        ),
    ],
)
def test_without_a_known_kind_nothing_else_is_judged(text: str, expected: list[str]) -> None:
    found = said(STATES, text)
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


def test_of_several_kinds_the_document_chooses() -> None:
    text = VERSION + (
        "kind: TrainingJob\nmetadata: {name: a}\nrelease: {version: '1', template: job/v1, image: 'a:1', model: {}}\n"
        "deploy: {placement: {nodePools: [a]}}\n"
    )
    (found,) = said(STATES, text)
    assert found.startswith("4:57 unknown field `model` in `release`")
    (wrong,) = said("ModelDeployment", text)
    assert wrong.startswith('2:7 `kind` is "TrainingJob"; here it can be `ModelDeployment`')


def test_a_schema_is_asked_for_when_its_kind_is_first_judged() -> None:
    asked = []

    class Shelf(dict[str, Any]):
        def __getitem__(self, kind: str) -> Any:
            asked.append(kind)
            return super().__getitem__(kind)

    schemas = SchemaSet(Shelf(SCHEMAS), catalogue)
    assert asked == []
    assert schemas.accepts("ModelDeployment", MINIMAL)
    assert schemas.accepts("ModelDeployment", MINIMAL)
    assert asked == ["ModelDeployment"]


WRAPPED = ("A" * 60 + "\n") * 8
BINARIES = (
    "data:;base64,AAAA",
    " dAtA:image/png,x",
    "see data:text/plain;base64,QQ==",
    "A" * 512,
    "x=" + "A" * 512,
    WRAPPED,
)
TEXTS = ("", "data", "a database: none", "A" * 487, "A" * 488, "A" * 511, WRAPPED[:-1], "word " * 200, "metadata: x")


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
@pytest.mark.parametrize("text", [*BINARIES, *TEXTS])
def test_what_is_compiled_first_accepts_no_more_than_the_schema(kind: str, text: str) -> None:
    definitions = SCHEMAS[kind]["$defs"]
    held = {"$defs": definitions, "$ref": "#/$defs/noInlineBinary"}
    exact, narrow = compiled(held), compiled(narrowed(held))
    for value in (text, [text], {"a": {"b": text}}):
        assert exact(value) is (text not in BINARIES)
        assert exact(value) or not narrow(value)


@pytest.mark.parametrize(("note", "expected"), [("short", 1), ("long " * 100, 2)])
def test_the_whole_schema_is_compiled_only_where_a_text_may_be_a_binary(note: str, expected: int) -> None:
    asked = []

    class Shelf(dict[str, Any]):
        def __getitem__(self, kind: str) -> Any:
            asked.append(kind)
            return super().__getitem__(kind)

    schemas = SchemaSet(Shelf(SCHEMAS), catalogue)
    document = MINIMAL | {"release": MINIMAL["release"] | {"values": {"note": note}}}
    assert schemas.accepts("ModelDeployment", document)
    assert schemas.accepts("ModelDeployment", document)
    assert len(asked) == expected


def test_the_reference_implementation_is_loaded_to_explain_only() -> None:
    program = (
        "import json, sys; from mlgitops.core.schema import SchemaSet; from mlgitops.rules import catalogue\n"
        f"schema = json.load(open({str(FOLDER / 'ModelDeployment.json')!r}))\n"
        "schemas = SchemaSet({'ModelDeployment': schema}, catalogue)\n"
        f"document = json.loads({json.dumps(MINIMAL)!r})\n"
        "class Places:\n def of(self, pointer, key=False): return (1, 1)\n"
        "heavy = {'jsonschema', 'yaml', 'difflib', 'mlgitops.rules.mutable_tag'}\n"
        "assert schemas.accepts('ModelDeployment', document) and not heavy & {*sys.modules}\n"
        "document['release']['image'] = 'nginx'\n"
        "print(schemas.findings('ModelDeployment', document, 'x', Places)[0].rule, 'jsonschema' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "mutable-tag True\n"


def test_messages_show_nothing_that_moves_the_cursor_or_is_long() -> None:
    document = MINIMAL | {"metadata": {"name": "\x1b[31m\u202e" + "x" * 10_000, "\x1b]0;": 1}}
    found = schema_set().findings("ModelDeployment", document, "state.yaml", lambda: locate(b"a: b", "state.yaml"))
    assert len(found) == 2
    assert all((one.message + one.mend).isprintable() and len(one.message) < 200 for one in found)


def faults(
    schemas: dict[str, Any], values: dict[str, Any], *required: str
) -> list[tuple[str, tuple[Any, ...], str, str]]:
    found = Parameters(schemas, set(required)).faults(values, ("release", "values"))
    return [(one.rule, one.pointer, one.message, one.mend) for one in found]


BATCH = {"maxBatchSize": {"type": "integer", "minimum": 1}, "mode": {"enum": ["fast", "exact"]}}


def test_parameters_that_fit_have_no_faults() -> None:
    assert faults(BATCH, {"maxBatchSize": 4}) == []
    assert faults({}, {}) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"maxBatchsize": 4, "mode": "fast"},
            [
                (
                    "unknown-parameter",
                    ("release", "values", "maxBatchsize"),
                    "unknown field `maxBatchsize` in `release.values`; did you mean `maxBatchSize`?",
                    "Rename it to `maxBatchSize`.",
                )
            ],
        ),
        (
            {"maxBatchSize": 1},
            [
                (
                    "missing-parameter",
                    ("release", "values"),
                    "`release.values.mode` is required",
                    "Add it to `release.values`.",
                )
            ],
        ),
        (
            {"mode": "fats", "maxBatchSize": 0},
            [
                (
                    "invalid-parameter",
                    ("release", "values", "maxBatchSize"),
                    "`release.values.maxBatchSize` is 0",
                    "Write a number of at least 1.",
                ),
                (
                    "invalid-parameter",
                    ("release", "values", "mode"),
                    '`release.values.mode` is "fats"; allowed are `fast`, `exact`',
                    "Write `fast`.",
                ),
            ],
        ),
    ],
)
def test_parameters_that_do_not_fit(
    values: dict[str, Any], expected: list[tuple[str, tuple[Any, ...], str, str]]
) -> None:
    assert sorted(faults(BATCH, values, "mode")) == expected


@pytest.mark.parametrize(
    ("schema", "value", "message", "mend"),
    [
        ({"type": "boolean"}, "yes", 'expected true or false, got the string "yes"', "Write true, without quotes."),
        ({"type": ["string", "array"]}, 7, "expected a string or a list, got the integer 7", 'Put it in quotes: "7".'),
        (
            {"anyOf": [{"type": "string"}, {"type": "array"}]},
            7,
            "expected a string or a list, got the integer 7",
            "Put",
        ),
        (
            {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            {},
            "`v` needs `a` or `b`",
            "Add `a` or `b`.",
        ),
        (
            {
                "anyOf": [
                    {"type": "string", "maxLength": 3},
                    {"type": "object", "properties": {"a": {"type": "string"}}},
                ]
            },
            {"a": 1},
            "`v.a`: expected a string, got the integer 1",
            'Put it in quotes: "1".',
        ),
        ({"const": ["a"]}, "b", '`v` is "b"; allowed is `["a"]`', 'Write `["a"]`.'),
        ({"enum": [1, "two"]}, 3, "`v` is 3; allowed are `1`, `two`", "Choose one of them."),
        ({"multipleOf": 8}, 12, "`v` is 12", "Write a multiple of 8."),
        ({"exclusiveMaximum": 1}, 1, "`v` is 1", "Write a number less than 1."),
        ({"maxItems": 1}, [1, 2], "`v` holds 2 items", "Write at most 1 items."),
        ({"minLength": 3}, "a", "`v` is 1 character long", "Write at least 3 characters."),
        ({"pattern": "^a$"}, "b", '`v` cannot be "b"', "Write what matches `^a$`."),
        ({"not": {"type": "string"}}, "b", '`v` is "b", against `not: {"type": "string"}` of its schema', "Change it."),
        ({"contains": {"const": 1}}, [2], '`v` is [2], against `contains: {"const": 1}` of its schema', "Change it."),
        ({"properties": {"a": False}}, {"a": 1}, "`v` cannot hold 1", "Remove it."),
        (
            {"dependentRequired": {"a": ["b"]}, "properties": {"b": {"examples": [2]}}},
            {"a": 1},
            "`v.b` is required beside what is set",
            "Add it to `v`, for example `b: 2`.",
        ),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, '"ab" cannot be a key of `v`', "Choose another name."),
    ],
)
def test_any_schema_is_explained(schema: dict[str, Any], value: Any, message: str, mend: str) -> None:
    ((_, pointer, says, mends),) = [
        (one.rule, one.pointer, one.message, one.mend)
        for one in Parameters({"v": schema}, set()).faults({"v": value}, ())
    ]
    assert pointer[0] == "v"
    assert message in says
    assert mends.startswith(mend)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "text"}, "the schema of the parameter `broken`: its `(type|pattern)` cannot be"),
        ({"pattern": "("}, "the schema of the parameter `broken`: its `(type|pattern)` cannot be"),
        ({"pattern": "(?=a)b"}, "the schema of the parameter `broken`: its `(type|pattern)` cannot be"),
        ({"$ref": "https://example.org/schema.json"}, "`\\$ref` is not taken"),
        ({"items": {"allOf": [{"$ref": "#/$defs/a"}]}, "$defs": {"a": {}}}, "`\\$ref` is not taken"),
        ({"properties": {"a": {"$dynamicRef": "#a"}}}, "`\\$dynamicRef` is not taken"),
        ({"patternProperties": {"^(a+)+$": {}}}, "`patternProperties` is not taken"),
        ({"not": {"unevaluatedProperties": False}}, "`unevaluatedProperties` is not taken"),
    ],
)
def test_a_schema_that_is_none_or_could_take_for_ever_is_refused(schema: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Parameters({"fine": {"type": "string"}, "broken": schema}, set())


def test_a_keyword_as_a_name_or_as_data_is_none() -> None:
    schema = {"properties": {"$ref": {"const": {"patternProperties": 1}}}, "examples": [{"$ref": "#"}]}
    assert faults({"odd": schema}, {"odd": {"$ref": {"patternProperties": 1}}}) == []


def test_a_pattern_takes_no_longer_to_explain_than_to_judge() -> None:
    ((rule, _, message, _),) = faults({"slow": {"pattern": "^(a+)+$"}}, {"slow": "a" * 60 + "!"})
    assert rule == "invalid-parameter"
    assert "aaaa" in message


STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
CHOICES = [f"some-long-value-{number}" for number in range(5000)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (STRINGS, [1] * 20_000),
        ({"type": "array", "items": {"enum": CHOICES}}, [f"some-long-valeu-{number}" for number in range(5000)]),
        ({"type": "array", "items": {"allOf": [{"type": "integer"}] * 500}}, [*range(4000), "x"]),
        pytest.param({"anyOf": [STRINGS] * 100}, [1] * 5000, marks=pytest.mark.long),
        ({"type": "array", "uniqueItems": True, "maxItems": 3}, [{"a": number} for number in range(20_000)]),
        ({"type": "object", "additionalProperties": False}, {f"k{number}": 1 for number in range(20_000)}),
    ],
)
def test_much_that_is_wrong_is_told_in_part(schema: dict[str, Any], value: Any) -> None:
    begun = time.process_time()
    found = list(Parameters({"v": schema}, set()).faults({"v": value}, ()))
    assert 1 <= len(found) <= 101
    assert sum(len(one.message) + len(one.mend) for one in found) < 200_000
    assert time.process_time() - begun < 10


def test_items_that_are_equal_are_told() -> None:
    unique = {"type": "array", "uniqueItems": True}
    for items in ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], [1, 1.0]):
        assert [one.rule for one in Parameters({"v": unique}, set()).faults({"v": items}, ())] == ["invalid-parameter"]


def test_formats_are_not_judged() -> None:
    assert compiled({"type": "string", "format": "date"})("no date")
