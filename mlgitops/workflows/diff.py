"""Diff: two environments, or one repository at two commits; what changed for the model first, manifests after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.diff import changes, model_changes
from mlgitops.core.endpoints import require_alike
from mlgitops.core.evidence import Evaluations
from mlgitops.core.leniency import block_of, readable
from mlgitops.core.metric_changes import metric_changes
from mlgitops.core.project import Documents, Project
from mlgitops.core.slots import CHALLENGER, SlotName
from mlgitops.core.units import meant
from mlgitops.errors import InputError
from mlgitops.workflows.manifest_diff import manifest_diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.cases import Evidence
    from mlgitops.core.diff import Change
    from mlgitops.core.endpoints import Endpoint
    from mlgitops.core.metric_changes import MetricChange
    from mlgitops.core.patches import Patch
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot

_STAYS = ("metadata", "deploy", "acceptance")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        before: One side.
        after: The other.
        names: Names of states, with their team's folders or without; none for all.
        environments: Of two revisions, only these environments; none for all.
        manifests: Whether manifests are compared.
    """

    before: Endpoint
    after: Endpoint
    names: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    manifests: bool = True


class Slot(NamedTuple):
    """A slot on both sides.

    Attributes:
        before: Its name on the one side.
        after: Its name on the other.
        versions: Version of the release on each side; empty where the slot is empty.
        digests: Digests likewise.
        model: What differs about the releases.
        metrics: What was measured of both.
    """

    before: SlotName
    after: SlotName
    versions: tuple[str, str]
    digests: tuple[str, str]
    model: list[Change]
    metrics: list[MetricChange]


class Service(NamedTuple):
    """What differs about one service.

    Attributes:
        key: `[<team>/]<name>`.
        environments: Name of the environment on each side.
        slots: Where releases differ.
        deploy: What differs of what stays in an environment, as written.
        manifests: What differs of its manifests, as they are on both sides.
    """

    key: str
    environments: tuple[str, str]
    slots: list[Slot]
    deploy: list[Change]
    manifests: list[Patch]


class Report(NamedTuple):
    """The answer: the services that differ, and states that cannot be read with the reason."""

    services: list[Service]
    broken: list[tuple[str, str]]


class _Side:
    """The files of one side."""

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet) -> None:
        documents = Documents(snapshot, schemas)
        self.snapshot = snapshot
        self.project = Project(documents)
        self.evaluations = Evaluations(documents, self.project.environments)
        self.broken: dict[str, str] = {}

    def units(self, environment: str) -> dict[str, Unit]:
        """The states of an environment, by name."""
        return {unit.name: unit for unit in self.project.survey(environment)[0]}

    def data(self, unit: Unit | None) -> bytes:
        """The file of a state; empty without one."""
        try:
            return self.snapshot.read(unit.path) if unit else b""
        except InputError as error:
            self.broken[unit.path if unit else ""] = error.message
            return b""

    def state(self, unit: Unit | None, data: bytes) -> dict[str, Any] | None:
        """Its document; empty without one, None for a broken one."""
        if unit is None:
            return {}
        try:
            return readable(data, unit.path)
        except InputError as error:
            self.broken.setdefault(unit.path, error.message)
            return None


