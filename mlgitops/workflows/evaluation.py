"""Evaluation: record one result about the release of a slot, never over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import acceptance, measured_on
from mlgitops.core.cases import Evidence
from mlgitops.core.evaluation import identity, standings
from mlgitops.core.evidence import Evaluations
from mlgitops.core.measurements import gather
from mlgitops.core.project import Documents, InvalidError, Project, pools
from mlgitops.core.recording import measured_at, require_public, subject, without_none
from mlgitops.core.schema import API_VERSION
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.states import States
from mlgitops.core.units import called
from mlgitops.core.yaml.read import load, locate
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError, NegativeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.core.evaluation import Standing
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.states import Slot
    from mlgitops.ports import Clock, Files


class Request(NamedTuple):
    """What is to be recorded.

    Attributes:
        service: Name of the state, with its team's folder or without.
        environment: The environment whose slot was evaluated, and which keeps the result.
        name: Name of the evaluation: a key of `acceptance`.
        metrics: Each `KEY=VALUE` or the name of a file.
        data: Address of the data that it was measured on.
        data_digest: Digest of the data; this or the revision is needed.
        data_revision: Fixed revision of the data in its store.
        slices: Each `SLICE:KEY=VALUE`.
        subject: `model` or `release`; None chooses the release where hardware is named or there is no model.
        hardware: Node pool or product.
        at: Time of measurement, with its zone; None for now.
        run: Address of the run in the experiment tracker.
        challenger: Whether the challenger was evaluated.
    """

    service: str
    environment: str
    name: str
    metrics: tuple[str, ...]
    data: str
    data_digest: str | None = None
    data_revision: str | None = None
    slices: tuple[str, ...] = ()
    subject: str | None = None
    hardware: str | None = None
    at: str | None = None
    run: str | None = None
    challenger: bool = False


class Added(NamedTuple):
    """What was recorded.

    Attributes:
        path: Repository-relative path of the file.
        created: Whether it was written; else the same result stood there already.
        document: The Evaluation.
        version: Version of the release that it is about.
        demanded: The names of evaluations that the environment demands of the service.
        standings: How the release stands now with the demand that this evaluation is about; empty if there is none.
    """

    path: str
    created: bool
    document: Mapping[str, Any]
    version: str
    demanded: list[str]
    standings: list[Standing]


class Evaluate:
    """The workflow.

    Args:
        snapshot: The work tree.
        schemas: The schemas of the documents.
        files: Where the result is written.
        read: Gives the bytes of a file with metrics.
        clock: What time it is.
    """

    def __init__(
        self, snapshot: Snapshot, schemas: SchemaSet, files: Files, read: Callable[[str], bytes], clock: Clock
    ) -> None:
        self._snapshot = snapshot
        self._schemas = schemas
        self._documents = Documents(snapshot, schemas)
        self._files = files
        self._read = read
        self._clock = clock

    def add(self, request: Request) -> Added:
        """Record what `request` says.

        Raises:
            InputError: There is no such service or slot, the release has no digest to name, or a value is not what
                an Evaluation takes.
            NegativeError: Another content stands under the name of this one: it was changed.
            RefusedError: The file could not be written.
        """
        project = Project(self._documents)
        unit = called(project, request.service, request.environment)
        states = States(self._documents, project)
        state = states.state(unit)
        slot = _slot(states, unit, state, challenger=request.challenger)
        self._require_hardware(project, states, request.hardware)
        document = self._document(request, slot)
        path, data = self._file(document, unit)
        created = not self._snapshot.exists(path)
        if created:
            self._files.write({path: data})
        elif load(self._snapshot.read(path), path) != document:
            raise NegativeError(
                "another result stands under the name of this one: the file was changed after it had been recorded",
                path=path,
                hint="Restore it from Git, then run this again.",
            )
        demanded = acceptance.effective(states.environment(unit.environment), state)
        where = measured_on.places(slot.deploy["placement"], pools(states.environment(unit.environment)))
        evidence = {one.path: one for one in Evaluations(self._documents, project.environments).of(unit.name)}
        evidence[path] = Evidence(path, unit.environment, document)
        own = {key: demand for key, demand in demanded.items() if key == request.name}
        today = self._clock.now().date().isoformat()
        found = list(standings(slot.release, own, list(evidence.values()), where, today))
        return Added(path, created, document, slot.release["version"], sorted(demanded), found)

    def _document(self, request: Request, slot: Slot) -> dict[str, Any]:
        for address in (request.data, request.run or ""):
            require_public(address)
        about = subject(slot.release, request.subject, hardware=request.hardware)
        _require_fixed(request, about)
        found = gather(request.metrics, request.slices, self._read)
        document = {
            "apiVersion": API_VERSION,
            "kind": "Evaluation",
            "metadata": {"name": request.name},
            "subject": about,
            "data": {"uri": request.data, "digest": request.data_digest, "revision": request.data_revision},
            "hardware": request.hardware,
            "metrics": found.metrics,
            "slices": found.slices or None,
            "at": measured_at(request.at, self._clock.now()),
            "run": request.run,
        }
        return without_none(document)

    def _file(self, document: dict[str, Any], unit: Unit) -> tuple[str, bytes]:
        """Path and bytes of the file, once its content has proved valid."""
        folder = f"environments/{unit.environment}/evaluations/{unit.key}"
        text = dump(document)
        name = document["metadata"]["name"]
        told = self._schemas.findings("Evaluation", document, name, lambda: locate(text.encode(), name))
        if told:
            raise InputError(f"the evaluation is not valid: {told[0].message}", hint=told[0].mend)
        schema = "../" * (folder.count("/") + 1) + "schemas/Evaluation.json"
        return f"{folder}/{identity(document)}.yaml", f"# yaml-language-server: $schema={schema}\n{text}".encode()

    def _require_hardware(self, project: Project, states: States, hardware: str | None) -> None:
        known: set[str] = set()
        for name in project.environments:
            try:
                known = known.union(*map(measured_on.names, pools(states.environment(name))))
            except InvalidError:
                continue  # a broken environment is told by `validate`, and hinders no other
        if hardware is not None and known and hardware not in known:
            from difflib import get_close_matches

            close = get_close_matches(hardware, sorted(known), 1)
            raise InputError(
                f"no environment has a node pool or accelerator called `{hardware}`: the result would never count",
                hint=f"Did you mean `{close[0]}`?" if close else f"Environments declare {', '.join(sorted(known))}.",
            )


def _require_fixed(request: Request, about: Mapping[str, str]) -> None:
    """Refuse a result that could be compared with no other: the schema would, in words for those who edit the file."""
    if "release" in about and not request.hardware:
        raise InputError(
            "what is measured about a release depends on the hardware that it ran on",
            hint="Name the node pool or accelerator with `--hardware`.",
        )
    if not request.data_digest and not request.data_revision:
        raise InputError(
            "results are compared on the same data only, and nothing says which data this was",
            hint="Give `--data-digest`, which `mlgitops digest` computes, or `--data-revision` if the store has one.",
        )


def _slot(states: States, unit: Unit, state: Mapping[str, Any], *, challenger: bool) -> Slot:
    if state["kind"] != "ModelDeployment":
        raise InputError(
            f"`{unit.name}` is a {state['kind']}, and evaluations are about what is deployed",
            path=unit.path,
            hint="Name the deployment of the model that it makes.",
        )
    slots = states.slots(unit, state)
    if challenger and CHALLENGER not in state:
        raise InputError(f"`{unit.name}` has no challenger in `{unit.environment}`", path=unit.path)
    return slots[1 if challenger else 0]
