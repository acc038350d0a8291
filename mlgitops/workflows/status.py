"""Status: what each environment declares of each service, since when, and how far it is behind the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.history import newest_first
from mlgitops.core.leniency import block_of, readable
from mlgitops.core.positions import Position, position
from mlgitops.core.project import Documents, Project
from mlgitops.core.slots import SlotName, slots_of
from mlgitops.core.units import meant
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.past import Past
from mlgitops.workflows.proposals import changed, proposals
from mlgitops.workflows.telling import Kept, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.project import Unit
    from mlgitops.core.revisions import Branch, Revision
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports.forge import PullRequest
    from mlgitops.ports.git import History
    from mlgitops.workflows.proposals import Proposed


class Request(NamedTuple):
    """What is asked.

    Attributes:
        names: Names of states, with their team's folders or without; none for all.
        environments: Names; none for all of the path.
    """

    names: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


class Standing(NamedTuple):
    """A slot of a service.

    Attributes:
        slot: The slot.
        version: Version of its release; empty where it has none yet.
        digest: Digest of it; likewise.
        challenge: Mode and percentage, of a challenger.
        since: The commit that declared it; None where it is not committed, or history is not told.
        position: How it stands beside its source; None in the first environment.
        hold: The hold on the slot, if there is one and it has not ended.
        waiting: What waits to be merged into it.
        broken: Why nothing can be told of it: its file cannot be read; else empty.
    """

    slot: SlotName
    version: str
    digest: str
    challenge: Mapping[str, Any]
    since: Revision | None
    position: Position | None
    hold: Mapping[str, Any] | None
    waiting: Sequence[Proposed]
    broken: str = ""


class Service(NamedTuple):
    """A service, by `[<team>/]<name>`, with its slots along the path."""

    key: str
    slots: list[Standing]


class Report(NamedTuple):
    """The answer.

    Attributes:
        services: In byte order.
        broken: States that cannot be read: path and why.
        untold: Why history is not told; empty where it is.
    """

    services: list[Service]
    broken: list[tuple[str, str]]
    untold: str


class Before(NamedTuple):
    """Where history is told.

    Attributes:
        history: Git.
        commit: The commit that it is told before.
        branches: What waits on branches of remotes.
        pull_requests: The open ones, by branch; None where no forge was asked.
    """

    history: History
    commit: str
    branches: Sequence[Branch]
    pull_requests: Mapping[str, PullRequest] | None = None


class Status:
    """The workflow.

    Args:
        snapshot: What is declared.
        schemas: The schemas of the documents.
        before: Where history is told; or why it is not.
        today: The date, `YYYY-MM-DD`, by which holds end.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet, before: Before | str, today: str) -> None:
        self._snapshot = snapshot
        self._project = Project(Documents(snapshot, schemas))
        self._before = before
        self._today = today
        self._units: dict[str, dict[str, Unit]] = {}
        self._states: dict[Unit, Mapping[str, Any] | None] = {}
        self._broken: dict[str, str] = {}
        self._told: dict[tuple[SlotName, str], Told] = {}
        self._past: Past | None = None

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no project, or no such environment or state.
        """
        for name in request.environments:
            if name not in self._project.environments:
                self._project.environment(name)  # says so
        for environment in self._project.environments:
            for unit in self._project.survey(environment)[0]:
                self._units.setdefault(unit.name, {})[environment] = unit
        waiting = self._waiting()
        chosen = self._chosen(request.names)
        untold = self._look_back(chosen)
        shown = request.environments or self._project.environments
        slots = [slot for name in shown for slot in slots_of(name)]
        services = []
        for name in chosen:
            found = [one for slot in slots for one in self._standing(slot, name, waiting.get((slot, name), []))]
            services += [Service([*self._units[name].values()][-1].key, found)] if found else []
        return Report(sorted(services, key=lambda one: one.key), sorted(self._broken.items()), untold)

    def _chosen(self, names: Sequence[str]) -> list[str]:
        """The names of the services that are asked for, each once."""
        keys = {key: name for name, homes in self._units.items() for unit in homes.values() for key in (unit.key, name)}
        for name in names:
            if name not in keys:
                raise InputError(f"no environment has a state called `{name}`", hint=meant(name, sorted(self._units)))
        return list(dict.fromkeys(keys[name] for name in names)) or sorted(self._units)

    def _look_back(self, names: Sequence[str]) -> str:
        """Begin to tell history; why it cannot be told, or nothing."""
        if isinstance(self._before, str):
            return self._before
        past = Past(self._before.history, self._before.commit, names)
        try:
            for environment in self._project.environments:
                past.versions(environment)
        except InputError as error:
            return f"{error.message}; {error.hint}" if error.hint else error.message
        self._past = past
        return ""

    def _waiting(self) -> dict[tuple[SlotName, str], list[Proposed]]:
        """What waits on branches; services and states that only they have are added to those known."""
        if isinstance(self._before, str):
            return {}
        known = self._project.environments
        found = [one for one in changed(self._before.branches, self._before.history) if one.unit.environment in known]
        for one in found:
            self._units.setdefault(one.unit.name, {}).setdefault(one.unit.environment, one.unit)
        waiting = proposals(found, lambda unit: self._state(unit.name, unit.environment))
        asked = self._before.pull_requests
        if asked is None:
            return waiting
        return {
            slot: [one.of(asked[one.branch]) for one in ones if one.branch in asked] for slot, ones in waiting.items()
        }

    def _standing(self, slot: SlotName, name: str, waiting: Sequence[Proposed]) -> Iterator[Standing]:
        state = self._state(name, slot.environment)
        block = block_of(slot, state or {})
        told = self._telling(slot, name)
        still = [one for one in waiting if one.number is not None or one.is_open(told.digests())]
        if block is not None:
            challenge = {key: block[key] for key in ("mode", "percent") if slot.challenger and key in block}
            beside = self._position(slot, name, told)
            version = block["release"]["version"]
            yield Standing(slot, version, told.current, challenge, told.since, beside, self._hold(block), still)
        elif still or (state is None and not slot.challenger):
            why = self._broken[self._units[name][slot.environment].path] if state is None else ""
            yield Standing(slot, "", "", {}, None, None, None, still, why)

    def _position(self, slot: SlotName, name: str, ours: Told) -> Position | None:
        """How a slot stands beside the nearest of the environments that it gets releases from."""
        steps = self._project.steps
        number = next(at for at, step in enumerate(steps) if slot.environment in step)
        found = []
        for source in steps[number - 1] if number else ():
            theirs = self._telling(SlotName(source), name)
            if theirs.current and self._past:
                beside = position(source, theirs.digests(), ours.digests())
                unknown = beside.behind is None and ours.began_before(theirs)
                found.append(beside._replace(ahead=beside.ahead - 1) if unknown else beside)
            else:  # without history nothing but equality is known
                found.append(Position(source, 0 if theirs.current == ours.current else None, 0))
        return min(found, key=lambda one: (one.behind is None, one.ahead, one.behind or 0), default=None)

    def _hold(self, block: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The hold on a slot, if there is one; its last day is part of it."""
        hold = block.get("hold")
        return hold if isinstance(hold, dict) and str(hold.get("until", self._today)) >= self._today else None

    def _telling(self, slot: SlotName, name: str) -> Told:
        if (slot, name) not in self._told:
            block = block_of(slot, self._state(name, slot.environment) or {})
            versions = self._past.versions(slot.environment).get(name, []) if self._past else []
            current = digests.digest(block["release"]) if block else ""
            self._told[slot, name] = Told(current, Kept(newest_first(versions, slot)))
        return self._told[slot, name]

    def _state(self, name: str, environment: str) -> Mapping[str, Any] | None:
        """The state of a service; empty where there is none, None for a broken one."""
        unit = self._units[name].get(environment)
        if unit is None or not self._snapshot.exists(unit.path):
            return {}
        if unit not in self._states:
            try:
                self._states[unit] = readable(self._snapshot.read(unit.path), unit.path)
            except InputError as error:
                self._states[unit] = None
                self._broken[unit.path] = error.message
        return self._states[unit]
