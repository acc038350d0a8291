"""Past: which releases were declared in the slots of some services, read from Git once an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.history import declared
from mlgitops.core.project import unit_at

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlgitops.core.history import Declared
    from mlgitops.core.revisions import Revision
    from mlgitops.core.slots import SlotName
    from mlgitops.ports.git import History


class Past:
    """What was declared before a commit.

    Args:
        history: Git.
        commit: The commit.
        names: The services that will be asked about.
    """

    def __init__(self, history: History, commit: str, names: Collection[str]) -> None:
        self._history = history
        self._commit = commit
        self._names = frozenset(names)
        self._versions: dict[str, dict[str, list[tuple[Revision, bytes | None]]]] = {}

    def require_whole(self) -> None:
        """Make sure that history can be told.

        Raises:
            InputError: The clone is shallow: it cannot.
        """
        self._history.revisions(self._commit, [])

    def declared(self, slot: SlotName, name: str) -> list[Declared]:
        """The releases of a service in a slot, newest first.

        Raises:
            InputError: The clone is shallow: history cannot be told.
        """
        return declared(self.versions(slot.environment).get(name, []), slot)

    def versions(self, environment: str) -> dict[str, list[tuple[Revision, bytes | None]]]:
        """The commits that changed the state of each service in an environment, newest first, with its file after.

        Raises:
            InputError: The clone is shallow: history cannot be told.
        """
        if environment not in self._versions:
            self._versions[environment] = self._read(f"environments/{environment}/state")
        return self._versions[environment]

    def _read(self, folder: str) -> dict[str, list[tuple[Revision, bytes | None]]]:
        changed: list[tuple[str, Revision, str]] = []
        for revision in self._history.revisions(self._commit, [folder]):
            after: dict[str, str] = {}
            for path, name in revision.files.items():
                unit = unit_at(path)
                if unit and unit.name in self._names:
                    after[unit.name] = name or after.get(unit.name, "")  # a file that only moved to another folder
            changed += [(name, revision, found) for name, found in after.items()]
        objects = list(dict.fromkeys(found for _, _, found in changed if found))
        contents = dict(zip(objects, self._history.read(objects), strict=True)) if objects else {}
        versions: dict[str, list[tuple[Revision, bytes | None]]] = {}
        for name, revision, found in changed:
            versions.setdefault(name, []).append((revision, contents[found] if found else None))
        return versions
