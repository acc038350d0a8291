"""Builds values from libyaml's events, in one pass and without recursion, by the rules of `mlgitops.core.yaml.read`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from yaml._yaml import CParser
from yaml.error import YAMLError
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

from mlgitops.core.yaml.characters import KEY, name
from mlgitops.core.yaml.scalars import CORE
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.yaml.limits import Limits
    from mlgitops.core.yaml.scalars import Reader

Json = Any
Scalar = Callable[[str, bool], Any]
UNRESOLVED: Final = object()
"""What a `Scalar` answers where the rules decide."""

# What `key` is inside a list, and inside a mapping that waits for a key; else it is the key whose value comes next.
_ITEM = object()
_WAITS = object()
_MERGE: Any = object()
"""What `<<` is, where it merges, until its mapping ends."""

# Keys that were found good when written plain (`Reader.known`): a repository has few. The rest is checked each time.
_GOOD_KEYS_ENTRIES = 10_000
_GOOD_KEY_LENGTH = 64


def build(
    text: str, path: str, limits: Limits, ask: Scalar | None = None, reader: Reader = CORE
) -> tuple[list[Json], list[int]]:
    """The value of each document of `text`, and the line (counted from 1) where each starts.

    Args:
        text: The documents.
        path: What to call them in errors.
        limits: Bounds on their size.
        ask: See `mlgitops.core.yaml.read.load_marked`.
        reader: How plain scalars are read.

    Raises:
        InputError: The text is no YAML or breaks a rule.
    """
    construction = _Construction(text, limits, ask, reader)
    try:
        construction.run()
    except InputError as error:
        line, column = construction.place
        raise InputError(error.message, hint=error.hint, path=path, line=line, column=column) from None
    except YAMLError as error:
        from mlgitops.core.yaml import faults  # loaded where there is something to say: start-up time is a feature

        raise faults.syntax(error, text, path) from None
    return construction.documents, construction.starts


class _Construction:
    """One pass over the events of a text; errors that it raises have no place, which is where it stands."""

    def __init__(self, text: str, limits: Limits, ask: Scalar | None, reader: Reader) -> None:
        self.documents: list[Json] = []
        self.starts: list[int] = []
        self._next = CParser(text).get_event
        self._event: Any = None
        self._limits = limits
        self._ask = ask
        self._reader = reader
        self._aliases = 0
        self._repeated = 0  # characters that aliases stand for
        # None while the anchored node is being built, then its value and how many nodes it stands for.
        self._anchors: dict[str, tuple[Json, int] | None] = {}

    @property
    def place(self) -> tuple[int, int]:
        """Line and column, counted from 1, of the event at hand."""
        mark = self._event.start_mark
        return mark.line + 1, mark.column + 1

    def run(self) -> None:  # noqa: C901, PLR0912, PLR0915 -- one loop: a call an event makes a load a third slower
        here: Any = self.documents
        key: Any = _ITEM
        stack: list[tuple[Any, Any, str | None, int]] = []
        nodes = 0
        max_nodes, ask, next_event = self._limits.nodes, self._ask, self._next
        first, resolve, known = self._reader.first, self._reader.resolve, self._reader.known
        merges = self._reader.merges
        while True:
            event: Any = next_event()
            self._event = event
            kind = type(event)
            if kind is ScalarEvent:
                nodes += 1
                if event.tag is not None or nodes > max_nodes:
                    self._refuse(event)
                value: Json = event.value
                if ask is not None and (answer := ask(value, not event.style)) is not UNRESOLVED:
                    value = answer
                    if event.anchor is not None:
                        raise InputError(
                            "an anchor cannot stand on a value that is filled in", hint="Write the value twice."
                        )
                elif key is not _WAITS:
                    if not event.style and (not value or value[0] in first):
                        value = resolve(value)
                elif value not in known:
                    value = _key(value, self._reader, plain=not event.style)
                if event.anchor is not None:
                    self._anchors[event.anchor] = (value, 1)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = _merged(here) if merges and kind is MappingEndEvent and _MERGE in here else here
                here, key, anchor, before = stack.pop()
                if anchor is not None:
                    self._anchors[anchor] = (value, nodes - before)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, key, len(stack))
                stack.append((here, key, event.anchor, nodes))
                nodes += 1
                if nodes > max_nodes:
                    self._refuse(event)
                here, key = ({}, _WAITS) if kind is MappingStartEvent else ([], _ITEM)
                continue
            elif kind is AliasEvent:
                value, size = self._alias(event.anchor, key, nodes, len(stack))
                nodes += size
            elif kind is StreamEndEvent:
                return
            else:
                if kind is DocumentStartEvent:
                    self._document(event)
                continue
            if key is _ITEM:
                here.append(value)
            elif key is not _WAITS:
                here[key] = value
                key = _WAITS
            elif value not in here:
                key = value
            else:
                raise InputError(f"the key `{_shown(value)}` stands twice in one mapping", hint="Remove one of them.")

    def _document(self, event: Any) -> None:
        self.starts.append(event.start_mark.line + 1)
        self._anchors.clear()
        if event.version not in (None, (1, 2)) or event.tags:
            raise InputError("a directive changes how YAML is read", hint="Remove the lines that start with `%`.")

    def _open(self, event: Any, key: object, depth: int) -> None:
        if event.tag is not None:
            self._refuse(event)
        if key is _WAITS:
            raise InputError(
                "a key cannot be a mapping or a list",
                hint="Write keys as plain texts; quote a value that starts with `{{`.",
            )
        if depth >= self._limits.depth:
            raise self._too_deep()
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _alias(self, anchor: str, key: object, nodes: int, depth: int) -> tuple[Json, int]:
        self._aliases += 1
        if self._aliases > self._limits.aliases:
            raise InputError(f"more than {self._limits.aliases:,} aliases", hint="Write the values out.")
        if key is _WAITS:
            raise InputError("an alias cannot be a key", hint="Write the key out.")
        if anchor not in self._anchors:
            raise InputError(
                f"no anchor `&{anchor}` stands before this alias", hint="Quote a text that starts with `*`."
            )
        anchored = self._anchors[anchor]
        if anchored is None:
            raise InputError("an alias stands inside what it names", hint="Write the value out.")
        value, size = anchored
        if nodes + size > self._limits.nodes:
            raise self._too_many()
        return self._copied(value, depth), size

    def _copied(self, value: Json, depth: int) -> Json:
        """A copy that shares no container with `value`; the recursion is bounded by the depth it checks."""
        if not isinstance(value, dict | list):
            if isinstance(value, str):
                self._repeat(value)
            return value
        if depth >= self._limits.depth:
            raise self._too_deep()
        if isinstance(value, list):
            return [self._copied(item, depth + 1) for item in value]
        copied = {}
        for key, item in value.items():
            if isinstance(key, str):
                self._repeat(key)
            copied[key] = self._copied(item, depth + 1)
        return copied

    def _repeat(self, text: str) -> None:
        self._repeated += len(text)
        if self._repeated > self._limits.size:
            raise InputError(
                f"aliases stand for more than {self._limits.size:,} characters", hint="Write the values out."
            )

    def _refuse(self, event: Any) -> NoReturn:
        if event.tag is None:
            raise self._too_many()
        raise InputError("tags (`!…`) are not read", hint="Remove it, or quote a text that starts with `!`.")

    def _too_many(self) -> InputError:
        message = f"more than {self._limits.nodes:,} keys and values"
        return InputError(message, hint="Split the file; what an alias names counts each time.")

    def _too_deep(self) -> InputError:
        return InputError(f"more than {self._limits.depth} levels inside each other", hint="Flatten the document.")


def _merged(mapping: dict[Any, Json]) -> dict[str, Json]:
    """A mapping with what it merges, which takes the place of what stands before, and yields to what stands behind.

    Raises:
        InputError: What it merges is neither a mapping nor a list of mappings.
    """
    merged: dict[str, Json] = {}
    for key, value in mapping.items():
        if key is not _MERGE:
            merged[key] = value
            continue
        for part in reversed(value) if isinstance(value, list) else [value]:
            if not isinstance(part, dict):
                raise InputError("`<<` merges a mapping, or a list of mappings", hint="Write one, or name it: `*name`.")
            merged |= part
    return merged


def _key(text: str, reader: Reader, *, plain: bool) -> Any:
    """What a key stands for whose spelling is not known to be good.

    Raises:
        InputError: Read as a value it is no string, or it merges where none may, or a character of it is refused in
            keys.
    """
    if plain and text == "<<":
        if reader.merges:
            return _MERGE
        raise InputError("merge keys (`<<`) are not read", hint="Write the keys out.")
    value = reader.resolve(text) if plain and (not text or text[0] in reader.first) else text
    if not isinstance(value, str):
        named = reader.key(value)
        if named is None:
            raise InputError(f"the key `{_shown(text)}` is no string", hint=f'Quote it: "{_shown(text)}".')
        return named
    found = None if text.isascii() and text.isprintable() else KEY.search(text)
    if found is not None:
        raise InputError(f"{name(found[0])} stands in a key", hint="Remove it.")
    if plain and len(text) <= _GOOD_KEY_LENGTH and len(reader.known) < _GOOD_KEYS_ENTRIES:
        reader.known.add(text)
    return text


def _shown(key: Any) -> str:
    text: str = "<<" if key is _MERGE else key
    return text if len(text) <= _GOOD_KEY_LENGTH else text[:_GOOD_KEY_LENGTH] + "…"
