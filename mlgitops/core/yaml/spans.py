"""Where the nodes of one document begin and end in its text, for edits that leave every other byte alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgitops.core.yaml.positions import Pointer

_DOCUMENT = -2
"""The column that leads a document: what it contains stands two columns further right."""


@dataclass(slots=True)
class Node:
    """One node of a document; offsets count characters.

    Attributes:
        start: Where it begins; of an absent value, behind its colon.
        end: Behind its last character that is no comment, space or line break.
        column: Of its first line, counted from 0.
        kind: `mapping`, `list`, `block scalar`, `scalar` or `alias`.
        anchored: It has a name.
        flow: It is written in braces or brackets.
        within_flow: It stands inside braces or brackets.
        lead: Column of the key or dash that leads it; -2 for the document itself.
        key_end: Behind its key; None for the document and for items of lists.
        children: By key or index, in order.
    """

    start: int
    end: int
    column: int
    kind: str
    anchored: bool
    flow: bool
    within_flow: bool
    lead: int
    key_end: int | None
    children: dict[str | int, Node] = field(default_factory=dict)

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping or list that is written line by line."""
        return self.kind in ("mapping", "list") and not self.flow

    @property
    def inner(self) -> int:
        """The column for lines below its key or dash; readers want text below `|` indented even in a document."""
        return self.lead + 2 or 2

    @property
    def is_named(self) -> bool:
        """Whether it or something in it has a name (`&name`) or is an alias (`*name`)."""
        return self.anchored or self.kind == "alias" or any(child.is_named for child in self.children.values())

    def find(self, pointer: Pointer) -> Node | None:
        """The node at `pointer`, None if there is none; nothing is found behind an alias."""
        node: Node | None = self
        for part in pointer:
            node = node.children.get(part) if node is not None else None
        return node


def tree(text: str) -> Node:
    """The nodes of a text that holds one document and that `mlgitops.core.yaml.build` takes."""
    builder = _Builder(text)
    next_event: Callable[[], Any] = CParser(text).get_event
    while not isinstance(event := next_event(), StreamEndEvent):
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            builder.close(event)
        elif isinstance(event, ScalarEvent) and builder.takes_key:
            builder.key(event)
        elif isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            builder.value(event)
    return builder.root


class _Builder:
    """Builds nodes from events."""

    root: Node

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[Node] = []
        self._key: Any = None  # the event of the key whose value comes next

    @property
    def takes_key(self) -> bool:
        """Whether a key comes next."""
        return bool(self._open) and self._open[-1].kind == "mapping" and self._key is None

    def key(self, event: Any) -> None:
        """Follow a key."""
        self._key = event
        parent = self._open[-1]
        if parent.anchored and not parent.children:  # its own start is its anchor, maybe on another line
            parent.column = event.start_mark.column

    def value(self, event: Any) -> None:
        """Follow a scalar, an alias or the start of a container."""
        node = self._node(event)
        if not self._open:
            self.root = node
        else:
            parent = self._open[-1]
            parent.children[len(parent.children) if self._key is None else self._key.value] = node
        self._key = None
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._open.append(node)

    def close(self, event: Any) -> None:
        """Follow the end of a container."""
        node = self._open.pop()
        if node.flow:
            node.end = event.end_mark.index
        elif node.children:
            node.end = next(reversed(node.children.values())).end

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        style = getattr(event, "style", None)
        if style in ("|", ">"):
            end = self._block_scalar_end(start, end)
        parent = self._open[-1] if self._open else None
        return Node(
            start=start,
            end=end,
            column=event.start_mark.column,
            kind=_kind(event, style),
            anchored=event.anchor is not None,
            flow=bool(getattr(event, "flow_style", False)),
            within_flow=parent is not None and (parent.flow or parent.within_flow),
            lead=self._lead(parent, start),
            key_end=None if self._key is None else self._key.end_mark.index,
        )

    def _lead(self, parent: Node | None, start: int) -> int:
        if parent is None:
            return _DOCUMENT
        if self._key is not None:
            return int(self._key.start_mark.column)
        if not parent.anchored:
            return parent.column
        dash = self._text.rfind("-", 0, start)  # the list's own start is its anchor
        return dash - self._text.rfind("\n", 0, dash) - 1

    def _block_scalar_end(self, start: int, end: int) -> int:
        """Without the empty lines that follow, unless the header says (`+`) that they belong to it."""
        raw = self._text[start:end]
        return start + len(raw.removesuffix("\n").removesuffix("\r") if "+" in raw.splitlines()[0] else raw.rstrip())


def _kind(event: Any, style: str | None) -> str:
    if isinstance(event, AliasEvent):
        return "alias"
    if isinstance(event, ScalarEvent):
        return "block scalar" if style in ("|", ">") else "scalar"
    return "mapping" if isinstance(event, MappingStartEvent) else "list"
