"""Reads YAML: libyaml's events, one pass, and the project's own rules.

- UTF-8 only; a byte order mark at the start is passed over; CRLF and CR are LF.
- Plain scalars by the core schema of YAML 1.2 (`mlgitops.core.yaml.scalars`); a date is a string.
- Refused: a key that stands twice or is no string, tags, directives, merge keys, infinities and NaN, control and
  bidirectional formatting characters written as they are (`mlgitops.core.yaml.characters`).
- Anchors and aliases are copied out, so no two places of a result are one object.
- Bounded by `mlgitops.core.yaml.limits`, in the events, before anything is built: a composer that builds nodes by
  recursion in C ends the process at 60 kB of `- - - …`.

Each violation is one `InputError` with path, line, column and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from mlgitops.core.yaml import faults
from mlgitops.core.yaml.characters import KEY, RAW, name
from mlgitops.core.yaml.limits import DOCUMENT, Limits
from mlgitops.core.yaml.scalars import FIRST, resolve
from mlgitops.errors import InputError

UNRESOLVED: Final = object()
"""What a `Scalar` answers where the rules of this module decide."""

Scalar = Callable[[str, bool], Any]
Json = Any
"""dict[str, Json] | list[Json] | str | int | float | bool | None, of exactly these types."""


def load(data: bytes, path: str, limits: Limits = DOCUMENT) -> Json:
    """The value of a file that holds exactly one document.

    Args:
        data: The bytes of the file.
        path: What to call it in errors.
        limits: Bounds on its size.

    Raises:
        InputError: It breaks a rule of this module, is empty or holds several documents.
    """
    builder = _read(_decode(data, path, limits), path, limits)
    documents = builder.documents
    if len(documents) > 1:
        line = builder.starts[1]
        raise InputError(
            "a second document starts here, where one is expected",
            hint="Remove the line `---`, or move what follows into a file of its own.",
            path=path,
            line=line,
            column=1,
        )
    if not documents or documents[0] is None:
        raise InputError("the document is empty", hint="Write it, or remove the file.", path=path, line=1, column=1)
    return documents[0]


def load_all(data: bytes, path: str, limits: Limits = DOCUMENT) -> list[Json]:
    """The values of all documents of a file; empty ones are dropped.

    Raises:
        InputError: The file breaks a rule of this module.
    """
    return load_text(_decode(data, path, limits), path, limits)


def load_text(text: str, path: str, limits: Limits = DOCUMENT) -> list[Json]:
    """The values of all documents of a decoded text, by the same rules; private-use characters are like letters.

    Raises:
        InputError: The text breaks a rule of this module.
    """
    return [document for document in _read(text, path, limits).documents if document is not None]


def load_marked(text: str, path: str, scalar: Scalar, limits: Limits = DOCUMENT) -> list[Json]:
    """As `load_text`, but `scalar` is asked first what each scalar, keys too, stands for.

    Args:
        text: The documents.
        path: What to call them in errors.
        scalar: Given the text of a scalar and whether it is plain, answers its value, hashable for a key, or
            `UNRESOLVED` to leave it to the rules of this module.
        limits: Bounds on their size.

    Raises:
        InputError: The text breaks a rule of this module.
    """
    return [document for document in _read(text, path, limits, scalar).documents if document is not None]


def _decode(data: bytes, path: str, limits: Limits) -> str:
    if len(data) > limits.size:
        raise _too_large(len(data), path, limits)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError("the file is UTF-16", hint="Save it as UTF-8.", path=path, line=1, column=1) from None
        line, column = faults.place(data[: error.start].decode(), error.start)
        raise InputError(
            f"byte 0x{data[error.start]:02x} is no UTF-8",
            hint="Save the file as UTF-8.",
            path=path,
            line=line,
            column=column,
        ) from None
    return text.removeprefix("\ufeff")


def _too_large(size: int, path: str, limits: Limits) -> InputError:
    return InputError(
        f"{size:,} bytes are more than the {limits.size:,} that are read of a YAML file",
        hint="Split it, or keep data out of it.",
        path=path,
    )


def _read(text: str, path: str, limits: Limits, scalar: Scalar | None = None) -> _Builder:
    if len(text) > limits.size:
        raise _too_large(len(text), path, limits)
    if not text.isascii():  # libyaml itself refuses the ASCII ones
        found = RAW.search(text)
        if found is not None:
            raise faults.character(text, found.start(), path)
    builder = _Builder(path, limits) if scalar is None else _MarkedBuilder(path, limits, scalar)
    handlers = {
        ScalarEvent: builder.scalar,
        MappingStartEvent: builder.mapping,
        SequenceStartEvent: builder.sequence,
        MappingEndEvent: builder.end,
        SequenceEndEvent: builder.end,
        AliasEvent: builder.alias,
        DocumentStartEvent: builder.document,
        DocumentEndEvent: builder.ignore,
        StreamStartEvent: builder.ignore,
    }
    next_event = CParser(text).get_event
    try:
        while True:
            event = next_event()
            kind = type(event)
            if kind is StreamEndEvent:
                return builder
            handlers[kind](event)
    except YAMLError as error:
        raise faults.syntax(error, text, path) from None


_ITEM = object()
_WAITS = object()


class _Builder:
    """Builds values from events: one container under construction, the enclosing ones on a stack."""

    __slots__ = ("aliases", "anchors", "documents", "here", "key", "limits", "nodes", "path", "stack", "starts")

    def __init__(self, path: str, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.documents: list[Json] = []
        self.starts: list[int] = []
        self.here: Any = self.documents
        self.key: Any = _ITEM  # _ITEM in a sequence, _WAITS before a key, else the key whose value comes next
        self.stack: list[tuple[Any, Any, str | None, int]] = []
        self.anchors: dict[str, tuple[Json, int] | None] = {}
        self.nodes = 0
        self.aliases = 0

    def scalar(self, event: Any) -> None:
        self.nodes += 1
        if event.tag is not None:
            raise self._tagged(event)
        if self.nodes > self.limits.nodes:
            raise self._too_many(event)
        value = event.value
        if self.key is _WAITS:
            self.key = self._checked_key(value, event)
        else:
            if not event.style and (not value or value[0] in FIRST):
                value = self._resolved(value, event)
            if self.key is _ITEM:
                self.here.append(value)
            else:
                self.here[self.key] = value
                self.key = _WAITS
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)

    def mapping(self, event: Any) -> None:
        self._start(event, {})
        self.key = _WAITS

    def sequence(self, event: Any) -> None:
        self._start(event, [])
        self.key = _ITEM

    def end(self, _event: Any) -> None:
        value = self.here
        self.here, self.key, anchor, before = self.stack.pop()
        if anchor is not None:
            self.anchors[anchor] = (value, self.nodes - before)

    def alias(self, event: Any) -> None:
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            raise self._error(event, f"more than {self.limits.aliases:,} aliases", "Write the values out.")
        if event.anchor not in self.anchors:
            raise self._error(event, f"no anchor `&{event.anchor}` stands before this alias", "Quote a text with `*`.")
        anchored = self.anchors[event.anchor]
        if anchored is None:
            raise self._error(event, "an alias stands inside what it names", "Write the value out.")
        value, size = anchored
        self.nodes += size
        if self.nodes > self.limits.nodes:
            raise self._too_many(event)
        if self.key is _WAITS:
            self.key = self._checked_key(value, event)
        else:
            self._place(self._copied(value, len(self.stack), event))

    def document(self, event: Any) -> None:
        if event.version not in (None, (1, 2)) or event.tags:
            raise self._error(event, "a directive that changes how YAML is read", "Remove the line that starts with %.")
        self.anchors = {}
        self.starts.append(event.start_mark.line + 1)

    def ignore(self, event: Any) -> None:
        """Pass over an event that says nothing about values."""

    def _start(self, event: Any, value: Json) -> None:
        self.nodes += 1
        if event.tag is not None:
            raise self._tagged(event)
        if self.nodes > self.limits.nodes:
            raise self._too_many(event)
        if self.key is _WAITS:
            raise self._error(event, "a key that is no text", "Write keys as plain texts.")
        if len(self.stack) >= self.limits.depth:
            raise self._too_deep(event)
        before = self.nodes - 1
        self._place(value)
        self.stack.append((self.here, self.key, event.anchor, before))
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.here = value

    def _place(self, value: Json) -> None:
        if self.key is _ITEM:
            self.here.append(value)
        else:
            self.here[self.key] = value
            self.key = _WAITS

    def _checked_key(self, value: Json, event: Any) -> str:
        plain = not getattr(event, "style", None)
        if plain and isinstance(value, str) and (not value or value[0] in FIRST):
            value = self._resolved(value, event)
        if not isinstance(value, str):
            raise self._error(event, f"the key `{_shown(value)}` is no string", 'Quote it: "…".')
        if plain and value == "<<":
            raise self._error(event, "a merge key (`<<`)", "Write the keys out.")
        if value in self.here:
            raise self._error(event, f"the key `{_shown(value)}` stands twice in one mapping", "Remove one of them.")
        found = KEY.search(value)
        if found is not None:
            raise self._error(event, f"{name(found[0])} stands in a key", "Remove it.")
        return value

    def _resolved(self, text: str, event: Any) -> Json:
        try:
            return resolve(text)
        except InputError as error:
            raise self._error(event, error.message, error.hint or "") from None

    def _copied(self, value: Json, depth: int, event: Any) -> Json:
        """A copy that shares no container; recursion is bounded by the depth that is checked here."""
        if not isinstance(value, dict | list):
            return value
        if depth >= self.limits.depth:
            raise self._too_deep(event)
        if isinstance(value, list):
            return [self._copied(item, depth + 1, event) for item in value]
        return {key: self._copied(item, depth + 1, event) for key, item in value.items()}

    def _error(self, event: Any, message: str, hint: str) -> InputError:
        mark = event.start_mark
        return InputError(message, hint=hint, path=self.path, line=mark.line + 1, column=mark.column + 1)

    def _tagged(self, event: Any) -> InputError:
        return self._error(
            event, "a tag (`!…`) says how to read this value", "Remove it; quote a text that starts with `!`."
        )

    def _too_many(self, event: Any) -> InputError:
        return self._error(event, f"more than {self.limits.nodes:,} keys and values", "Split the file.")

    def _too_deep(self, event: Any) -> InputError:
        return self._error(event, f"more than {self.limits.depth} levels inside each other", "Flatten the document.")


class _MarkedBuilder(_Builder):
    """Asks a `Scalar` first."""

    __slots__ = ("ask",)

    def __init__(self, path: str, limits: Limits, ask: Scalar) -> None:
        super().__init__(path, limits)
        self.ask = ask

    def scalar(self, event: Any) -> None:
        try:
            value = self.ask(event.value, not event.style)
        except InputError as error:
            raise self._error(event, error.message, error.hint or "") from None
        if value is UNRESOLVED:
            super().scalar(event)
        elif event.tag is not None:
            raise self._tagged(event)
        elif event.anchor is not None:
            raise self._error(event, "an anchor on a value that is filled in", "Write the value twice.")
        elif self.key is _WAITS:
            self.key = value
        else:
            self._place(value)


def _shown(value: Json) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004 -- a line of a message
