"""Edits a file that people wrote: one value is replaced, every other byte stays.

A value goes in as text. One that was taken from another file (`take`) keeps its comments, quotes and layout there;
any other is spelt by ruamel.yaml, which keeps the comments of its own round-trip types.

What belongs to a mapping or list that is written line by line: its lines, and the comments before, in and right
behind them that are indented deeper than its key.
"""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING, Any

from mlgitops.core.yaml import emit
from mlgitops.core.yaml.blocks import Block, indented, nested, place, region_end, taken
from mlgitops.core.yaml.quoting import key as spelt_key
from mlgitops.core.yaml.read import decode, load, locate
from mlgitops.core.yaml.spans import Node, tree
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.yaml.positions import Pointer

Json = Any
_Edit = tuple[int, int, str]
"""Offsets of the characters that go, and what comes in their place; several stand in the order of the text."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def take(data: bytes, path: str, pointer: Pointer) -> Block:
    """The value at `pointer` with its text, for `replace` to put into another file.

    What has or uses an anchor is spelt anew, without its comments.

    Args:
        data: The bytes of a file that holds one document.
        path: What to call it in errors.
        pointer: Keys and indices that lead to the value.

    Raises:
        InputError: The file breaks a rule of `mlgitops.core.yaml.read`, or there is no such value.
    """
    document = load(data, path)
    text = decode(data, path).replace("\r\n", "\n")
    node = tree(text).find(pointer)
    if node is None:
        raise _refusal(data, path, pointer, "does not stand here", "Write it out where an alias stands for it.")
    return taken(text, node, reduce(lambda value, part: value[part], pointer, document))


def replace(data: bytes, path: str, pointer: Pointer, value: Json | Block) -> bytes:
    """The file with `value` at `pointer`, and every byte outside of what stood there unchanged.

    A key that is missing is put behind the last one of its mapping. The result is read again: it holds the document
    with this one change, or the call fails.

    Args:
        data: The bytes of a file that holds one document.
        path: What to call it in errors.
        pointer: Keys and indices that lead to the value; `()` is the whole document.
        value: A JSON value, a round-trip value of ruamel.yaml, or what `take` gave.

    Raises:
        InputError: The file breaks a rule of `mlgitops.core.yaml.read`, there is no mapping to put the value into, or
            anchors or an unusual layout stand in the way.
    """
    document = load(data, path)
    text = decode(data, path)
    block = value if isinstance(value, Block) else _spelt(value)
    edits = _edits(text, tree(text), pointer, block)
    if edits is None:
        message, hint = "cannot be set: no mapping holds it", "Write the mapping around it first, without an alias."
        raise _refusal(data, path, pointer, message, hint)
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    result = (_BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b"") + text.encode()
    if not _is_changed_so(result, path, document, pointer, emit.plain(block.value)):
        raise _refusal(data, path, pointer, "cannot be set in place", "Edit the file by hand.")
    return result


def extend(data: bytes, path: str, pointer: Pointer, items: list[Json]) -> bytes:
    """The file with `items` behind those of the list at `pointer`; a list that stands line by line stays as it is.

    Args:
        data: As of `replace`.
        path: As of `replace`.
        pointer: Keys and indices that lead to the list.
        items: What is added.

    Raises:
        InputError: As `replace`.
    """
    document = load(data, path)
    value = [*reduce(lambda inside, part: inside[part], pointer, document), *items]
    text = decode(data, path)
    node = tree(text).find(pointer)
    if node is None or node.flow or not node.is_block:
        return replace(data, path, pointer, value)
    end = region_end(text, node)
    text = text[:end] + indented(_spelt(items).lines, node.column, _newline(text)) + text[end:]
    result = (_BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b"") + text.encode()
    return result if _is_changed_so(result, path, document, pointer, value) else replace(data, path, pointer, value)


def _spelt(value: Json) -> Block:
    text = emit.block_text("value", value)
    return taken(text, tree(text).children["value"], emit.plain(value))


def _edits(text: str, root: Node, pointer: Pointer, block: Block) -> list[_Edit] | None:
    node = root.find(pointer)
    if node is None:
        return _insertion(text, root.find(pointer[:-1]), pointer[-1], block)
    return _flow_replacement(text, node, block) if node.within_flow else _replacement(text, node, block)


def _flow_replacement(text: str, node: Node, block: Block) -> list[_Edit]:
    new = emit.flow_text(block.value)
    if node.start == node.end:  # no value yet: `{key: }` or `{key}`
        new = new if text[node.start - 1] == " " else f" {new}"
        new = new if ":" in text[node.key_end : node.start] else f":{new}"
    return [(node.start, node.end, new)]


def _replacement(text: str, node: Node, block: Block) -> list[_Edit]:
    old = place(text, node)
    inline, lines, column = block.inline, block.lines, node.inner
    if not inline and node.key_end is None:  # behind a dash, or a document: begins where the old value begins
        inline, lines = lines[0], lines[1:]
        column = node.column if node.end > node.start else column
    elif not inline and node.is_block and (node.column > node.lead or isinstance(block.value, list)):
        column = node.column
    start = old.inline_start
    if not inline:
        start -= len(text[:start]) - len(text[:start].rstrip(" "))
    elif text[:start].endswith((":", "-")):
        inline = f" {inline}"
    return [(start, old.inline_end, inline), (old.lines_start, old.lines_end, indented(lines, column, _newline(text)))]


def _insertion(text: str, parent: Node | None, key: str | int, block: Block) -> list[_Edit] | None:
    if parent is None or parent.kind != "mapping" or not isinstance(key, str):
        return None
    if not parent.flow:
        end = region_end(text, parent)
        lines = nested(key, block).lines
        if text[text.rfind("\n", 0, end) + 1 : end].startswith(" " * parent.column + "#"):
            lines = ("", *lines)  # that comment is not about it
        return [(end, end, indented(lines, parent.column, _newline(text)))]
    if not parent.children and not parent.within_flow:
        return _replacement(text, parent, nested(key, block))
    new = f"{spelt_key(key)}: {emit.flow_text(block.value)}"
    if parent.children:
        end = next(reversed(parent.children.values())).end
        return [(end, end, f", {new}")]
    end = text.index("{", parent.start) + 1
    return [(end, end, new)]


def _newline(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _is_changed_so(data: bytes, path: str, document: Json, pointer: Pointer, value: Json) -> bool:
    """Whether `data` holds `document` with `value` at `pointer`; changes `document`."""
    try:
        found = load(data, path)
    except InputError:
        return False
    if pointer:
        reduce(lambda inside, part: inside[part], pointer[:-1], document)[pointer[-1]] = value
    else:
        document = value
    return json.dumps(found, sort_keys=True) == json.dumps(document, sort_keys=True)


def _refusal(data: bytes, path: str, pointer: Pointer, message: str, hint: str) -> InputError:
    line, column = locate(data, path).of(pointer)
    shown = ".".join(map(str, pointer))
    return InputError(f"`{shown}` {message}", hint=hint, path=path, line=line, column=column)
