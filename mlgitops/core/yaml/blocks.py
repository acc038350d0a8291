"""Values as text that can move from one place of a file to another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.yaml import emit
from mlgitops.core.yaml.quoting import key as spelt_key
from mlgitops.core.yaml.spans import tree

if TYPE_CHECKING:
    from mlgitops.core.yaml.spans import Node

Json = Any

_HEADER = re.compile(r"[|>][-+0-9]*")


class Block(NamedTuple):
    """A value and its text.

    Attributes:
        value: The value.
        inline: What stands on the line of its key: a scalar, a flow collection, the header of a block scalar, or
            nothing where all of it stands below.
        lines: The lines below, without the indentation that they have from their place.
    """

    value: Json
    inline: str
    lines: tuple[str, ...]


class Place(NamedTuple):
    """Offsets of a value's text: part of the line where it begins, and the lines below.

    The lines begin with the line break before the first and end before the line break behind the last.
    """

    inline_start: int
    inline_end: int
    lines_start: int
    lines_end: int


def place(text: str, node: Node) -> Place:
    """Where the text of `node` stands."""
    if node.is_block and node.key_end is not None:
        colon = text.index(":", node.key_end) + 1
        return Place(colon, colon, _line_end(text, colon), region_end(text, node))
    if node.is_block:
        first = _line_end(text, node.start)
        return Place(node.start, first, first, region_end(text, node))
    if node.kind == "block scalar":
        header = _HEADER.search(text, node.start)
        stop = header.end() if header else node.start
        below = _line_end(text, stop)
        return Place(node.start, stop, below, max(below, node.end))
    below = _line_end(text, node.end)
    nothing = node.end == node.start and not text[node.end : below].strip(" ")
    return Place(node.start, below if nothing else node.end, below, below)


def taken(text: str, node: Node, value: Json) -> Block:
    """The text of `node`, which stands for `value`; `text` has no carriage returns."""
    at = place(text, node)
    inline = text[at.inline_start : at.inline_end]
    if node.is_named or "\n" in inline:
        emitted = emit.block_text("value", emit.plain(value))
        return taken(emitted, tree(emitted).children["value"], value)
    below = text[at.lines_start : at.lines_end].split("\n")[1:]
    column = node.column if node.is_block else node.inner
    lines = tuple(_dedented(line, column) for line in below)
    return Block(value, "", (inline, *lines)) if node.is_block and inline else Block(value, inline, lines)


def nested(key: str, block: Block) -> Block:
    """A mapping of one key to `block`."""
    first = f"{spelt_key(key)}: {block.inline}" if block.inline else f"{spelt_key(key)}:"
    return Block({key: block.value}, "", (first, *(f"  {line}" if line else "" for line in block.lines)))


def indented(lines: tuple[str, ...], column: int, newline: str) -> str:
    """`lines` at `column`, each behind a line break."""
    return "".join(newline + (" " * column + line if line else "") for line in lines)


def region_end(text: str, node: Node) -> int:
    """The end of the last line that belongs to the block mapping or list `node`."""
    end = at = _line_end(text, node.end)
    while (start := text.find("\n", at) + 1) > 0:
        at = _line_end(text, start)
        line = text[start:at]
        content = line.lstrip(" ")
        if content.startswith("#") and len(line) - len(content) > node.lead:
            end = at
        elif content:
            break
    return end


def _line_end(text: str, offset: int) -> int:
    """The end of the line at `offset`, before its line break."""
    found = text.find("\n", offset)
    if found < 0:
        return len(text)
    return found - 1 if found > offset and text[found - 1] == "\r" else found


def _dedented(line: str, column: int) -> str:
    """`line` without up to `column` leading spaces."""
    return line[min(column, len(line) - len(line.lstrip(" "))) :]
