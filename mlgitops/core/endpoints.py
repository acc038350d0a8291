"""Endpoints: what is compared, as people name it: a slot, a slot as it was in a commit, or a whole commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.slots import CHALLENGER, SlotName
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection


class Endpoint(NamedTuple):
    """One side of a comparison.

    Attributes:
        text: What was typed.
        slot: The slot; None for all that a commit declares.
        revision: The commit; empty for the work tree.
    """

    text: str
    slot: SlotName | None
    revision: str


def endpoint(text: str, environments: Collection[str]) -> Endpoint:
    """What somebody typed: `prod`, `prod/challenger`, `prod@v1.4`, or a revision.

    Args:
        text: What was typed; where a branch is called as an environment is, the environment is meant.
        environments: The names of all environments.
    """
    slot, at, revision = text.partition("@")
    name, mark, rest = slot.partition("/")
    is_slot = name in environments and (not mark or rest == CHALLENGER)
    if is_slot and bool(at) == bool(revision) and not revision.startswith("{"):  # prod@{1} is a branch's past
        return Endpoint(text, SlotName(name, bool(mark)), revision)
    return Endpoint(text, None, text)


def require_alike(before: Endpoint, after: Endpoint) -> None:
    """Refuse to compare a slot with all that a commit declares.

    Raises:
        InputError: Somebody wants to.
    """
    if (before.slot is None) is not (after.slot is None):
        slot, revision = (before, after) if before.slot else (after, before)
        raise InputError(
            f"`{slot.text}` is an environment and `{revision.text}` is none",
            hint=f"Compare {slot.slot} with what it was: `mlgitops diff {slot.slot}@{revision.text} {slot.slot}`."
            if revision.text.isprintable() and " " not in revision.text
            else "Compare two environments, or two revisions.",
        )
