"""Fit: which node pools take the pods of an environment, why others do not, and what all of them leave."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import demand, hardware, pools
from mlgitops.core.hydrate import HEADER, Hydrator
from mlgitops.core.kubernetes.lists import objects
from mlgitops.core.occupancy import Occupancy, most, scales
from mlgitops.core.pods import pods
from mlgitops.core.project import Documents, InvalidError, Project
from mlgitops.core.units import called
from mlgitops.core.yaml.read import KUBECTL, load_all
from mlgitops.errors import InputError
from mlgitops.workflows.hydrated_judging import workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from mlgitops.core.cases import Workload
    from mlgitops.core.demand import Demand
    from mlgitops.core.occupancy import Scales
    from mlgitops.core.pods import Pods
    from mlgitops.core.pools import Pool
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot

_MANIFESTS = (".yaml", ".yml", ".json")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        environment: Name of the environment.
        name: Name of a state, with its team's folder or without; empty for everything.
    """

    environment: str
    name: str = ""


class Verdict(NamedTuple):
    """One pool about pods of one shape.

    Attributes:
        pool: Name of the pool.
        fits: Whether an empty node of it takes one.
        why: Why not; or, where it does, what else stands in the way.
    """

    pool: str
    fits: bool
    why: str


class Shape(NamedTuple):
    """Pods of one shape.

    Attributes:
        workload: Kind and name of their object.
        path: Its file.
        replicas: How many there are at most.
        surge: How many more a roll-out may start.
        requests: What each asks for, in words, by resource.
        verdicts: Of each pool, in the order of the environment.
    """

    workload: str
    path: str
    replicas: int
    surge: int
    requests: Mapping[str, str]
    verdicts: Sequence[Verdict]

    @property
    def fits(self) -> bool:
        """Whether some pool takes them."""
        return any(verdict.fits for verdict in self.verdicts)


class Left(NamedTuple):
    """What all workloads of the environment leave of a pool.

    Attributes:
        pool: Name of the pool.
        nodes: How many nodes it has at most.
        idle: How many of them nothing runs on.
        offered: What all nodes offer, in words, by resource.
        left: What is left of it.
    """

    pool: str
    nodes: int
    idle: int
    offered: Mapping[str, str]
    left: Mapping[str, str]


class Report(NamedTuple):
    """The answer.

    Attributes:
        shapes: Pods of the states asked for, in byte order of their files.
        left: Of each pool, in the order of the environment, after one arrangement of everything.
        problems: What does not fit together, and roll-outs without room.
        failed: Whether pods asked for fit nowhere, or not everything fits at once for certain.
        missing: States that could not be hydrated, and so are not counted, with the reason.
    """

    shapes: Sequence[Shape]
    left: Sequence[Left]
    problems: Sequence[str]
    failed: bool
    missing: Sequence[tuple[str, str]]


