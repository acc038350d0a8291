"""Leniency: states as they are read where what is valid today must not hide what was declared then."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core import digests
from mlgitops.core.slots import CHALLENGER, slots_of
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.slots import SlotName


def readable(data: bytes, path: str) -> dict[str, Any]:
    """The document in a state's file, valid or not, as long as it says which release it declares.

    Raises:
        InputError: It does not.
    """
    try:
        document = _loaded(data)
    except InputError:
        document = load(data, path)  # says where
    release = document.get("release") if isinstance(document, dict) else None
    if not isinstance(release, dict) or not isinstance(release.get("version"), str):
        raise InputError(
            "the file declares no release", path=path, hint="`mlgitops validate` tells what is wrong with it."
        )
    for block in (document, document.get(CHALLENGER)):
        if isinstance(block, dict) and "release" in block:
            digests.digest(block["release"])  # a number that has no digest is no release
    found: dict[str, Any] = document
    return found


@lru_cache(maxsize=64)
def _loaded(data: bytes) -> Any:
    """The document, which nobody changes: the newest version in history is most often the file that is there."""
    return load(data, "")


def block_of(slot: SlotName, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What holds the release of a slot in such a document, or in an empty one; None where the slot has none."""
    block = slot.block(state)
    release = block.get("release") if isinstance(block, dict) else None
    return block if isinstance(release, dict) and isinstance(release.get("version"), str) else None


def declared_in(state: Mapping[str, Any]) -> dict[str, Any]:
    """The releases and holds of such a document, and nothing else of it: who reads on need not doubt the rest."""
    found: dict[str, Any] = {}
    for slot in slots_of(""):
        block = block_of(slot, state)
        if block is not None:
            kept = {"release": block["release"], **_held(block.get("hold"))}
            found |= {CHALLENGER: kept} if slot.challenger else kept
    return found


def _held(hold: Any) -> dict[str, dict[str, str]]:
    """A hold as a valid one is written; of one that cannot be read, that it is there."""
    if hold is None:
        return {}
    known = {key: str(hold[key]) for key in ("reason", "by", "until") if key in hold} if isinstance(hold, dict) else {}
    return {"hold": {"reason": "nobody can read why", **known}}
