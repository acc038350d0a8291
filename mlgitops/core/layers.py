"""Layers: template defaults, environment defaults and the state, merged into what is effective.

Mappings merge, everything else replaces; the later layer wins. The origin of each value can be asked for
apart, so that the common path pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple


def merge(lower: Any, upper: Any) -> Any:
    """`upper` laid over `lower`. Neither is changed; the result may share parts with both."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    merged = lower.copy()
    for key, value in upper.items():
        merged[key] = merge(lower[key], value) if key in lower else value
    return merged


class Layer(NamedTuple):
    """One layer of a value, with where it is written.

    Attributes:
        name: `template`, `environment` or `state`.
        path: Repository-relative path of its file.
        root: Pointer of `value` in that file.
        value: What it sets.
    """

    name: str
    path: str
    root: tuple[str | int, ...]
    value: Any


class Origin(NamedTuple):
    """One effective value and where it came from.

    Attributes:
        pointer: Keys from the effective document's root to the value.
        value: A scalar, a list or an empty mapping.
        layer: The layer that decided it.
        source: Pointer of the value in that layer's file.
    """

    pointer: tuple[str, ...]
    value: Any
    layer: Layer
    source: tuple[str | int, ...]


def origins(layers: Sequence[Layer], at: tuple[str, ...] = ()) -> list[Origin]:
    """The origin of each leaf of `layers` merged in their order, sorted by pointer.

    Args:
        layers: From the weakest to the strongest.
        at: Pointer of what the layers set in the effective document.
    """
    found: dict[tuple[str, ...], Origin] = {}
    for layer in layers:
        for pointer, value in _leaves(layer.value, ()):
            below = [known for known in found if known[: len(pointer)] == pointer]
            if value == {} and any(known != pointer for known in below):
                continue  # an empty mapping changes nothing in a mapping
            for known in [*below, *(pointer[:depth] for depth in range(len(pointer)))]:
                found.pop(known, None)
            found[pointer] = Origin(at + pointer, value, layer, layer.root + pointer)
    return [found[pointer] for pointer in sorted(found)]


def _leaves(value: Any, pointer: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from _leaves(child, (*pointer, key))
    else:
        yield pointer, value
