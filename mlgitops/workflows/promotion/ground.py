"""Ground: what a plan is computed on, the files of the branch that it will go into."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mlgitops.core.evidence import Evaluations
from mlgitops.core.hydrate import Hydrator
from mlgitops.core.leniency import declared_in, readable
from mlgitops.core.project import STATE_KINDS, Documents, Project, unit_at
from mlgitops.core.promotion.moves import File
from mlgitops.core.snapshot import Overlay, files_below
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.project import Unit
    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.slots import SlotName
    from mlgitops.core.snapshot import Snapshot


_ANY = {"placement": {"nodePools": ["any"]}}  # what a new state must have, and may not have yet


class Ground:
    """The documents of one snapshot, as plans read them.

    Args:
        snapshot: The files.
        schemas: The schemas of the documents.

    Attributes:
        snapshot: As given.
        documents: Reader of the documents.
        project: The project.
        states: Reader of states, which hydrates them too.
        evaluations: The evaluations of all services.

    Raises:
        InputError: There is no project, or it is broken.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet) -> None:
        self.snapshot = snapshot
        self.documents = Documents(snapshot, schemas)
        self.project = Project(self.documents)
        self.states = Hydrator(self.documents, self.project)
        self.evaluations = Evaluations(self.documents, self.project.environments)
        self._units: dict[str, dict[str, Unit]] = {}
        self._read: dict[Unit, dict[str, Any]] = {}

    @property
    def gates(self) -> Mapping[str, Any]:
        """What the project says of gates."""
        settings: Mapping[str, Any] = self.project.settings.get("gates", {})
        return settings

    def units(self, environment: str) -> Mapping[str, Unit]:
        """The states of an environment by name, sorted.

        Raises:
            InputError: It is not on the path, or a file stands where no state can.
        """
        if environment not in self._units:
            self.project.environment(environment)
            listed = self.project.units(environment)
            self._units[environment] = {unit.name: unit for unit in sorted(listed, key=lambda unit: unit.name)}
        return self._units[environment]

    def named(self, environment: str, names: Sequence[str]) -> list[Unit]:
        """The states of these names, with their team's folder or without; all of them for none.

        Raises:
            InputError: One is not declared there.
        """
        units = self.units(environment)
        if not names:
            return list(units.values())
        found = []
        for name in dict.fromkeys(names):
            unit = units.get(name.rpartition("/")[2])
            if unit is None or name not in (unit.name, unit.key):
                close = get_close_matches(name, units, 1)
                raise InputError(
                    f"{environment} has no state called `{name}`",
                    hint=f"Did you mean `{close[0]}`?" if close else f"See environments/{environment}/state/.",
                )
            found.append(unit)
        return sorted(set(found), key=lambda unit: unit.name)

    def state(self, unit: Unit) -> Mapping[str, Any]:
        """The document of a state.

        Raises:
            InputError: It is broken.
        """
        if unit not in self._read:
            self._read[unit] = self.states.state(unit)
        return self._read[unit]

    def require_state(self, move: Move) -> Move:
        """`move`, if what it makes is a valid state: people may have committed anything to the branch that it changes.

        A new state may lack what it asks for still.

        Raises:
            InputError: It is none.
        """
        document, kind = move.document, move.document.get("kind")
        if move.created and isinstance(document.get("deploy"), dict):
            document = {**document, "deploy": {**_ANY, **document["deploy"]}}
        if kind not in STATE_KINDS or not self.documents.schemas.accepts(kind, document):
            Ground(Overlay(self.snapshot, {move.unit.path: move.data}), self.documents.schemas).state(move.unit)
        return move

    def file(self, unit: Unit) -> File:
        """The file of a state."""
        return File(unit.path, self.snapshot.read(unit.path))

    def release(self, unit: Unit, slot: SlotName) -> dict[str, Any] | None:
        """The release in a slot of a state, or None where the slot is empty."""
        return slot.release(self.state(unit))

    def declared(self, environment: str, name: str) -> Mapping[str, Any]:
        """The state of a service; of one that is broken the releases and holds alone; empty where it declares none."""
        try:
            known = self.units(environment).get(name)
            return self.state(known) if known else {}
        except InputError:
            return self._readable(environment, name)

    def _readable(self, environment: str, name: str) -> dict[str, Any]:
        for path in files_below(self.snapshot, f"environments/{environment}/state"):
            unit = unit_at(path)
            if unit and unit.name == name:
                try:
                    return declared_in(readable(self.snapshot.read(path), path))
                except InputError:
                    return {}
        return {}
