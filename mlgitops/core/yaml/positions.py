"""Where the values of a YAML file stand, for messages about values that were found wanting after reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from mlgitops.core.yaml.scalars import NULLS

if TYPE_CHECKING:
    from collections.abc import Callable

Pointer = tuple[str | int, ...]
Place = tuple[int, int]


class Positions:
    """Places in one document, each a line and a column counted from 1.

    Args:
        values: The place of each value by its pointer; that of the document itself is `()`.
        keys: The place of each value's key; items of lists have none.
    """

    def __init__(self, values: dict[Pointer, Place], keys: dict[Pointer, Place]) -> None:
        self._values = values
        self._keys = keys

    def of(self, pointer: Pointer, key: bool = False) -> Place:
        """Where the value at `pointer` stands, or its key; where it is absent, its nearest ancestor.

        Parts of what an alias stands for are absent: the alias is their ancestor.
        """
        found = pointer
        while found and found not in self._values:
            found = found[:-1]
        value = self._values.get(found, (1, 1))
        return self._keys.get(found, value) if key else value


def positions(text: str, document: int) -> Positions:
    """Places in one document of a text that `mlgitops.core.yaml.build` takes.

    Args:
        text: The documents.
        document: Which of them, counted from 0; empty ones do not count.
    """
    walk = _Walk(document)
    next_event: Callable[[], Any] = CParser(text).get_event
    while not isinstance(event := next_event(), StreamEndEvent):
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, DocumentStartEvent):
            walk.document += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            walk.pointer.pop()
            walk.advance()
        elif isinstance(event, ScalarEvent):
            walk.scalar(event.value, place, plain=not event.style)
        elif isinstance(event, AliasEvent):
            walk.note(place)
            walk.advance()
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            walk.note(place)
            walk.pointer.append(None if isinstance(event, MappingStartEvent) else 0)
    return Positions(walk.values, walk.keys)


class _Walk:
    """Follows the events of all documents, and keeps the places in one of them.

    Attributes:
        document: Number of the document at hand.
        pointer: For each container that is open the key or index at hand; None before a key.
    """

    def __init__(self, wanted: int) -> None:
        self.values: dict[Pointer, Place] = {}
        self.keys: dict[Pointer, Place] = {}
        self.document = -1
        self.pointer: list[str | int | None] = []
        self._wanted = wanted

    def scalar(self, text: str, place: Place, *, plain: bool) -> None:
        """Follow a scalar: a key where one is due, else a value."""
        if not self.pointer and plain and text in NULLS:
            self.document -= 1
        elif self.pointer and self.pointer[-1] is None:
            self.pointer[-1] = text
            if self.document == self._wanted:
                self.keys[self._here()] = place
        else:
            self.note(place)
            self.advance()

    def note(self, place: Place) -> None:
        """Keep the place of the value at hand."""
        if self.document == self._wanted:
            self.values[self._here()] = place

    def advance(self) -> None:
        """Go on behind a value."""
        if self.pointer:
            last = self.pointer[-1]
            self.pointer[-1] = last + 1 if isinstance(last, int) else None

    def _here(self) -> Pointer:
        return tuple(part for part in self.pointer if part is not None)
