"""Builds values from libyaml's events, in one pass and without recursion, by the project's own rules."""

from __future__ import annotations

from typing import Any

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

from mlgitops.core.yaml import faults
from mlgitops.core.yaml.characters import KEY, name
from mlgitops.core.yaml.limits import Limits
from mlgitops.core.yaml.scalars import FIRST, resolve
from mlgitops.errors import InputError

Json = Any

# What `key` is in a sequence, and in a mapping before a key; else it is the key whose value comes next.
_ITEM = object()
_WAITS = object()

# Keys that were found good when written plain: a repository has few. Bounded, no longer filled when full.
_GOOD_KEYS: set[str] = set()
_GOOD_KEYS_ENTRIES = 10_000
_GOOD_KEY_LENGTH = 64


def build(text: str, path: str, limits: Limits) -> list[tuple[int, Json]]:  # noqa: C901 -- a call an event costs half as much again
    """Line (counted from 1) and value of each document of `text`.

    Raises:
        InputError: The text is no YAML, or breaks a rule of `mlgitops.core.yaml.read`.
    """
    documents: list[tuple[int, Json]] = []
    roots: list[Json] = []
    here: Any = roots
    key: Any = _ITEM
    stack: list[tuple[Any, Any, str | None, int]] = []
    nodes = 0
    anchors = _Anchors(limits)
    next_event = CParser(text).get_event
    event: Any = None
    try:
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                nodes += 1
                value = event.value
                if event.tag is not None or nodes > limits.nodes:
                    _refuse_node(event, limits)
                if key is _WAITS:
                    if value not in _GOOD_KEYS:
                        _check_key(value, plain=not event.style)
                    if value in here:
                        raise InputError(f"the key `{_shown(value)}` stands twice in one mapping", hint="Remove one.")
                    key = value
                else:
                    if not event.style and (not value or value[0] in FIRST):
                        value = resolve(value)
                    if key is _ITEM:
                        here.append(value)
                    else:
                        here[key] = value
                        key = _WAITS
                if event.anchor is not None:
                    anchors.close(event.anchor, value, 1)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                ...
    except InputError as error:
        raise _placed(error, event, path) from None
    except YAMLError as error:
        raise faults.syntax(error, text, path) from None
