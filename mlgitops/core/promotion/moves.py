"""Moves: a release on its way into a slot, as a change to one state's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlgitops.core import digests
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.yaml.edit import replace, take
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.removal import remove
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName

Action = Literal["promotion", "rollback", "hold"]

SHADOW = {"mode": "shadow", "percent": 10}
"""How a challenger begins: it gets copies of some requests, and nobody waits for its answers."""


class Move(NamedTuple):
    """A change to the state of one service.

    Attributes:
        action: What it is.
        source: The slot that the release comes from; None where it comes from history, or by hand.
        target: The slot that it goes to.
        unit: The state in the target's environment.
        document: The state as it shall be.
        data: Its file.
        release: The release that shall be declared in the slot; None where only a hold changes and the slot is empty.
        before: The release that is declared there now, or None.
        origin: The state that the release comes from; empty where it comes from none.
        created: Whether the target does not declare the service yet.
        whole: Why all of the file comes back as it was, and not the release alone: a sentence for people. Else empty.
    """

    action: Action
    source: SlotName | None
    target: SlotName
    unit: Unit
    document: Mapping[str, Any]
    data: bytes
    release: Mapping[str, Any]
    before: Mapping[str, Any] | None
    origin: Mapping[str, Any]
    created: bool = False
    whole: str = ""

    @property
    def version(self) -> str:
        """The version that shall be declared."""
        return str(self.release["version"])


class File(NamedTuple):
    """A state's file.

    Attributes:
        path: Where it is.
        data: Its bytes.
    """

    path: str
    data: bytes


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two releases are one, however they are written."""
    if one is None or other is None:
        return one is other
    return digests.digest(one) == digests.digest(other)


def promoted(origin: File, source: SlotName, into: File, target: SlotName) -> bytes:
    """The target's file with the release of the source; what is not about that release stays, byte by byte.

    A release that becomes the champion beside which it ran is no challenger any more.

    Args:
        origin: The file that holds the release.
        source: The slot that it is in.
        into: The file that it goes into; the same one when a challenger is crowned.
        target: The slot that it goes to.

    Raises:
        InputError: One of the files cannot be edited in place; where, and what to do.
    """
    block = take(origin.data, origin.path, (*source.root, "release"))
    data = into.data
    if target.challenger and CHALLENGER not in load(data, into.path):
        data = replace(data, into.path, target.root, {**SHADOW, "release": {}})
    data = replace(data, into.path, (*target.root, "release"), block)
    if source.challenger and not target.challenger and source.environment == target.environment:
        data = remove(data, into.path, source.root)
    return data


def restored(into: File, target: SlotName, earlier: File) -> bytes:
    """The target's file with the release that an earlier version of it declared.

    Args:
        into: The file as it is.
        target: The slot.
        earlier: The file as it was.

    Raises:
        InputError: One of the files cannot be edited in place, or the slot is empty now.
    """
    if target.challenger and CHALLENGER not in load(into.data, into.path):
        raise InputError(
            f"there is no challenger in {into.path} to roll back",
            path=into.path,
            hint="Promote a release into the slot instead.",
        )
    block = take(earlier.data, earlier.path, (*target.root, "release"))
    return replace(into.data, into.path, (*target.root, "release"), block)


def held(into: File, target: SlotName, hold: Mapping[str, Any]) -> bytes:
    """The file with a hold on the slot: no release is promoted into it.

    Raises:
        InputError: The file cannot be edited in place.
    """
    return replace(into.data, into.path, (*target.root, "hold"), dict(hold))


def released(into: File, target: SlotName) -> bytes:
    """The file without a hold on the slot.

    Raises:
        InputError: The file cannot be edited in place.
    """
    return remove(into.data, into.path, (*target.root, "hold"))
