"""Steps of the path: which environments a release has been through before it comes to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.slots import SlotName

if TYPE_CHECKING:
    from collections.abc import Sequence

    Steps = Sequence[Sequence[str]]


def number(steps: Steps, environment: str) -> int:
    """Which step an environment of the path is in, counted from 0."""
    return next(number for number, step in enumerate(steps) if environment in step)


def is_backward(steps: Steps, source: SlotName | None, target: SlotName) -> bool:
    """Whether a promotion goes to an earlier step than it comes from, as a hotfix does that returns."""
    return source is not None and number(steps, source.environment) > number(steps, target.environment)


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
    return [SlotName(name, challenger) for name in names if name != target.environment for challenger in (False, True)]
