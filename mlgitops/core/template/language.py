"""The closed language of templates: which parts of Jinja2 there are.

A template's syntax tree is checked against lists of allowed nodes, filters and tests before anything is made of it;
what is not on a list is refused with its line and, where there is one, the way to say it instead.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from jinja2 import Environment, TemplateSyntaxError, nodes

from mlgitops.core.template.filters import FILTERS
from mlgitops.core.template.fuel import LOOPS, NESTING, SOURCE
from mlgitops.core.template.kinds import TESTS
from mlgitops.core.template.operators import LARGEST
from mlgitops.core.template.slots import FORBIDDEN
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILTER_NAMES = frozenset(FILTERS) | {"default", "optional"}
TEST_NAMES = frozenset(TESTS)
_OPEN_BLOCK = re.compile(r"^Unexpected end of template.* needs to be closed is '(\w+)'")
REFERENCE = "The page on the template language in the reference lists what there is."

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
    nodes.Pow: "`**` is not part of the language",
    nodes.Slice: "slices are not part of the language: use `first`, `last` or an index",
    nodes.Tuple: "tuples are not part of the language: write a list, `[a, b]`",
}
_RESERVED = frozenset({"caller", "kwargs", "loop", "range", "self", "varargs"})
_JOINS = "the tag at the end of this line swallows the line's end: give it a line of its own, or end it with `+%}`"
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_USED = (nodes.Import, nodes.FromImport, nodes.Include)


class SyntaxRefusedError(InputError):
    """A template is no Jinja2, or uses something that the closed language does not have."""


class Parsed(NamedTuple):
    """A template file that is part of the language.

    Attributes:
        tree: Its syntax tree.
        tokens: Line, kind and text of its tokens.
    """

    tree: nodes.Template
    tokens: list[tuple[int, str, str]]


def parse(environment: Environment, name: str, source: str, path: str) -> Parsed:
    """A template file as syntax tree and tokens, all of it part of the language.

    Args:
        environment: Its lexer and parser are used.
        name: File name, as `include` names it.
        source: Its text, line ends LF.
        path: Repository-relative path, for messages.

    Raises:
        SyntaxRefusedError: It is not; with path and line.
    """
    if len(source) > SOURCE:
        raise SyntaxRefusedError(
            f"{len(source):,} characters are more than the {SOURCE:,} of a template file",
            path=path,
            hint="Keep data in the state or the environment, and split the template.",
        )
    found = FORBIDDEN.search(source)
    if found:
        raise SyntaxRefusedError(
            f"the private use character {found[0]!a} is reserved",
            path=path,
            line=source.count("\n", 0, found.start()) + 1,
            hint="Remove it: the engine marks places in the text with such characters.",
        )
    tree = _tree(environment, name, source, path)
    tokens = list(environment.lex(source))
    _check_line_ends(tokens, path)
    for node, parent, depth, loops in _walk(tree):
        if depth > NESTING or loops > LOOPS:
            _refuse(f"more than {NESTING} levels, or {LOOPS} loops, stand inside one another", path, node.lineno)
        if isinstance(node, nodes.Tuple) and isinstance(parent, nodes.For) and node is parent.target:
            continue
        if type(node) not in _ALLOWED:
            what = f"`{type(node).__name__.lower()}` is not part of the template language"
            _refuse(_INSTEAD.get(type(node), what), path, node.lineno or parent.lineno)
        _check_node(node, path)
    return Parsed(tree, tokens)


def _tree(environment: Environment, name: str, source: str, path: str) -> nodes.Template:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "invalid .*escape")  # in a string: Python only warns of them
            return environment.parse(source, name, path)
    except TemplateSyntaxError as error:
        open_block = _OPEN_BLOCK.search(error.message or "")
        if open_block:
            message, mend = f"`{{% {open_block[1]} %}}` is never closed", f"add `{{% end{open_block[1]} %}}`"
            raise SyntaxRefusedError(message, path=path, line=error.lineno, hint=mend) from None
        _refuse(f"{error.message}", path, error.lineno)
    except RecursionError:
        _refuse("expressions or statements are nested too deeply", path, None)
    except ValueError:
        _refuse("a number has thousands of digits", path, None)


def _check_line_ends(tokens: list[tuple[int, str, str]], path: str) -> None:
    """Refuse a tag or comment that joins the line it ends to the next one: tags take the line end behind them along."""
    written, tag = False, ""
    for line, kind, text in tokens:
        if kind == "data":
            start, _, last = text.rpartition("\n")
            written = bool(last.strip()) or (written and not start and "\n" not in text)
        elif kind == "variable_begin":
            written = True
        elif kind in ("block_begin", "name"):
            tag = "" if kind == "block_begin" else tag or text
        elif text.endswith("\n") and text[0] not in "+-" and kind in ("block_end", "comment_end", "raw_end"):
            if written and (kind != "block_end" or tag != "endmacro"):
                _refuse(_JOINS, path, line)
            written = False


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, nodes.Node, int, int]]:
    """Each node below `tree` with its parent, its depth and the loops around it."""
    pending = deque((child, tree, 1, 0) for child in children(tree))
    while pending:
        node, parent, depth, loops = pending.popleft()
        loops += isinstance(node, nodes.For)
        yield node, parent, depth, loops
        pending.extend((child, node, depth + 1, loops) for child in children(node))


def children(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes right below one, as `iter_child_nodes` gives them, in half the time."""
    for field in node.fields:
        value = getattr(node, field)
        if type(value) is list:
            yield from (item for item in value if isinstance(item, nodes.Node))
        elif isinstance(value, nodes.Node):
            yield value


