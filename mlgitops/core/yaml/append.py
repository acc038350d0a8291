"""Appends items to a list in a file that people wrote; every byte that is there stays."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from mlgitops.core.yaml import emit
from mlgitops.core.yaml.blocks import indented, region_end, taken
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import decode, load
from mlgitops.core.yaml.spans import tree
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.yaml.positions import Pointer

Json = Any


def append(data: bytes, path: str, pointer: Pointer, items: Sequence[Json]) -> bytes:
    """The file with `items` behind those of the list at `pointer`, which is made where it is missing.

    A list in brackets, or with anchors in it, is written anew as a whole.

    Args:
        data: The bytes of a file that holds one document.
        path: What to call it in errors.
        pointer: Keys and indices that lead to the list.
        items: JSON values.

    Raises:
        InputError: As for `mlgitops.core.yaml.edit.replace`.
    """
    if not items:
        return data
    document = load(data, path)
    present = _at(document, pointer)
    whole = [*present, *items]
    text = decode(data, path)
    node = tree(text).find(pointer)
    if not present or node is None or not node.is_block or node.is_named:
        return replace(data, path, pointer, whole)
    last = node.children[len(present) - 1]
    spaced = "\n\n" in text[node.children[0].end : last.start].replace("\r", "") if len(present) > 1 else False
    emitted = emit.block_text("items", list(items))
    lines = taken(emitted, tree(emitted).children["items"], list(items)).lines
    apart = [line for line in lines for line in (["", line] if spaced and line.startswith("- ") else [line])]
    end = region_end(text, node)
    newline = "\r\n" if "\r\n" in text else "\n"
    result = (text[:end] + indented(tuple(apart), last.lead, newline) + text[end:]).encode()
    result = data[:3] + result if data.startswith(b"\xef\xbb\xbf") else result
    try:
        done = _at(load(result, path), pointer) == whole
    except InputError:
        done = False
    return result if done else replace(data, path, pointer, whole)


def _at(document: Json, pointer: Pointer) -> list[Json]:
    try:
        found = reduce(lambda value, part: value[part], pointer, document)
    except (KeyError, IndexError, TypeError):
        return []
    return found if isinstance(found, list) else []
