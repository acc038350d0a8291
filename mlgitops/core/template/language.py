"""The closed language of templates: which parts of Jinja2 there are, and what they are rewritten to.

The syntax tree of a template is checked against a list of allowed nodes, then every output expression is
wrapped in a filter that keeps the value and writes a marker, every `~` and every loop in one that is bounded.
These filters take the context, so Jinja2 folds nothing that they touch while compiling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from jinja2 import nodes

from mlgitops.core.template.filters import FILTERS
from mlgitops.core.template.slots import FORBIDDEN, Site
from mlgitops.errors import InputError

SLOT, TURNS, CONCATENATE = "mlgitops slot", "mlgitops turns", "mlgitops concatenate"
"""Names of the filters that the rewriting puts in; no template can spell them."""

TESTS = frozenset({"boolean", "defined", "float", "integer", "mapping", "none", "number", "sequence", "string", "undefined"})
FILTER_NAMES = frozenset(FILTERS) | {"default"}

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Macro, nodes.Assign, nodes.Import,
    nodes.FromImport, nodes.Include, nodes.Name, nodes.Const, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.Pos, nodes.CondExpr, nodes.Call,
)  # fmt: skip
_INSTEAD = {
    nodes.AssignBlock: "`{% set %}` with a block is not part of the language: use a macro",
    nodes.Block: "blocks and inheritance are not part of the language: use a macro or `{% include %}`",
    nodes.CallBlock: "`{% call %}` is not part of the language: call the macro in an output",
    nodes.Extends: "inheritance is not part of the language: use a macro or `{% include %}`",
    nodes.FilterBlock: "`{% filter %}` is not part of the language: apply filters to values",
    nodes.NSRef: "namespaces are not part of the language",
    nodes.Pow: "`**` is not part of the language",
    nodes.Slice: "slices are not part of the language: use `first`, `last` or an index",
    nodes.Tuple: "tuples are not part of the language: write a list, `[a, b]`",
}
_RESERVED = frozenset({"caller", "kwargs", "self", "varargs"})


class SyntaxRefusedError(InputError):
    """A template uses something that the closed language does not have."""


def refuse_markers(source: str, path: str) -> None:
    """Refuse a template source that spells a marker's characters.

    Raises:
        SyntaxRefusedError: With the line.
    """
    found = FORBIDDEN.search(source)
    if found:
        raise SyntaxRefusedError(
            f"the private use character {found[0]!a} is reserved",
            path=path,
            line=source.count("\n", 0, found.start()) + 1,
            hint="remove it: the engine marks places in the text with such characters",
        )


def check(tree: nodes.Template, path: str) -> None:
    """Refuse all that is not part of the language.

    Raises:
        SyntaxRefusedError: At the first such node, with its line.
    """
    for node, parent in _walk(tree):
        if isinstance(node, nodes.Tuple) and isinstance(parent, nodes.For) and node is parent.target:
            continue
        if type(node) not in _ALLOWED:
            what = f"`{type(node).__name__.lower()}` is not part of the template language"
            _refuse(_INSTEAD.get(type(node), what), path, node)
        _check_node(node, path)


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, nodes.Node]]:
    pending = [(child, tree) for child in tree.iter_child_nodes()]
    while pending:
        node, parent = pending.pop(0)
        yield node, parent
        pending.extend((child, node) for child in node.iter_child_nodes())


def _check_node(node: nodes.Node, path: str) -> None:
    match node:
        case nodes.Filter() if node.node is None or node.name not in FILTER_NAMES:
            _refuse(_unknown("filter", str(node.name), FILTER_NAMES), path, node)
        case nodes.Test() if node.name not in TESTS:
            _refuse(_unknown("test", node.name, TESTS), path, node)
        case nodes.Filter() | nodes.Test() | nodes.Call() if node.dyn_args or node.dyn_kwargs:
            _refuse("`*` and `**` in a call are not part of the language", path, node)
        case nodes.Name() if node.name in _RESERVED or node.name.startswith("__"):
            _refuse(f"the name `{node.name}` is reserved", path, node)
        case nodes.For() if node.recursive:
            _refuse("`recursive` is not part of the language: let a macro call itself", path, node)
        case nodes.Assign() if not isinstance(node.target, nodes.Name):
            _refuse("`{% set %}` sets one name at a time", path, node)
        case nodes.Import() | nodes.FromImport() | nodes.Include():
            if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
                _refuse("the name of an imported or included file must be written out", path, node)
            if isinstance(node, nodes.Include) and node.ignore_missing:
                _refuse("`ignore missing` is not part of the language", path, node)


def _unknown(noun: str, name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches  # only when there is something to explain

    close = get_close_matches(name, known, 1)
    return f"there is no {noun} `{name}`" + (f": did you mean `{close[0]}`?" if close else "")


def _refuse(message: str, path: str, node: nodes.Node) -> NoReturn:
    raise SyntaxRefusedError(message, path=path, line=node.lineno, hint="docs/reference/template-language.md lists it")


def rewrite(tree: nodes.Template, expressions: list[tuple[int, str]], path: str, sites: list[Site]) -> None:
    """Wrap outputs, loops and `~`, in place, and append a `Site` for each output to `sites`.

    Args:
        tree: A tree that passed `check`.
        expressions: Line and source of the output expressions, in the order of the text.
        path: Repository-relative path of the file, for the sites.
        sites: Where the sites of all files of a template are collected; an output's number is its index.
    """
    remaining = iter(expressions)
    _rewrite_children(tree, remaining, path, sites)


def _rewrite_children(node: nodes.Node, remaining: Iterator[tuple[int, str]], path: str, sites: list[Site]) -> None:
    for field, value in node.iter_fields():
        if isinstance(value, list):
            setattr(node, field, [_rewrite(item, node, remaining, path, sites) for item in value])
        elif isinstance(value, nodes.Node):
            replacement = _rewrite(value, node, remaining, path, sites)
            if isinstance(node, nodes.For) and field == "iter":
                replacement = _filter(TURNS, replacement, [])
            setattr(node, field, replacement)


def _rewrite(
    child: nodes.Node, parent: nodes.Node, remaining: Iterator[tuple[int, str]], path: str, sites: list[Site]
) -> nodes.Node:
    if not isinstance(child, nodes.Node):
        return child
    _rewrite_children(child, remaining, path, sites)
    if isinstance(child, nodes.Concat):
        child = _filter(CONCATENATE, nodes.List(child.nodes, lineno=child.lineno), [])
    if isinstance(parent, nodes.Output) and not isinstance(child, nodes.TemplateData):
        line, expression = next(remaining, (child.lineno, "?"))
        sites.append(Site(path, line, expression))
        child = _filter(SLOT, child, [nodes.Const(len(sites) - 1, lineno=child.lineno)])
    return child


def _filter(name: str, node: nodes.Node, args: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, args, [], None, None, lineno=node.lineno)
