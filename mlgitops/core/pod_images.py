"""Images of pods: what their containers run and what they mount from a registry, and whether that can change."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.references import ImageReferenceError, parse_normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.pods import Pods

Pointer = tuple[str | int, ...]

PLACEHOLDER = "sha256:" + "0" * 64
"""A digest that nothing has: somebody meant to fill it in."""

NO_DIGEST = "has no digest: all zeros is a placeholder"
"""What is said of it."""

_MOVING = re.compile(
    "(?:.*[._-])?latest(?:[._-].*)?|main|master|trunk|stable|nightly|dev|develop|edge|head|snapshot|v?[0-9]{1,2}",
    re.IGNORECASE,
)
"""Tags that people push again: names of branches and channels, and major versions alone."""


def images(pods: Iterable[Pods]) -> Iterator[tuple[Pointer, str]]:
    """Every image of pods, with where it stands in the manifest."""
    for one in pods:
        for container, pointer in zip(_list(one.spec.get("containers")), one.containers, strict=False):
            yield from _image(container, pointer, "image")
        for index, container in enumerate(_list(one.spec.get("initContainers"))):
            yield from _image(container, (*one.pointer, "initContainers", index), "image")
        for index, volume in enumerate(_list(one.spec.get("volumes"))):
            if isinstance(volume, dict) and "image" in volume:
                yield from _image(volume["image"], (*one.pointer, "volumes", index, "image"), "reference")


@lru_cache(maxsize=4096)
def moving(image: str) -> str | None:
    """The tag of an image that others will be pushed under, in words; None where there is none, or a digest beside it.

    What is no reference is for others to tell.
    """
    try:
        reference = parse_normalized(image)
    except ImageReferenceError:
        return None
    if reference.digest:
        return None
    if not reference.tag:
        return "an image without tag and digest, which is `latest`,"
    return f"the tag `{reference.tag}`" if _MOVING.fullmatch(reference.tag) else None


def unpinned(image: str) -> str | None:
    """What keeps an image from being pinned, in words; None where a digest pins it."""
    if "@" not in image:
        return "has no digest"
    return NO_DIGEST if image.endswith(PLACEHOLDER) else None


def _image(holder: Any, pointer: Pointer, key: str) -> Iterator[tuple[Pointer, str]]:
    image = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(image, str):
        yield (*pointer, key), image


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
