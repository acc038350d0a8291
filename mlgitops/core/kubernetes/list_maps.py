"""Lists that are maps: an API server refuses a custom resource two items of which have the same keys.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy has the markers. What they mean for
Kubernetes' own kinds its validation says kind by kind, which `semantics` follows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.schemas import KEYS
from mlgitops.core.kubernetes.semantics.report import RULE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Pointer = tuple[str | int, ...]


class Places(NamedTuple):
    """Where in a value lists stand that are maps.

    Attributes:
        keys: As `KEYS`, where the value is such a list itself; else empty.
        items: Those in the items of a list.
        fields: Those in fields of an object, by name.
        others: Those in all other fields.
    """

    keys: Mapping[str, Any]
    items: Places | None
    fields: Mapping[str, Places]
    others: Places | None


def places(schema: Any) -> Places | None:
    """Where lists stand that are maps in what a schema describes; None where there are none."""
    if not isinstance(schema, dict):
        return None
    found = {name: places(inner) for name, inner in schema.get("properties", {}).items()}
    fields = {name: inner for name, inner in found.items() if inner}
    made = Places(schema.get(KEYS, {}), places(schema.get("items")), fields, places(schema.get("additionalProperties")))
    return made if any(made) else None


def repeated(where: Places, value: Any, pointer: Pointer = ()) -> Iterator[Fault]:
    """Items of lists whose keys an earlier item has.

    Args:
        where: Where such lists stand in `value`.
        value: An object that is valid by its schema otherwise, or a part of it.
        pointer: Where the part stands in the object.
    """
    if isinstance(value, list):
        if where.keys:
            yield from _repeated(where.keys, value, pointer)
        for index, item in enumerate(value if where.items else ()):
            if where.items:
                yield from repeated(where.items, item, (*pointer, index))
    elif isinstance(value, dict):
        for name, inner in value.items():
            below = where.fields.get(name, where.others)
            if below:
                yield from repeated(below, inner, (*pointer, name))


def _repeated(keys: Mapping[str, Any], items: list[Any], pointer: Pointer) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        named = {key: item.get(key, default) for key, default in keys.items()}
        before = first.setdefault(json.dumps(named), index)
        if before != index:
            said = ", ".join(f"{key}: {value}" for key, value in named.items() if value is not None)
            list_ = ".".join(map(str, pointer))
            message = f"`{list_}` has two items with `{said[:100]}`: {before} and {index}, counted from 0"
            yield Fault(RULE, (*pointer, index), message, "Remove one of them: the field is a map, written as a list.")
