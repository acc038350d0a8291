"""What holds for each schema as a text: complete for editors, closed, self-contained, the same to every engine."""

from __future__ import annotations

import json
import re
import re._constants as sre
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.documents import FOLDER, INVALID, SCHEMAS, VALID, read

from mlgitops.rules import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

Pointer = tuple[Any, ...]
KINDS = {"Project", "Environment", "ModelDeployment", "TrainingJob", "Evaluation", "Template"}
PORTABLE = {
    *(sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN, sre.RANGE, sre.NEGATE),
    *(sre.MAX_REPEAT, sre.SUBPATTERN, sre.BRANCH, sre.AT),
}
"""No classes like `\\d`, no look-around, references, lazy or possessive repetition: RE2 or ECMAScript differ there."""

MATCH = """
const [patterns, texts] = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(patterns.map(one => texts.map(text => new RegExp(one, "u").test(text)))));
"""

each = pytest.mark.parametrize("kind", SCHEMAS)


def nodes(schema: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Every subschema, and every list or mapping of them, with its pointer."""
    yield pointer, schema
    inner = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for key, value in inner:
        if key not in ("examples", "enum", "const", "required", "dependentRequired"):
            yield from nodes(value, (*pointer, key))


def subschemas(kind: str) -> list[tuple[Pointer, dict[str, Any]]]:
    return [(pointer, node) for pointer, node in nodes(SCHEMAS[kind]) if isinstance(node, dict)]


def patterns() -> list[str]:
    return sorted(
        {node["pattern"] for kind in SCHEMAS for _, node in subschemas(kind) if isinstance(node.get("pattern"), str)}
    )


def described(kind: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """The fields that people write: each with a title, nowhere inside a condition."""
    conditions = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
    rules = {"fixedRelease", "noInlineBinary", "placed"}
    for pointer, node in subschemas(kind):
        if not conditions & {*pointer} and not (pointer[:1] == ("$defs",) and rules & {*pointer}):
            for name, field in node.get("properties", {}).items() if pointer[-1:] != ("properties",) else ():
                yield (*pointer, name), field


def test_one_schema_for_each_kind() -> None:
    assert set(SCHEMAS) == KINDS


@each
def test_is_a_schema_of_2020_12_with_its_own_address(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[kind]["$id"] == f"https://mlgitops.dev/schemas/v1alpha1/{kind}.json"
    assert SCHEMAS[kind]["properties"]["kind"]["const"] == kind


@each
def test_every_field_explains_itself(kind: str) -> None:
    for pointer, field in described(kind):
        assert field["title"][0].isupper(), pointer
        assert field["description"].endswith("."), pointer
        assert field["examples"] or field.get("doNotSuggest"), pointer


@each
def test_examples_are_valid(kind: str) -> None:
    schema = SCHEMAS[kind]
    for pointer, field in [((), schema), *described(kind)]:
        part = {"$schema": schema["$schema"], "$defs": schema["$defs"], **field}
        for example in field["examples"]:
            assert [error.message for error in Draft202012Validator(part).iter_errors(example)] == [], pointer


@each
def test_mappings_are_closed(kind: str) -> None:
    for pointer, node in subschemas(kind):
        if node.get("type") == "object":
            closed = node.get("additionalProperties")
            free = {"hyperparameters"} & {*pointer} or pointer[-2:] == ("properties", "schema")
            assert closed is False or (isinstance(closed, dict) and (free or "propertyNames" in node)), pointer


@each
def test_refers_to_its_own_definitions_only_and_uses_all_of_them(kind: str) -> None:
    references = {node["$ref"] for _, node in subschemas(kind) if isinstance(node.get("$ref"), str)}
    assert references == {f"#/$defs/{name}" for name in SCHEMAS[kind]["$defs"]}


def test_shared_definitions_are_the_same_everywhere() -> None:
    for name in {name for schema in SCHEMAS.values() for name in schema["$defs"]}:
        texts = {kind: json.dumps(schema["$defs"][name]) for kind, schema in SCHEMAS.items() if name in schema["$defs"]}
        assert len(set(texts.values())) == 1, f"{name} differs between {', '.join(texts)}"


@each
def test_null_is_refused_everywhere(kind: str) -> None:
    reference = Draft202012Validator(SCHEMAS[kind])
    for path in VALID:
        if path.parent.name == kind:
            _, document = read(path)
            for pointer in places(document):
                assert not reference.is_valid(replaced(document, pointer, None)), pointer


def places(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    yield pointer
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*pointer, key))


def replaced(value: Any, pointer: Pointer, new: Any) -> Any:
    if not pointer:
        return new
    copy = value.copy()
    copy[pointer[0]] = replaced(value[pointer[0]], pointer[1:], new)
    return copy


@each
def test_messages_for_editors_stand_beside_the_one_keyword_that_they_speak_of(kind: str) -> None:
    for pointer, node in subschemas(kind):
        if "properties" in pointer[-1:]:
            continue
        if "pattern" in node and not {"if", "not", "anyOf"} & {*pointer}:
            assert "patternErrorMessage" in node or "errorMessage" in node, pointer
        # an editor shows the message of a schema also for its `type`
        assert not ("errorMessage" in node and "type" in node), pointer


@each
def test_rules_are_branches_at_the_top(kind: str) -> None:
    tagged = [pointer for pointer, node in subschemas(kind) if "x-rule" in node]
    assert all(len(pointer) == 2 and pointer[0] == "allOf" for pointer in tagged)
    ids = [SCHEMAS[kind]["allOf"][index]["x-rule"] for _, index in tagged]
    assert all(catalogue()[rule].schema and catalogue()[rule].severity == "error" for rule in ids)
    states = {"mutable-tag", "inline-binary", "missing-affinity"}
    assert set(ids) == (states if kind in ("ModelDeployment", "TrainingJob") else {"inline-binary"})


@each
def test_keywords_are_those_that_engines_agree_on(kind: str) -> None:
    for pointer, node in subschemas(kind):
        if pointer[-1:] not in (("properties",), ("$defs",), ("dependentSchemas",)):
            assert not {"multipleOf", "format", "unevaluatedProperties", "$dynamicRef", "contains"} & {*node}, pointer


@pytest.mark.parametrize("pattern", patterns())
def test_patterns_are_read_alike_by_every_engine(pattern: str) -> None:
    assert pattern.isascii() or pattern == "[\n\r\x85\u2028\u2029]"
    for operation, repeated in operations(re._parser.parse(pattern)):
        assert operation in PORTABLE, operation
        assert repeated <= 1000, "RE2 repeats at most 1,000 times, nested repetitions multiplied"


def operations(tree: Any, repeated: int = 1) -> Iterator[tuple[Any, int]]:
    """The operations of a pattern, each with how often bounded repetitions around it repeat it."""
    for operation, argument in tree:
        times = repeated
        if operation is sre.MAX_REPEAT and argument[1] is not sre.MAXREPEAT:
            times = repeated * argument[1]
        yield operation, times
        if operation is sre.SUBPATTERN:
            assert argument[1:3] == (0, 0), "flags"
        for part in argument if isinstance(argument, tuple | list) else ():
            if isinstance(part, re._parser.SubPattern):
                yield from operations(part, times)
            elif operation is sre.BRANCH and isinstance(part, list):
                for choice in part:
                    yield from operations(choice, times)
            elif operation is sre.IN:
                yield part[0], times


@each
def test_what_has_a_pattern_is_one_line(kind: str) -> None:
    """`$` matches before a final line break in some engines."""
    for pointer, node in subschemas(kind):
        if node.get("pattern", "").endswith("$") and not {"if", "then"} & {*pointer}:
            assert node["$ref"] == "#/$defs/oneLine", pointer


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_javascript_finds_what_python_finds() -> None:
    texts = sorted({text.rstrip() for path in VALID + INVALID for text in strings(read(path)[1])})
    command = [shutil.which("node") or "", "-e", MATCH]
    given = json.dumps([patterns(), texts])
    run = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[bool(re.search(pattern, text)) for text in texts] for pattern in patterns()]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(item)


def test_files_are_written_in_one_form() -> None:
    for path in FOLDER.glob("*.json"):
        assert path.read_bytes().isascii(), path.name
        assert path.read_text().endswith("}\n"), path.name
