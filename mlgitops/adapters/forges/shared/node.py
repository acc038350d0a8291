"""Reads the answers of forges: every field is held against what is expected of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Node:
    """A JSON object of an answer.

    Args:
        value: What stands there.
        where: The address that answered, and the way to `value`, for messages.

    Raises:
        RefusedError: `value` is no object, or, from the methods, a field is not what it must be.
    """

    def __init__(self, value: Any, where: str) -> None:
        self._where = where
        if not isinstance(value, dict):
            raise self._unusable("an object")
        self._value: dict[str, Any] = value

    def text(self, name: str) -> str:
        """A string; empty where it is null or absent. Halves of characters, which no file takes, become `?`."""
        found = self._value.get(name)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise self._unusable(f"a text `{name}`")
        return found.encode("utf-8", "replace").decode()

    def said(self, name: str) -> str:
        """A string that is not empty."""
        found = self.text(name)
        if not found:
            raise self._unusable(f"`{name}`")
        return found

    def number(self, name: str) -> int:
        """A whole number."""
        found = self._value.get(name)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self._unusable(f"a number `{name}`")
        return found

    def flag(self, name: str) -> bool:
        """Whether it is true; no where it is null or absent."""
        return self._value.get(name) is True

    def has(self, name: str) -> bool:
        """Whether something other than null stands there."""
        return self._value.get(name) is not None

    def node(self, name: str) -> Node:
        """An object."""
        return Node(self._value.get(name), f"{self._where} {name}")

    def nodes(self, name: str) -> Iterator[Node]:
        """A list of objects; none where it is null or absent."""
        return nodes(self._value.get(name) or [], f"{self._where} {name}")

    def names(self, name: str) -> Iterator[str]:
        """A list of strings; none where it is null or absent."""
        values = self._value.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self._unusable(f"names in `{name}`")
        return (value.encode("utf-8", "replace").decode() for value in values)

    def _unusable(self, what: str) -> RefusedError:
        return RefusedError(
            f"{self._where}: the answer lacks {what}",
            hint="Check that `forge` names this forge by its kind.",
        )


def nodes(value: Any, where: str) -> Iterator[Node]:
    """The objects of a list.

    Raises:
        RefusedError: It is no list, or holds something else.
    """
    if not isinstance(value, list):
        raise RefusedError(f"{where}: the answer is no list", hint="Check that `forge` names this forge by its kind.")
    return (Node(item, where) for item in value)
