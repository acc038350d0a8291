"""Takes a key out of a file that people wrote; every byte that is not about it stays."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING, Any

from mlgitops.core.yaml.blocks import region_end
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.emit import flow_text
from mlgitops.core.yaml.read import decode, load, locate
from mlgitops.core.yaml.spans import Node, tree
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.yaml.positions import Pointer

Json = Any
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def remove(data: bytes, path: str, pointer: Pointer) -> bytes:
    """The file without the key at `pointer`, its value, and the comment right above it; as it is without such a key.

    A mapping that is written in braces is spelt anew without the key; one that has no other becomes `{}`.

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
    root = tree(text)
    around, node = root.find(pointer[:-1]), root.find(pointer)
    mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
    for cut in _cuts(text, around, node, rest) if around and node else ():
        result = mark + cut.encode()
        if _is(result, path, document, pointer, rest):
            return result
    if rest:
        line, column = locate(data, path).of(pointer)
        message = f"`{'.'.join(map(str, pointer))}` cannot be taken out in place"
        raise InputError(message, hint="Edit the file by hand.", path=path, line=line, column=column)
    return replace(data, path, pointer[:-1], rest)


def _cuts(text: str, around: Node, node: Node, rest: Json) -> Iterator[str]:
    """What the text may be without the key, the best first."""
    if around.flow:
        yield text[: around.start] + flow_text(rest) + text[around.end :]
        return
    start, end = _lines(text, node)
    before = text[:start]
    if end == len(text) and not text.endswith("\n"):
        yield before.removesuffix("\n").removesuffix("\r")  # it had no line break at its end, and shall have none
    yield before + text[end:]


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


def _is(data: bytes, path: str, document: Json, pointer: Pointer, rest: Json) -> bool:
    """Whether `data` holds `document` with `rest` instead of the mapping that held the key."""
    try:
        found = load(data, path)
    except InputError:
        return False
    expected = json.loads(json.dumps(document))
    if len(pointer) == 1:
        expected = rest
    else:
        reduce(lambda inside, part: inside[part], pointer[:-2], expected)[pointer[-2]] = rest
    return json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)
