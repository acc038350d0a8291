"""History: which releases were declared in a slot, from when to when. What was declared, not what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.leniency import block_of, readable
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.core.revisions import Revision
    from mlgitops.core.slots import SlotName


class Declared(NamedTuple):
    """A release that was declared in a slot, from one commit to another.

    Attributes:
        digest: Digest of the release.
        release: The release as written.
        since: The commit that declared it.
        until: The commit that declared another, or none; None where it is declared still.
    """

    digest: str
    release: Mapping[str, Any]
    since: Revision
    until: Revision | None


def declared(versions: Iterable[tuple[Revision, bytes | None]], slot: SlotName) -> list[Declared]:
    """The releases of a slot, newest first; one that came back stands there as often as it came.

    Args:
        versions: The commits that changed the state's file, newest first, each with the file after it; None where
            there was none any more. A version that cannot be read changes nothing.
        slot: Whose releases: only whether it is the challenger's counts.
    """
    return list(newest_first(versions, slot))


def newest_first(versions: Iterable[tuple[Revision, bytes | None]], slot: SlotName) -> Iterator[Declared]:
    """As `declared`, without reading more versions than it takes to tell the releases that are asked for."""
    last: Declared | None = None
    for revision, data in versions:
        known, release = _release(data, slot)
        if not known:
            continue
        digest = digests.digest(release) if release else ""
        if last is None or last.digest != digest:
            if last and last.digest:
                yield last
            last = Declared(digest, release or {}, revision, last and last.since)
        else:
            last = last._replace(release=release or {}, since=revision)
    if last and last.digest:
        yield last


def _release(data: bytes | None, slot: SlotName) -> tuple[bool, Mapping[str, Any] | None]:
    """Whether a version can be read, and the release in it."""
    if data is None:
        return True, None
    try:
        state = readable(data, "")
        block = block_of(slot, state)
    except InputError:  # written before it had to be valid
        return False, None
    if block is None:
        return slot.block(state) is None, None
    release: Mapping[str, Any] = block["release"]
    return True, release