class Fit:
    """The workflow.

    Args:
        snapshot: Where the environment is read.
        schemas: The schemas of the documents.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such environment or state, it declares no node pools, or the state asked for
                cannot be hydrated.
        """
        project = Project(self._documents)
        environment = project.environment(request.environment)
        if not environment.get("nodePools"):
            raise InputError(
                f"the environment `{request.environment}` declares no node pools",
                hint=f"Write them from a cluster's nodes: `mlgitops pools import --env {request.environment}`.",
            )
        asked = called(project, request.name, request.environment) if request.name else None
        hydrator = Hydrator(self._documents, project)
        workloads: list[Workload] = []
        notes: dict[tuple[str, str], str] = {}
        missing = []
        for unit in project.survey(request.environment)[0]:
            try:
                workloads += _hydrated(hydrator, unit, notes)
            except InputError as error:
                if unit == asked:
                    raise
                missing.append((unit.key, error.message))
        workloads += self._by_hand(request.environment)
        workloads.sort(key=lambda item: item.path)
        declared = pools.declared(environment)
        wanted = [item for item in workloads if asked in (None, item.unit)]
        shapes = list(_told(wanted, declared, notes, scales(workloads)))
        occupancy = Occupancy(workloads, declared)
        problems = [*occupancy.overcommitted(), *occupancy.crowded()]
        failed = any(fault.severity == "error" for fault in problems) or not all(shape.fits for shape in shapes)
        return Report(shapes, list(_left(occupancy)), [fault.message for fault in problems], failed, missing)

    def shapes(self, hydrator: Hydrator, units: Sequence[Unit]) -> list[Shape]:
        """The pods of some states of one environment, without what the others leave of it.

        Args:
            hydrator: Hydrates the states of the snapshot; of one that cannot be hydrated nothing is told.
            units: The states.

        Raises:
            InputError: There is no such environment.
        """
        workloads: list[Workload] = []
        notes: dict[tuple[str, str], str] = {}
        for unit in units:
            with suppress(InputError):
                workloads += _hydrated(hydrator, unit, notes)
        if not workloads:
            return []
        name = units[0].environment
        scaled = scales([*workloads, *self._by_hand(name)])
        return list(_told(workloads, pools.declared(hydrator.environment(name)), notes, scaled))

    def _by_hand(self, environment: str) -> Iterator[Workload]:
        """Objects of manifests that no state hydrates to; what cannot be read is no manifest."""
        folder = f"environments/{environment}"
        for path, kind in self._snapshot.entries(folder).items():
            inner = path.removeprefix(f"{folder}/")
            if kind != "file" or not path.endswith(_MANIFESTS) or inner.startswith(("state/", "evaluations/")):
                continue
            data = self._snapshot.read(path)
            if inner == "environment.yaml" or data.startswith(HEADER.encode()):
                continue
            try:
                found = load_all(data, path, reader=KUBECTL)
            except InputError:
                continue
            for _, _, manifest in objects(found):
                if isinstance(manifest, dict):
                    yield workload(None, path, manifest, list(pods(manifest)))


def _hydrated(hydrator: Hydrator, unit: Unit, notes: dict[tuple[str, str], str]) -> list[Workload]:
    state = hydrator.state(unit)
    broken = [finding for finding in hydrator.findings(unit, state) if finding.severity == "error"]
    if broken:
        raise InvalidError(broken)
    for landing in hardware.landings(hydrator.slots(unit, state), hydrator.environment(unit.environment)):
        why = "; ".join(fault.message for fault in hardware.hindrances(landing))
        if why:
            notes[landing.slot, landing.pool.name] = why
    made = hydrator.objects(unit, state)
    files = hydrator.files(unit, made)
    return [workload(unit, path, manifest, list(pods(manifest))) for path, manifest in zip(files, made, strict=True)]


def _told(
    items: Iterable[Workload], declared: Sequence[Pool], notes: Mapping[tuple[str, str], str], scaled: Scales
) -> Iterator[Shape]:
    for item in items:
        yield from _shapes(item, declared, notes, scaled)


def _shapes(
    item: Workload, declared: Sequence[Pool], notes: Mapping[tuple[str, str], str], scaled: Scales
) -> Iterator[Shape]:
    if item.kind in demand.DAEMONS | demand.BLUEPRINTS:
        return
    for asked in item.pods:
        wanted = demand.of_pods(asked)
        if wanted:
            verdicts = [_verdict(item, wanted, one, notes) for one in declared]
            yield _shape(item, asked, wanted, verdicts)._replace(replicas=most(item, asked, scaled))


def _shape(item: Workload, asked: Pods, wanted: Demand, verdicts: Sequence[Verdict]) -> Shape:
    requests = {
        name: pools.amount_text(name, amount, up=True) for name, amount in sorted(wanted.requests.items()) if amount
    }
    return Shape(f"{item.kind} {item.name}", item.path, asked.replicas, asked.surge, requests, verdicts)


def _verdict(item: Workload, wanted: Demand, one: Pool, notes: Mapping[tuple[str, str], str]) -> Verdict:
    found = pools.obstacle(wanted, one)
    if found:
        return Verdict(one.name, fits=False, why=found.why)
    return Verdict(one.name, fits=True, why=notes.get((item.name, one.name), ""))


def _left(occupancy: Occupancy) -> Iterator[Left]:
    arrangement = occupancy.answer.arrangement
    for at, one in enumerate(occupancy.pools):
        left: dict[str, Any] = arrangement.left(at)
        yield Left(
            one.name,
            one.nodes,
            arrangement.idle(at, one),
            {name: pools.amount_text(name, amount * one.nodes) for name, amount in one.offers.items()},
            {name: pools.amount_text(name, left[name]) for name in one.offers},
        )
