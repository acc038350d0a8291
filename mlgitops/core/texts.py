"""Texts of a JSON value: every string with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Pointer = tuple[str | int, ...]


def texts(node: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str, str]]:
    """Pointer, name and text of each string below `node`, in its order.

    The name is that of the nearest key; of an item of Kubernetes' `env`, and its like, that of its `name`.
    """
    pending: list[tuple[Pointer, str, Any]] = [(pointer, "", node)]
    while pending:
        place, name, value = pending.pop()
        if type(value) is str:
            yield place, name, value
        elif type(value) is dict:
            named = value["name"] if type(value.get("name")) is str and "value" in value else None
            pending += [
                ((*place, key), named if named and key == "value" else key, item)
                for key, item in reversed(value.items())
                if type(item) in (str, dict, list)
            ]
        elif type(value) is list:
            pending += [((*place, index), name, value[index]) for index in range(len(value) - 1, -1, -1)]
