"""Diff: what changes for the model between two releases, and what differs between two blocks of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.masking import masked_value
from mlgitops.core.schema_words import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.core.texts import Pointer

_ORDER = ("version", "model", "artifacts", "lineage", "requires", "template", "image", "values", "env")
_LINEAGE = ("data", "code", "hyperparameters", "seed", "environment", "training", "run")


class Change(NamedTuple):
    """A field that differs.

    Attributes:
        field: Its dotted name, `model.digest`; in a list whose items have names an item goes by its name,
            `lineage.data.training.digest`.
        before: What it was, as written, secrets masked; None where there was nothing.
        after: What it is; likewise.
    """

    field: str
    before: Any
    after: Any


def model_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """What differs between two releases, most telling first; nothing exactly where they have one digest.

    Version, model, artifacts, lineage (data first), what is required, template, image, values, variables.

    Args:
        before: The release that was there; None for none: everything is new.
        after: The release that is there; None for none: everything is gone.
    """
    old, new = _in_order(before or {}), _in_order(after or {})
    return [change for key in _sorted((*new, *old), _ORDER) for change in changes(old.get(key), new.get(key), (key,))]


def changes(before: Any, after: Any, pointer: Pointer = ()) -> Iterator[Change]:
    """What differs between two JSON values, one change a scalar, or a list without names, in the order of `after`.

    Args:
        before: What was there; None for nothing.
        after: What is there; likewise.
        pointer: Where both stand.
    """
    old, new = _by_key(before), _by_key(after)
    if old is None or new is None or type(before or after) is not type(after or before) or not (old or new):
        if not _same(before, after):
            name = str(pointer[-1]) if pointer else ""
            yield Change(dotted(pointer), masked_value(name, before), masked_value(name, after))
        return
    for key in dict.fromkeys((*new, *old)):
        yield from changes(old.get(key), new.get(key), (*pointer, key))
    if isinstance(before, list) and isinstance(after, list) and old.keys() == new.keys() and [*old] != [*new]:
        yield Change(dotted(pointer), [*old], [*new])  # the same items in another order


def _by_key(value: Any) -> Mapping[str, Any] | None:
    """The parts of a value by which it is compared; None for one that is compared whole."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    names = [item.get("name") for item in value]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    return {item["name"]: {key: part for key, part in item.items() if key != "name"} for item in value}


def _same(one: Any, other: Any) -> bool:
    """Whether two values have one canonical JSON: `true` is not `1`, but `1.0` is."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _in_order(release: Mapping[str, Any]) -> Mapping[str, Any]:
    """A release with what tells most of its lineage first."""
    lineage = release.get("lineage")
    if not isinstance(lineage, dict):
        return release
    return {**release, "lineage": {key: lineage[key] for key in _sorted(lineage, _LINEAGE)}}


def _sorted(keys: Iterable[str], order: tuple[str, ...]) -> list[str]:
    """Each key once, those of `order` first; the others as they come."""
    return sorted(dict.fromkeys(keys), key=lambda key: order.index(key) if key in order else len(order))
