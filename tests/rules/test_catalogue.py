from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from support.documents import SCHEMAS, completed, reference, schema_set

from mlgitops.core.yaml.read import locate
from mlgitops.output.rule_index import index
from mlgitops.rules import Catalogue, Rule, catalogue, collect, judging
from mlgitops.rules._judged import JUDGED

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "mlgitops"
RULES = [rule for rule in catalogue().values() if rule.schema]


@pytest.mark.parametrize(
    ("rule", "blocks"),
    [pytest.param(rule, bad, id=f"{rule.id}-{i}") for rule in RULES for i, bad in enumerate(rule.bad)],
)
def test_bad_examples_break_this_rule_alone(rule: Rule, blocks: str) -> None:
    document = completed(blocks)
    findings = schema_set().findings(
        "ModelDeployment", document, "state.yaml", lambda: locate(blocks.encode(), "state.yaml")
    )
    assert [found.rule for found in findings] == [rule.id]
    assert not reference("ModelDeployment").is_valid(document)


@pytest.mark.parametrize(
    "blocks", [pytest.param(good, id=f"{rule.id}-{i}") for rule in RULES for i, good in enumerate(rule.good)]
)
def test_good_examples_are_valid(blocks: str) -> None:
    assert schema_set().accepts("ModelDeployment", completed(blocks))
    assert reference("ModelDeployment").is_valid(completed(blocks))


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.id)
def test_texts_are_complete(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert rule.bad
    assert rule.good


def test_each_rule_named_by_a_schema_exists_and_each_schema_rule_is_named() -> None:
    named = {branch["x-rule"] for schema in SCHEMAS.values() for branch in schema["allOf"] if "x-rule" in branch}
    assert named | {"invalid-document"} == {rule.id for rule in RULES}


def module(name: str, rule: object) -> ModuleType:
    made = ModuleType(f"rules.{name}")
    vars(made)["RULE"] = rule
    return made


def rule(name: str) -> Rule:
    return Rule(id=name, title="t", severity="error", why="w.", mend="m.", bad=("b",), good=("g",))


def test_rules_are_found_by_their_ids() -> None:
    assert list(collect([module("a_b", rule("a-b")), module("c", rule("c"))])) == ["a-b", "c"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ([module("a", rule("a")), module("a", rule("a"))], "two rules are called a"),
        ([module("a", rule("b"))], "the rule b stands in rules.a"),
        ([module("a", None)], "rules.a has no RULE"),
    ],
)
def test_a_rule_missing_misplaced_or_doubled_is_refused(modules: list[ModuleType], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        collect(modules)


def emitted() -> Iterator[tuple[str, str]]:
    """Ids of rules that the program's own code writes into findings and faults, each with where it does."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for value in _ids(node):
                for part in ast.walk(value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                        yield part.value, f"{path.relative_to(PACKAGE)}:{value.lineno}"


def _ids(node: ast.AST) -> Iterator[ast.expr]:
    """What stands where an id of a rule is said: as an argument, under the name `rule`, or as a schema's ordinary."""
    if isinstance(node, ast.Call):
        place = {"Fault": 0, "Finding": 3, "from_error": 0, "_invalid": 1}.get(
            ast.unparse(node.func).rpartition(".")[2]
        )
        yield from node.args[place : place + 1] if place is not None else ()
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "rule")
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("rule", "RULE", "ORDINARY"):
        yield from [node.value] if isinstance(node.value, ast.Constant) else []


def test_every_rule_that_the_program_tells_of_has_its_file() -> None:
    found = dict(emitted())
    assert {"invalid-document", "invalid-manifest", "unknown-parameter", "misnamed-template", "invalid-yaml"} <= set(
        found
    )
    assert {name: where for name, where in found.items() if name not in catalogue()} == {}


def test_every_rule_is_told_by_something() -> None:
    by_schema = {rule.id for rule in RULES}
    by_check = set(catalogue().checked)
    assert set(catalogue()) == by_schema | by_check | {name for name, _ in emitted()}


def test_texts_are_loaded_when_something_is_told_of_them() -> None:
    rules = catalogue()
    assert "stale-manifest" in rules
    assert "stale-manifest" not in rules.checked
    assert rules["stale-manifest"].check is None
    assert all(rule.check or rule.manifests for rule in rules.checked.values()), "what has no check belongs in `texts`"
    assert not any(rule.check or rule.manifests for name, rule in rules.items() if name not in rules.checked)
    with pytest.raises(KeyError):
        rules["stale"]


def test_the_index_says_what_each_rule_judges() -> None:
    written = (PACKAGE / "rules/_judged.py").read_text(encoding="utf-8")
    assert written == index(catalogue().checked.values()), "run `python scripts/write_rule_pages.py`"


@pytest.mark.parametrize("judged", ["state", "manifest", "environment", "repository"])
def test_rules_are_found_by_what_they_judge(judged: str) -> None:
    rules = catalogue()
    expected = [rule for rule in rules.checked.values() if rule.checks(judged)]
    assert expected
    assert judging(rules, judged) == expected
    assert [rule for rule in judging(dict(rules), judged) if rule.checks(judged)] == expected


def test_rules_that_the_index_does_not_know_are_asked_whatever_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Catalogue({"unpinned-code": "unpinned_code"})
    assert judging(known, "environment") == []
    other = known["unpinned-code"]._replace(id="acme-code")
    joined = known.joined({"acme-code": other})
    assert list(joined) == ["acme-code", "unpinned-code"]
    assert "acme-code" in joined
    assert len(joined) == len(list(joined))
    assert judging(joined, "environment") == [other]
    assert judging(joined, "state") == [other, joined["unpinned-code"]]
    monkeypatch.delitem(JUDGED, "unpinned-code")
    assert judging(joined, "environment") == [other, joined["unpinned-code"]]
