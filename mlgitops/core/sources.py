"""Sources: everything that a release fetches or was made from, with where it stands in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.states import Slot

Pointer = tuple[str | int, ...]


class Source(NamedTuple):
    """One address.

    Attributes:
        pointer: Where it stands in the state: what holds `uri`, or the image itself.
        what: What to call it in messages.
        uri: The address.
        revision: The revision beside it, if any.
        digest: The digest beside it, if any.
    """

    pointer: Pointer
    what: str
    uri: str
    revision: str | None
    digest: str | None


def weights(slot: Slot) -> Iterator[Source]:
    """The model and the artifacts of a slot's release."""
    release = slot.release
    if "model" in release:
        yield _source((*slot.root, "release", "model"), "the model", release["model"])
    for index, item in enumerate(release.get("artifacts", ())):
        yield _source((*slot.root, "release", "artifacts", index), f"the artifact `{item['name']}`", item)


def data(slot: Slot) -> Iterator[Source]:
    """The data that a slot's release was made from."""
    for index, item in enumerate(slot.release.get("lineage", {}).get("data", ())):
        yield _source((*slot.root, "release", "lineage", "data", index), f"the data `{item['name']}`", item)


def images(slot: Slot) -> Iterator[tuple[Pointer, str, str]]:
    """The images that a slot's release runs and was trained with: where, what, and the reference."""
    yield (*slot.root, "release", "image"), "the image", slot.release["image"]
    training = slot.release.get("lineage", {}).get("training", {})
    if "image" in training:
        yield (*slot.root, "release", "lineage", "training", "image"), "the training image", training["image"]


def _source(pointer: Pointer, what: str, item: Mapping[str, Any]) -> Source:
    return Source(pointer, what, item["uri"], item.get("revision"), item.get("digest"))
