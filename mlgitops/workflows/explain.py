"""Explain: what is effective for one state, and where each value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.explain import Effective, effective
from mlgitops.core.layout import environment_file
from mlgitops.core.project import Documents, Project
from mlgitops.core.schema_words import dotted
from mlgitops.core.states import States
from mlgitops.core.units import called
from mlgitops.core.yaml.read import locate
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.yaml.read import Positions


class Request(NamedTuple):
    """What is asked.

    Attributes:
        name: Name of a state, with its team's folder or without.
        environment: Name of its environment.
        field: Dotted beginning of the fields to explain; empty for all.
    """

    name: str
    environment: str
    field: str = ""


class Place(NamedTuple):
    """A place in a file; line and column are counted from 1."""

    path: str
    line: int
    column: int


class Entry(NamedTuple):
    """One effective value.

    Attributes:
        field: Dotted name.
        value: What is effective.
        layer: `template`, `environment`, `state` or `floor`.
        place: Where it is written.
        written: The address as written there, where a location rewrites it.
        location: Where that location is written.
    """

    field: str
    value: Any
    layer: str
    place: Place
    written: str | None
    location: Place | None


class Report(NamedTuple):
    """The values, sorted by field, of the state at `path`."""

    path: str
    entries: list[Entry]


class Explain:
    """The workflow.

    Args:
        snapshot: Where the state is read.
        schemas: The schemas of the documents.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)
        self._positions: dict[str, Positions] = {}

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such environment, state or field, or a document is broken.
        """
        project = Project(self._documents)
        unit = called(project, request.name, request.environment)
        values = effective(States(self._documents, project), unit)
        entries = [self._entry(one, unit) for one in values if _inside(dotted(one.field), request.field)]
        if not entries:
            raise _unknown([dotted(one.field) for one in values], request)
        return Report(unit.path, entries)

    def _entry(self, one: Effective, unit: Unit) -> Entry:
        location = None
        if one.location is not None:
            location = self._place(environment_file(unit.environment), ("locations", one.location))
        return Entry(dotted(one.field), one.value, one.layer, self._place(one.path, one.source), one.written, location)

    def _place(self, path: str, pointer: tuple[str | int, ...]) -> Place:
        if path not in self._positions:
            self._positions[path] = locate(self._snapshot.read(path), path)
        return Place(path, *self._positions[path].of(pointer, key=True))


def _inside(field: str, asked: str) -> bool:
    return not asked or field == asked or (field.startswith(asked) and field[len(asked)] in ".[")


def _unknown(fields: list[str], request: Request) -> InputError:
    from difflib import get_close_matches

    known = list(dict.fromkeys(part for field in fields for part in _beginnings(field)))
    close = [field for field in known if field.endswith(f".{request.field}")][:1]
    close = close or get_close_matches(request.field, known, 1)
    blocks = ", ".join(sorted({field.partition(".")[0] for field in fields}))
    return InputError(
        f"nothing sets `{request.field}` for `{request.name}` in `{request.environment}`",
        hint=f"Did you mean `{close[0]}`?" if close else f"The blocks are {blocks}.",
    )


def _beginnings(field: str) -> list[str]:
    ends = [number for number, char in enumerate(field) if char in ".["]
    return [*(field[:end] for end in ends), field]
