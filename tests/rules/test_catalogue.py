from __future__ import annotations

from types import ModuleType

import pytest
from support.documents import SCHEMAS, completed, reference, schema_set

from mlgitops.core.yaml.read import locate
from mlgitops.rules import Rule, catalogue, collect

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