class Diff:
    """The workflow.

    Args:
        before: The files of the one side.
        after: The files of the other.
        schemas: The schemas of the documents.
    """

    def __init__(self, before: Snapshot, after: Snapshot, schemas: SchemaSet) -> None:
        self._before = _Side(before, schemas)
        self._after = _Side(after, schemas)

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: A slot is to be compared with a revision, or there is no such environment or state.
        """
        require_alike(request.before, request.after)
        pairs = [
            (old, new, name)
            for old, new in self._slots(request)
            for name in sorted({*self._before.units(old.environment), *self._after.units(new.environment)})
        ]
        names = self._chosen(request, pairs)
        found = [self._service(old, new, name, request) for old, new, name in pairs if name in names]
        broken = {**self._before.broken, **self._after.broken}
        return Report([one for one in found if one], sorted(broken.items()))

    def _slots(self, request: Request) -> list[tuple[SlotName, SlotName]]:
        """What is compared: two slots, or every environment with itself."""
        if request.before.slot and request.after.slot:
            for slot, side in ((request.before.slot, self._before), (request.after.slot, self._after)):
                if slot.environment not in side.project.environments:
                    side.project.environment(slot.environment)  # says so
            return [(request.before.slot, request.after.slot)]
        both = dict.fromkeys((*self._after.project.environments, *self._before.project.environments))
        for name in request.environments:
            if name not in both:
                self._after.project.environment(name)
        return [(SlotName(name), SlotName(name)) for name in request.environments or both]

    def _chosen(self, request: Request, pairs: Sequence[tuple[SlotName, SlotName, str]]) -> set[str]:
        known = {name for _, _, name in pairs}
        chosen = {name.rpartition("/")[2] for name in request.names}
        for name in sorted(chosen - known):
            raise InputError(f"neither side has a state called `{name}`", hint=meant(name, sorted(known)))
        return chosen or known

    def _service(self, old: SlotName, new: SlotName, name: str, request: Request) -> Service | None:
        here, there = self._before.units(old.environment).get(name), self._after.units(new.environment).get(name)
        data, other = self._before.data(here), self._after.data(there)
        slots: list[Slot] = []
        deploy: list[Change] = []
        if data != other or old != new:
            before, after = self._before.state(here, data), self._after.state(there, other)
            if before is None or after is None:
                return None
            beside = old.environment == new.environment and old.challenger is not new.challenger
            if beside and not (block_of(old, before) and block_of(new, after)):
                return None  # without a challenger there is nothing to compare
            slots = list(self._compared(old, new, name, before, after))
            deploy = _staying(old, new, before, after)
        patches = []
        if request.manifests:
            patches = manifest_diff((self._before.snapshot, here, old), (self._after.snapshot, there, new))
        unit = there or here
        if unit is None or not (slots or deploy or patches):
            return None
        return Service(unit.key, (old.environment, new.environment), slots, deploy, patches)

    def _compared(
        self, old: SlotName, new: SlotName, name: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Iterator[Slot]:
        """The slots that differ: those that are compared, and beside two champions their challengers."""
        pairs = [(old, new)]
        if not (old.challenger or new.challenger):
            pairs.append((old._replace(challenger=True), new._replace(challenger=True)))
        for one, other in pairs:
            was, now = _release(one, before), _release(other, after)
            model = model_changes(was, now)
            if model:
                metrics = metric_changes(was, now, self._evidence(name)) if was and now else []
                versions = was["version"] if was else "", now["version"] if now else ""
                names = digests.digest(was) if was else "", digests.digest(now) if now else ""
                yield Slot(one, other, versions, names, model, metrics)

    def _evidence(self, name: str) -> list[Evidence]:
        """The evaluations of a service that either side has."""
        found = {one.path: one for side in (self._before, self._after) for one in side.evaluations.of(name)}
        return list(found.values())


def _release(slot: SlotName, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
    block = block_of(slot, state)
    return block["release"] if block else None


def _staying(old: SlotName, new: SlotName, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs of what a promotion leaves alone."""
    whole = not (old.challenger or new.challenger)
    return list(changes(_stays(old, before, whole=whole), _stays(new, after, whole=whole)))


def _stays(slot: SlotName, state: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    found = {key: state[key] for key in _STAYS if key in state}
    block = block_of(slot, state) or {}
    if "hold" in block:
        found["hold"] = block["hold"]
    challenger = state.get(CHALLENGER)
    if whole and isinstance(challenger, dict):
        found[CHALLENGER] = {key: value for key, value in challenger.items() if key != "release"}
    return found
