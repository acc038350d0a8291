"""Each rule is alive: break its check in any one place, and one of its own examples tells.

A check is broken by giving nothing, by giving everything, and by each comparison and boolean in its module turned
round, one at a time. A change that no example tells is listed in `EQUAL` with the reason, or is a test that is missing.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from support.examples import Example, examples, findings

from mlgitops.core.finding import Fault, Finding
from mlgitops.rules import Rule, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.long

CHECKED = [rule for rule in catalogue().values() if rule.check or rule.manifests]

_ALONE = "what the state hydrates to has the fault too; test_states_alone.py judges states without their manifests"
EQUAL: dict[str, str] = {"missing-toleration:check:nothing": _ALONE, "unschedulable:check:nothing": _ALONE}
"""Changes, as `rule:line:change`, that no input could tell from the original, and why."""

_TURNED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


class _Turn(ast.NodeTransformer):
    """Turns the `at`-th comparison, `and`, `or` or `not` round."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = -1
        self.what = ""

    def _due(self, node: ast.expr, what: str) -> bool:
        self.seen += 1
        if self.seen == self.at:
            self.what = f"{node.lineno}:{what}"
        return self.seen == self.at

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for index, operator in enumerate(node.ops):
            if self._due(node, type(operator).__name__):
                node.ops[index] = _TURNED[type(operator)]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._due(node, type(node.op).__name__):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._due(node, "Not"):
            return node.operand
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            return node
        self.generic_visit(node)
        return node


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with its check broken in one place, and where."""
    module = importlib.import_module(f"mlgitops.rules.{rule.id.replace('-', '_')}")
    source = inspect.getsource(module)
    at = 0
    while True:
        turn = _Turn(at)
        tree = ast.fix_missing_locations(turn.visit(ast.parse(source)))
        if not turn.what:
            break
        broken = ModuleType(module.__name__)
        exec(compile(tree, module.__file__ or "", "exec"), vars(broken))
        yield turn.what, vars(broken)["RULE"]
        at += 1
    for field in ("check", "manifests"):
        if getattr(rule, field):
            yield f"{field}:nothing", dataclasses.replace(rule, **{field: lambda _: iter(())})
            everything = _everything(rule.judges if field == "check" else "manifest")
            yield f"{field}:everything", dataclasses.replace(rule, **{field: everything})


def _everything(judged: str) -> Callable[[Any], Iterator[Any]]:
    if judged == "repository":
        return lambda _: iter([Finding("mlgitops.yaml", 0, 0, "", "error", "m", "m")])
    return lambda _: iter([Fault("", (), "m", "m")])


def told(mutant: Rule, own: list[Example]) -> bool:
    """Whether an example gives something else than it should."""
    rules = {**catalogue(), mutant.id: mutant}
    for example in own:
        try:
            found = {finding.rule for finding in findings(example, lambda: rules)}
        except Exception:  # noqa: BLE001 a broken check may do anything
            return True
        if (mutant.id in found) != example.bad:
            return True
    return False


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.id)
def test_examples_tell_each_change_of_a_check(rule: Rule) -> None:
    own = [
        example
        for example in examples()
        if example.rule.id == rule.id and (example.kind == "manifest" or not rule.schema)
    ]
    survived = [what for what, mutant in mutants(rule) if not told(mutant, own)]
    unexplained = [what for what in survived if f"{rule.id}:{what}" not in EQUAL]
    assert unexplained == []
