"""Branches: what the branch of a promotion, a rollback or a hold is called, and what can be read from its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.git_refs import is_valid_branch
from mlgitops.core.project import unit_at
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName

PREFIX = "mlgitops/"
"""How every branch begins that the program makes."""

TEAMLESS = "teamless"


def promotion_prefix(source: SlotName, target: SlotName) -> str:
    """How the branches of promotions from one slot to another begin."""
    return f"{PREFIX}promote/{source.in_branch}/{target.in_branch}/"


def of_team(unit: Unit) -> str:
    """The last part of the name of a branch that brings what a team promotes."""
    return _part("team", unit.team) if unit.team else TEAMLESS


def of_service(unit: Unit) -> str:
    """The last part of the name of a branch that brings one service."""
    return _part("service", unit.name)


def change_branch(verb: str, target: SlotName, name: str) -> str:
    """The branch of a rollback or a hold of one service."""
    return f"{PREFIX}{verb}/{target.in_branch}/{_part('service', name)}"


def is_about(branch: str, path: str) -> bool:
    """Whether a file is what a branch is about: a state, or a manifest, of a service that it brings, in its target."""
    *_, target, last = ("", *branch.split("/"))
    unit = state_of(path)
    if unit is None or unit.environment != target.partition(".")[0]:
        return False
    return last in (of_team(unit), of_service(unit))


def state_of(path: str) -> Unit | None:
    """The state that a path is, or is a manifest of; None for any other."""
    parts = path.split("/")
    if parts[2:3] == ["hydrated"]:
        parts = [*parts[:2], "state", *parts[3:-2], f"{parts[-2]}.yaml"]
    return unit_at("/".join(parts))


def _part(kind: str, name: str) -> str:
    """A part of a branch's name. No branch may end in `.lock`, and no name in `-`: the one that would gets it."""
    return f"{kind}.{name}" if name != "lock" else f"{kind}.lock-"


def require_branch(name: str) -> str:
    """`name`, if a branch can be called so.

    Raises:
        InputError: Git would not take it.
    """
    if not is_valid_branch(name):
        raise InputError(f"{name!a} cannot be the name of a branch", hint="Name the branch that is merged into.")
    return name
