"""Reach: what has to be judged anew after some files have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.project import unit_at

if TYPE_CHECKING:
    from collections.abc import Iterable

JUDGED = (PROJECT_FILE, "environments", "templates", "schemas")
"""Where the files stand that are judged."""


class Reach(NamedTuple):
    """What changed files reach.

    Attributes:
        paths: Files and folders that are judged as a whole; the empty string is everything.
        names: Names of states that are judged in every environment.
    """

    paths: tuple[str, ...]
    names: tuple[str, ...]


def reach(changed: Iterable[str]) -> Reach:
    """What `changed` files reach, which may be gone.

    The project and its schemas reach everything, a template its states. A state or a manifest reaches its environment,
    whose pools and names it shares with others, and its releases in other environments; an evaluation reaches the
    states that it is about, wherever they are.
    """
    paths: dict[str, None] = {}
    names: dict[str, None] = {}
    for path in changed:
        top, _, rest = path.partition("/")
        if top in (PROJECT_FILE, "schemas"):
            return Reach(("",), ())
        if top == "templates":
            paths["/".join(path.split("/")[:3])] = None
        elif top == "environments" and rest.partition("/")[2].startswith("evaluations/"):
            paths[path] = None
            names[path.split("/")[-2]] = None
        elif top == "environments":
            paths["/".join(path.split("/")[:2])] = None
            unit = unit_at(path)
            if unit:
                names[unit.name] = None
    return Reach(tuple(paths), tuple(names))
