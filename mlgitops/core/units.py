"""Units by the names that people type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.project import Project, Unit


def called(project: Project, name: str, environment: str) -> Unit:
    """The state called `name`, with its team's folder or without, of an environment.

    Raises:
        InputError: There is none; the hint names the environments that have it, or what is close.
    """
    project.environment(environment)
    units = {home: project.survey(home)[0] for home in project.environments}
    for unit in units[environment]:
        if name in (unit.name, unit.key):
            return unit
    homes = [home for home, found in units.items() if any(name in (unit.name, unit.key) for unit in found)]
    message = f"the environment `{environment}` has no state called `{name}`"
    if homes:
        raise InputError(message, hint=f"It stands in {', '.join(homes)}.")
    raise InputError(message, hint=meant(name, sorted({unit.name for unit in units[environment]})))


def meant(name: str, known: list[str]) -> str:
    """What somebody may have meant by a name, as a hint."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1) or [other for other in known if name in other]
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"The states are {', '.join(known[:20])}." if known else "There are no states."
