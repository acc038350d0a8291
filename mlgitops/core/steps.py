"""Steps of the path: which environments a release has been through before it comes to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.slots import slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgitops.core.slots import SlotName

    Steps = Sequence[Sequence[str]]


def number(steps: Steps, environment: str) -> int:
    """Which step an environment of the path is in, counted from 0."""
    return next(number for number, step in enumerate(steps) if environment in step)


def later(steps: Steps, target: SlotName) -> list[SlotName]:
    """The slots of all steps after a target's, each champion before its challenger."""
    return _slots(name for step in steps[number(steps, target.environment) + 1 :] for name in step)


def upstream(steps: Steps, source: SlotName | None, target: SlotName) -> list[SlotName]:
    """The slots from which releases come to a target, each champion before its challenger.

    Those of the source's step. Where the source is beside the target (a challenger that is crowned), or where there is
    none (a release that somebody wrote by hand), those of the step before the target's: none for the first.
    """
    if source is None or source.environment == target.environment:
        place = number(steps, target.environment) - 1
        names = steps[place] if place >= 0 else []
    else:
        names = steps[number(steps, source.environment)]
    return _slots(name for name in names if name != target.environment)


def _slots(names: Iterable[str]) -> list[SlotName]:
    return [slot for name in names for slot in slots_of(name)]
