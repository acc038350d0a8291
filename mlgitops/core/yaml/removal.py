"""Takes a key out of a file that people wrote; every byte that is not about it stays."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING, Any

from mlgitops.core.yaml.blocks import region_end
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import decode, load
from mlgitops.core.yaml.spans import Node, tree

if TYPE_CHECKING:
    from mlgitops.core.yaml.positions import Pointer

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def remove(data: bytes, path: str, pointer: Pointer) -> bytes:
    """The file without the key at `pointer`, its value, and the comment right above it; as it is without such a key.

    A key in a mapping that is written in braces, or its mapping's only one, is left out of a mapping spelt anew.

    Args:
        data: The bytes of a file that holds one document.
        path: What to call it in errors.
        pointer: Keys that lead to the value; the last is a key of a mapping.

    Raises:
        InputError: The file breaks a rule of `mlgitops.core.yaml.read`, or anchors stand in the way.
    """
    document = load(data, path)
    try:
        parent = reduce(lambda inside, part: inside[part], pointer[:-1], document)
    except (KeyError, IndexError, TypeError):
        return data
    if not isinstance(parent, dict) or pointer[-1] not in parent:
        return data
    rest = {key: value for key, value in parent.items() if key != pointer[-1]}
    text = decode(data, path)
    node = tree(text).find(pointer)
    if node is not None and rest and not node.within_flow:
        start, end = _lines(text, node)
        mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
        result = mark + (text[:start] + text[end:]).encode()
        if _is(load(result, path), document, pointer, rest):
            return result
    return replace(data, path, pointer[:-1], rest)


def _lines(text: str, node: Node) -> tuple[int, int]:
    """Offsets of the lines of a key, from the comment above it to the line break behind its value."""
    start = text.rfind("\n", 0, node.key_end or 0) + 1
    last = region_end(text, node) if node.is_block else _line_end(text, node.end)
    end = min(last + 2 if text[last : last + 2] == "\r\n" else last + 1, len(text))
    comment = " " * node.lead + "#"
    while start and (above := text.rfind("\n", 0, start - 1) + 1) < start and text.startswith(comment, above):
        start = above
    before = text.rfind("\n", 0, start - 1) + 1 if start else 0
    if start and not text[before:start].strip() and not text[end : _line_end(text, end)].strip():
        start = before  # it stood between empty lines, or behind one at the end: one of them goes too
    return start, end


def _line_end(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    return len(text) if found < 0 else found - (text[found - 1 : found] == "\r")


def _is(found: Any, document: Any, pointer: Pointer, rest: Any) -> bool:
    """Whether `found` is `document` with `rest` instead of the mapping that held the key."""
    expected = json.loads(json.dumps(document))
    if len(pointer) == 1:
        expected = rest
    else:
        reduce(lambda inside, part: inside[part], pointer[:-2], expected)[pointer[-2]] = rest
    return json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)
