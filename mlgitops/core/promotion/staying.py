"""Staying: what a promotion leaves behind and yet differs between the two environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STAYS = ("deploy", "acceptance")
_ABSENT = object()


class Difference(NamedTuple):
    """A field that stays, with what each side says.

    Attributes:
        field: Where it stands: `deploy.replicas.max`.
        source: What the source says; None where it says nothing.
        target: Likewise.
    """

    field: str
    source: Any
    target: Any


def staying(source: Mapping[str, Any], target: Mapping[str, Any]) -> list[Difference]:
    """What the states of one service say differently in blocks that never travel, in the order of their fields."""
    return [found for key in _STAYS for found in _compared(source.get(key, {}), target.get(key, {}), key)]


def missing_variables(release: Mapping[str, Any], deploy: Mapping[str, Any]) -> list[str]:
    """The variables that a release requires and an effective deploy block does not bind."""
    bound = {*release.get("env", {}), *deploy.get("env", {}), *deploy.get("secrets", {})}
    return [name for name in release.get("requires", {}).get("env", []) if name not in bound]


def _compared(source: Any, target: Any, field: str) -> Iterator[Difference]:
    if isinstance(source, dict) and isinstance(target, dict):
        for key in dict.fromkeys((*source, *target)):
            yield from _compared(source.get(key, _ABSENT), target.get(key, _ABSENT), f"{field}.{key}")
    elif source != target:
        yield Difference(field, None if source is _ABSENT else source, None if target is _ABSENT else target)
