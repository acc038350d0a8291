"""Slots as people name them: `prod`, and `prod/challenger` beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

CHALLENGER = "challenger"


class SlotName(NamedTuple):
    """Where a release answers.

    Attributes:
        environment: Name of the environment.
        challenger: Whether it is the place beside the champion.
    """

    environment: str
    challenger: bool = False

    def __str__(self) -> str:
        return f"{self.environment}/{CHALLENGER}" if self.challenger else self.environment

    @property
    def in_branch(self) -> str:
        """How it is spelt in the name of a branch, where `/` parts."""
        return str(self).replace("/", ".")

    @property
    def root(self) -> tuple[str, ...]:
        """Pointer of what holds `release` and `hold` in a state."""
        return (CHALLENGER,) if self.challenger else ()

    def block(self, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What holds `release` and `hold` of this slot in a state, or None where the slot is empty."""
        return state.get(CHALLENGER) if self.challenger else state

    def release(self, state: Mapping[str, Any]) -> dict[str, Any] | None:
        """The release in this slot of a state, or None where the slot is empty."""
        block = self.block(state)
        release: dict[str, Any] | None = block["release"] if block else None
        return release


def slots_of(environment: str) -> tuple[SlotName, SlotName]:
    """The slots of an environment: the champion's, and the challenger's beside it."""
    return SlotName(environment), SlotName(environment, challenger=True)


def slot_name(text: str) -> SlotName:
    """The slot that someone typed; whether there is such an environment is not asked.

    Raises:
        InputError: It is no slot.
    """
    environment, mark, rest = text.partition("/")
    if not environment or (mark and rest != CHALLENGER):
        raise InputError(
            f"`{text}` is no slot", hint=f"A slot is an environment, or `<environment>/{CHALLENGER}` beside it."
        )
    return SlotName(environment, bool(mark))