def _check_node(node: nodes.Node, path: str) -> None:
    match node:
        case nodes.Filter() | nodes.Test() | nodes.Call():
            _check_applied(node, path)
        case nodes.Name():
            _check_name(node, path)
        case nodes.For() | nodes.Assign() | nodes.Macro():
            _check_statement(node, path)
        case nodes.Import() | nodes.FromImport() | nodes.Include():
            _check_use(node, path)
        case nodes.Keyword():
            _check_word(node.key, path, node.lineno)
        case nodes.Const():
            _check_constant(node.value, path, node.lineno)
        case nodes.Compare() if len(node.ops) > 1:
            _refuse("comparisons do not chain: write `a < b and b < c`", path, node.lineno)


def _check_applied(node: nodes.Filter | nodes.Test | nodes.Call, path: str) -> None:
    if isinstance(node, nodes.Filter) and (node.node is None or node.name not in FILTER_NAMES):
        _refuse(_unknown("filter", str(node.name), FILTER_NAMES), path, node.lineno)
    if isinstance(node, nodes.Test) and node.name not in TEST_NAMES:
        _refuse(_unknown("test", node.name, TEST_NAMES), path, node.lineno)
    if isinstance(node, nodes.Test) and (node.args or node.kwargs):
        _refuse("tests take no arguments", path, node.lineno)
    if node.dyn_args or node.dyn_kwargs:
        _refuse("`*` and `**` in a call are not part of the language", path, node.lineno)
    _check_unique([item.key for item in node.kwargs if isinstance(item, nodes.Keyword)], path, node.lineno)


def _check_statement(node: nodes.For | nodes.Assign | nodes.Macro, path: str) -> None:
    if isinstance(node, nodes.For) and node.recursive:
        _refuse("`recursive` is not part of the language: let a macro call itself", path, node.lineno)
    if isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
        _refuse("`{% set %}` sets one name at a time", path, node.lineno)
    if isinstance(node, nodes.Macro):
        _check_word(node.name, path, node.lineno)
        _check_unique([argument.name for argument in node.args], path, node.lineno)


def _check_constant(value: Any, path: str, line: int) -> None:
    if (type(value) is int and value > LARGEST) or (type(value) is float and not math.isfinite(value)):
        _refuse("a number beyond 2^63", path, line)


def _check_name(node: nodes.Name, path: str) -> None:
    if not (node.name in ("loop", "range") and node.ctx == "load"):
        _check_word(node.name, path, node.lineno)


def _check_word(name: str, path: str, line: int) -> None:
    if name in _RESERVED or not _WORD.fullmatch(name):
        _refuse(f"the name {name!a} is reserved, or no letters, digits and `_` that begin with a letter", path, line)


def _check_unique(names: list[str], path: str, line: int) -> None:
    if len(set(names)) < len(names):
        _refuse("one argument is named twice", path, line)


def _check_use(node: nodes.Import | nodes.FromImport | nodes.Include, path: str) -> None:
    if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
        _refuse("the name of an imported or included file must be written out", path, node.lineno)
    if isinstance(node, nodes.Include) and node.ignore_missing:
        _refuse("`ignore missing` is not part of the language", path, node.lineno)
    if isinstance(node, nodes.Import):
        _check_word(node.target, path, node.lineno)
    if isinstance(node, nodes.FromImport):
        for name in node.names:
            for word in [name] if isinstance(name, str) else name:
                _check_word(word, path, node.lineno)


def check_uses(trees: dict[str, nodes.Template], folder: str) -> None:
    """Check what files import and include.

    Raises:
        SyntaxRefusedError: A file does not exist, is used by itself, or writes something though it is imported.
    """
    used = {name: list(tree.find_all(_USED)) for name, tree in trees.items()}
    for name in trees:
        for node in used[name]:
            if _target(node) not in trees:
                message = f"there is no file `{_target(node)}` in {folder}"
                _refuse(message, f"{folder}/{name}", node.lineno)
            if not isinstance(node, nodes.Include):
                _check_imported(_target(node), trees[_target(node)], folder)
    for name in trees:
        _check_cycle(name, used, folder)


def _target(node: Any) -> str:
    return str(node.template.value)


def _check_imported(name: str, tree: nodes.Template, folder: str) -> None:
    for node in tree.body:
        blank = isinstance(node, nodes.Output) and all(
            isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
        )
        if not blank and not isinstance(node, (nodes.Macro, nodes.Import, nodes.FromImport)):
            _refuse("an imported file holds macros and imports only", f"{folder}/{name}", node.lineno)


def _check_cycle(start: str, used: dict[str, list[Any]], folder: str) -> None:
    seen: set[str] = set()
    pending = [(node, node.lineno) for node in used[start]]
    while pending:
        node, line = pending.pop()
        if _target(node) == start:
            _refuse(f"`{start}` imports or includes itself", f"{folder}/{start}", line)
        if _target(node) not in seen:
            seen.add(_target(node))
            pending += [(further, line) for further in used[_target(node)]]


def _unknown(noun: str, name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches  # only when there is something to explain

    close = get_close_matches(name, known, 1)
    return f"there is no {noun} `{name}`" + (f": did you mean `{close[0]}`?" if close else "")


def _refuse(message: str, path: str, line: int | None) -> NoReturn:
    raise SyntaxRefusedError(message, path=path, line=line, hint=REFERENCE)
