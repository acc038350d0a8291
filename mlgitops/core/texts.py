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
            own = value.get("name")
            pending += [
                ((*place, key), own if key == "value" and type(item) is type(own) is str else key, item)
                for key, item in reversed(value.items())
                if type(item) in (str, dict, list)
            ]
        elif type(value) is list:
            pending += [((*place, index), name, value[index]) for index in range(len(value) - 1, -1, -1)]


def named(node: Any) -> Iterator[tuple[str, str]]:
    """Name and text of each string below `node`, as `texts` gives them, in no order: a third of the time."""
    pending: list[tuple[str, Any]] = [("", node)]
    while pending:
        name, value = pending.pop()
        if type(value) is str:
            yield name, value
        elif type(value) is dict:
            for key, item in value.items():
                if type(item) is str:
                    own = value.get("name") if key == "value" else None
                    yield (own if type(own) is str else key), item
                elif type(item) in (dict, list):
                    pending.append((key, item))
        elif type(value) is list:
            pending += [(name, item) for item in value]
