"""Evaluation list: what was measured, and which result answers which demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import acceptance, measured_on
from mlgitops.core.digests import digest
from mlgitops.core.evaluation import model_digest, newest_first, standings
from mlgitops.core.evidence import Evaluations
from mlgitops.core.project import Documents, InvalidError, Project, Unit, pools
from mlgitops.core.states import States
from mlgitops.core.units import meant
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlgitops.core.cases import Evidence
    from mlgitops.core.evaluation import Standing
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot


class Request(NamedTuple):
    """What is asked.

    Attributes:
        service: Name of a state, with its team's folder or without; None for all.
        environment: Only the demands of this environment, and the results that it keeps; None for all.
    """

    service: str | None = None
    environment: str | None = None


class Result(NamedTuple):
    """One evaluation.

    Attributes:
        service: `[<team>/]<name>` of the service.
        evidence: The evaluation.
        versions: Versions of the declared releases that it is about.
    """

    service: str
    evidence: Evidence
    versions: list[str]


class Demand(NamedTuple):
    """How a slot stands with one demand of its environment.

    Attributes:
        unit: The state.
        slot: `champion` or `challenger`.
        version: Version of its release.
        standing: How it stands.
    """

    unit: Unit
    slot: str
    version: str
    standing: Standing


class Report(NamedTuple):
    """What there is.

    Attributes:
        demands: Along the path, by service, slot and key.
        results: The newest first.
        unread: Files that are no valid evaluations or states.
    """

    demands: list[Demand]
    results: list[Result]
    unread: list[str]


class EvaluationList:
    """The workflow.

    Args:
        snapshot: Where the evaluations are read.
        schemas: The schemas of the documents.
        today: The date, `YYYY-MM-DD`, by which ages are judged.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet, today: str) -> None:
        self._documents = Documents(snapshot, schemas)
        self._today = today

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such environment, or no service of this name.
        """
        project = Project(self._documents)
        if request.environment is not None:
            project.environment(request.environment)
        evaluations = Evaluations(self._documents, project.environments)
        units = [unit for name in project.environments for unit in project.survey(name)[0]]
        name = request.service and _name(request.service, units, evaluations)
        units = [unit for unit in units if name in (None, unit.name)]
        states = States(self._documents, project)
        demands: list[Demand] = []
        named: dict[str, dict[str, None]] = {}
        unread: list[str] = []
        for unit in units:
            try:
                found = list(self._demands(states, unit, evaluations.of(unit.name), named))
            except InvalidError as error:
                unread.append(error.path or unit.path)
                continue
            demands += found if request.environment in (None, unit.environment) else []
        results = []
        for service, paths in evaluations.paths().items():
            if name in (None, service):
                read = evaluations.of(service)
                unread += sorted(set(paths) - {one.path for one in read})
                results += [one for one in read if request.environment in (None, one.environment)]
        about = [Result(_service(one), one, _versions(one, named)) for one in newest_first(results)]
        return Report(demands, about, sorted(set(unread)))

    def _demands(
        self, states: States, unit: Unit, evidence: Sequence[Evidence], named: dict[str, dict[str, None]]
    ) -> Iterator[Demand]:
        """How the slots of a state stand; the digests of their releases and models are added to `named`."""
        state = states.state(unit)
        if state["kind"] != "ModelDeployment":
            return
        environment = states.environment(unit.environment)
        demanded = acceptance.effective(environment, state)
        for slot in states.slots(unit, state):
            version = slot.release["version"]
            for subject in (digest(slot.release), model_digest(slot.release)):
                named.setdefault(subject or "", {})[version] = None
            where = measured_on.places(slot.deploy["placement"], pools(environment))
            for standing in standings(slot.release, demanded, evidence, where, self._today):
                yield Demand(unit, slot.root[0] if slot.root else "champion", version, standing)


def _name(asked: str, units: Sequence[Unit], evaluations: Evaluations) -> str:
    """The name of the service that somebody asked for."""
    for unit in units:
        if asked in (unit.name, unit.key):
            return unit.name
    if asked in evaluations.paths():
        return asked
    known = sorted({unit.name for unit in units} | set(evaluations.paths()))
    raise InputError(f"there is no service called `{asked}`", hint=meant(asked, known))


def _service(one: Evidence) -> str:
    return "/".join(one.path.split("/")[3:-1])


def _versions(one: Evidence, named: dict[str, dict[str, None]]) -> list[str]:
    (subject,) = one.document["subject"].values()
    return list(named.get(subject, ()))
