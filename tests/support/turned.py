"""A module with one comparison, `and`, `or` or `not` turned round: a mutant that some test should tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TURNED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


class Mutant(NamedTuple):
    """A changed module.

    Attributes:
        what: Line and kind of the change.
        tree: The module.
    """

    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Each module that differs from `source` in one such place; what stands under TYPE_CHECKING is left alone."""
    at = 0
    while True:
        turn = _Turn(at)
        tree = ast.fix_missing_locations(turn.visit(ast.parse(source)))
        if not turn.what:
            return
        yield Mutant(turn.what, tree)
        at += 1


class _Turn(ast.NodeTransformer):
    """Turns the `at`-th place round."""

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
