"""What a checked template is rewritten to before it is compiled.

Every output expression is wrapped in a filter that keeps the value and leaves a marker; lists, mappings, loops,
comparisons and `~` in filters that check and count; and each body that can run often begins by paying for itself.
The filters take the context, so Jinja2 folds nothing that they touch while compiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from mlgitops.core.template.language import children
from mlgitops.core.template.slots import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SLOT = "mlgitops slot"
TURNS = "mlgitops turns"
CONCATENATE = "mlgitops concatenate"
COMPARE = "mlgitops compare"
PLAIN = "mlgitops plain"
SPEND = "mlgitops spend"
"""Names of the filters that are put in; no template can spell them."""

_SYMBOLS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}
_LONGEST_SHOWN = 200
_NODES_A_STEP = 16
_CHARACTERS_A_STEP = 256


def expressions(tokens: Iterable[tuple[int, str, str]]) -> list[tuple[int, str]]:
    """Line and text of each output expression of a template file, in their order.

    Args:
        tokens: Line, kind and text of its tokens.
    """
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    line = 0
    for number, kind, text in tokens:
        if kind == "variable_begin":
            parts, line = [], number
        elif kind == "variable_end":
            found.append((line, _shortened("".join(parts).strip())))
        else:
            parts.append(text)
    return found


def _shortened(expression: str) -> str:
    return expression if len(expression) <= _LONGEST_SHOWN else f"{expression[:_LONGEST_SHOWN]}…"


class Rewriting:
    """Rewrites the tree of one file in place.

    Args:
        outputs: Line and text of its output expressions, in their order.
        path: Repository-relative path of the file, for the sites.
        sites: Where the sites of all files of a template are collected; an output's number is its index.
    """

    def __init__(self, outputs: list[tuple[int, str]], path: str, sites: list[Site]) -> None:
        self._outputs = iter(outputs)
        self._path = path
        self._sites = sites

    def run(self, tree: nodes.Template) -> None:
        """Rewrite `tree`, which is part of the language."""
        self._children(tree)
        tree.body.insert(0, _spend(tree, tree.body))

    def _children(self, node: nodes.Node) -> None:
        for field in node.fields:
            value = getattr(node, field)
            if isinstance(value, list):
                setattr(node, field, [self._node(item, node) for item in value])
            elif isinstance(value, nodes.Node):
                setattr(node, field, self._node(value, node))

    def _node(self, node: nodes.Node, parent: nodes.Node) -> nodes.Node:
        if not isinstance(node, nodes.Node):
            return node
        if isinstance(node, (nodes.For, nodes.Macro)):
            node.body.insert(0, _spend(node, node.body))
        if isinstance(node, nodes.For):
            self._children(node)
            arity = len(node.target.items) if isinstance(node.target, nodes.Tuple) else 0
            node.iter = _filter(TURNS, node.iter, [arity, _steps([node.test] if node.test else [])])
            return node
        self._children(node)
        replacement = _checked(node)
        if isinstance(parent, nodes.Output) and not isinstance(node, nodes.TemplateData):
            line, expression = next(self._outputs, (node.lineno, "?"))
            self._sites.append(Site(self._path, line, expression))
            return _filter(SLOT, replacement, [len(self._sites) - 1])
        return replacement


def _checked(node: nodes.Node) -> nodes.Node:
    match node:
        case nodes.Concat():
            return _filter(CONCATENATE, nodes.List(node.nodes, lineno=node.lineno), [])
        case nodes.Compare():
            operand = node.ops[0]
            return _filter(COMPARE, node.expr, [_SYMBOLS[operand.op], operand.expr])
        case nodes.List() | nodes.Dict():
            return _filter(PLAIN, node, [])
        case nodes.Import() | nodes.FromImport():
            node.with_context = True  # without it Jinja2 keeps the file's macros, and the first hydration pays for all
    return node


def _spend(node: nodes.Node, body: list[nodes.Node]) -> nodes.Node:
    step = nodes.Const(_steps(body), lineno=node.lineno)
    return nodes.ExprStmt(_filter(SPEND, step, []), lineno=node.lineno)


def _steps(body: list[nodes.Node]) -> int:
    """What one run of `body` costs, loops and macros in it apart: they pay for each run of their own."""
    count = characters = 0
    for node in _below(body):
        count += 1
        if isinstance(node, nodes.TemplateData):
            characters += len(node.data)
    return 1 + count // _NODES_A_STEP + characters // _CHARACTERS_A_STEP


def _below(body: list[nodes.Node]) -> Iterator[nodes.Node]:
    pending = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (nodes.For, nodes.Macro)):
            pending.extend(children(node))


def _filter(name: str, node: nodes.Node, args: list[nodes.Node | int | str]) -> nodes.Filter:
    made = [item if isinstance(item, nodes.Node) else nodes.Const(item, lineno=node.lineno) for item in args]
    return nodes.Filter(node, name, made, [], None, None, lineno=node.lineno)
