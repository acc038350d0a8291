"""Plan: from moves to what each would change and what every gate says of it; nothing is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mlgitops.core import acceptance, measured_on
from mlgitops.core.hydrate import HEADER, Hydrated
from mlgitops.core.layers import merge
from mlgitops.core.masking import masked_value, secrets_in, without
from mlgitops.core.project import pools
from mlgitops.core.promotion.creation import questions
from mlgitops.core.promotion.metrics import measured
from mlgitops.core.promotion.staying import missing_variables, staying
from mlgitops.core.snapshot import Overlay
from mlgitops.errors import InputError
from mlgitops.ports import Surroundings
from mlgitops.workflows.comparison import HydrateUnits, differences
from mlgitops.workflows.fit import Fit
from mlgitops.workflows.promotion.ground import Ground
from mlgitops.workflows.promotion.planned import Planned
from mlgitops.workflows.validate import Request as ValidateRequest
from mlgitops.workflows.validate import Validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Unit
    from mlgitops.core.promotion.creation import Question
    from mlgitops.core.promotion.metrics import Measured
    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.promotion.overrides import Overrides
    from mlgitops.core.promotion.staying import Difference
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Progress, Workers
    from mlgitops.rules import Rule
    from mlgitops.workflows.fit import Shape
    from mlgitops.workflows.promotion.verdicts import Verdicts

_Field = TypeVar("_Field", "Question", "Difference")

FITS = 50
"""Changes up to which it is told for each what its pods fit on: more than a reviewer reads."""


class Tools(NamedTuple):
    """What planning works with.

    Attributes:
        schemas: The schemas of documents.
        rules: Gives every rule by its id.
        today: The date, `YYYY-MM-DD`.
        workers: Gives the place where states are hydrated.
        progress: Who watches.
    """

    schemas: SchemaSet
    rules: Callable[[], Mapping[str, Rule]]
    today: str
    workers: Callable[[], Workers]
    progress: Progress


class Planner:
    """Plans changes to one environment.

    Args:
        tip: The branch that the changes go into.
        ground: The same with what people have committed for the changes already.
        tools: What it works with.
    """

    def __init__(self, tip: Ground, ground: Ground, tools: Tools) -> None:
        self._tip = tip
        self._ground = ground
        self._tools = tools

    def plan(self, moves: Sequence[Move], verdicts: Verdicts, overrides: Overrides) -> list[Planned]:
        """What each of `moves` would change, in their order.

        Raises:
            InputError: A gate cannot tell.
        """
        if not moves:
            return []
        states = {move.unit.path: move.data for move in moves}
        drafts = Ground(Overlay(self._ground.snapshot, states), self._tools.schemas)
        made = self._hydrated(drafts, [move.unit for move in moves])
        files = states | {path: data for one in made.values() for path, data in one.files.items()}
        removed = {move.unit: list(self._leftover(move.unit, made[move.unit])) for move in moves}
        gone = [path for paths in removed.values() for path in paths]
        planned = Ground(Overlay(self._ground.snapshot, files, gone), self._tools.schemas)
        findings = self._findings(planned.snapshot, list(made), list(states))
        fits = _fits(planned, moves, self._tools.schemas)
        results = []
        for move in moves:
            change = self._planned(move, planned, made[move.unit], removed[move.unit])
            found = findings.get(move.unit, []) + findings.get(None, [])
            told = [] if change.questions else verdicts.on(move, planned, found, overrides)
            results.append(change._replace(told=told, findings=found, fits=fits.get(move.unit, ())))
        return results

    def judge(
        self, moves: Sequence[Move], merged: Ground, paths: Sequence[str], verdicts: Verdicts, overrides: Overrides
    ) -> list[Planned]:
        """What gates say of changes that somebody has made, manifests and all.

        Args:
            moves: The changes to slots.
            merged: The branch with the changes merged into it.
            paths: Every file that they change.
            verdicts: Asks the gates.
            overrides: Gates that are passed over.

        Raises:
            InputError: A gate cannot tell.
        """
        units = list(dict.fromkeys(move.unit for move in moves))
        findings = self._findings(merged.snapshot, units, paths)
        judged = []
        for move in moves:
            found = findings.get(move.unit, []) + findings.get(None, [])
            change = self._planned(move, merged, Hydrated({}, []), ())
            judged.append(change._replace(findings=found, told=verdicts.on(move, merged, found, overrides)))
        return judged

    def found(self, merged: Ground, paths: Sequence[str]) -> list[Finding]:
        """What rules find after somebody has changed `paths` that they did not find before."""
        return self._findings(merged.snapshot, [], paths).get(None, [])

    def _hydrated(self, drafts: Ground, units: Sequence[Unit]) -> dict[Unit, Hydrated]:
        self._tools.progress.start(len(units), "services")
        done: list[Hydrated] = []
        try:
            for part in self._tools.workers().map(HydrateUnits(drafts.documents, drafts.project), units):
                self._tools.progress.advance(len(part))
                done += part
        finally:
            self._tools.progress.stop()
        return dict(zip(units, done, strict=True))

    def _leftover(self, unit: Unit, made: Hydrated) -> Iterator[str]:
        """Generated manifests that a state no longer hydrates to."""
        for path, kind in self._ground.snapshot.entries(unit.hydrated).items() if made.files else ():
            if path not in made.files and kind == "file" and self._is_generated(path):
                yield path

    def _is_generated(self, path: str) -> bool:
        return self._ground.snapshot.read(path).startswith(HEADER.encode())

    def _findings(
        self, planned: Snapshot, units: Sequence[Unit], paths: Sequence[str]
    ) -> dict[Unit | None, list[Finding]]:
        """What rules find after `paths` change, by state; under None what is about none alone and not found before."""
        found: dict[Unit | None, list[Finding]] = {}
        for finding in self._validated(planned, paths):
            found.setdefault(next((unit for unit in units if _is_about(finding, unit)), None), []).append(finding)
        if None in found:
            known = {(one.rule, one.path, one.message) for one in self._validated(self._tip.snapshot, paths)}
            found[None] = [one for one in found[None] if (one.rule, one.path, one.message) not in known]
        return found

    def _validated(self, snapshot: Snapshot, states: Sequence[str]) -> list[Finding]:
        tip, tools = self._tip.snapshot, self._tools
        around = Surroundings(tip, False, {}, lambda _: b"")
        workflow = Validate(
            snapshot, tools.schemas, tools.rules, tools.today, tools.workers, lambda: around, tools.progress, tip
        )
        return workflow.run(ValidateRequest(changed=tuple(states))).findings

    def _planned(self, move: Move, planned: Ground, made: Hydrated, removed: Sequence[str]) -> Planned:
        """The change without verdicts."""
        files = {move.unit.path: move.data, **made.files}
        old, now = (_read(ground.snapshot, [*files, *removed]) for ground in (self._tip, self._ground))
        changed = {path: data for path, data in files.items() if not old.get(path) == now.get(path) == data}
        environment = planned.states.environment(move.target.environment)
        deploy = merge(environment.get("defaults", {}).get("deploy", {}), move.document.get("deploy", {}))
        secrets = _secrets(move.data, old.get(move.unit.path, b""))
        return Planned(
            move,
            files=changed,
            removed=removed,
            told=(),
            findings=(),
            questions=[_masked(one, "source") for one in _open(move, made)],
            staying=[_masked(one, "source", "target") for one in _staying(move)],
            missing=missing_variables(move.release, deploy),
            measured=list(self._measured(move, planned, deploy)),
            fits=(),
            diff=without(differences([*changed, *removed], old, changed), secrets),
            secrets=secrets,
        )

    def _measured(self, move: Move, planned: Ground, deploy: Mapping[str, Any]) -> Iterator[Measured]:
        if move.document["kind"] == "ModelDeployment":
            environment = planned.states.environment(move.target.environment)
            where = measured_on.places(deploy.get("placement", {}), environment.get("nodePools", []))
            demand = acceptance.effective(environment, move.document)
            evidence = planned.evaluations.of(move.unit.name)
            yield from measured(move.release, move.before, demand, evidence, where, self._tools.today)


def _read(snapshot: Snapshot, paths: Iterable[str]) -> dict[str, bytes]:
    return {path: snapshot.read(path) for path in paths if snapshot.exists(path)}


def _secrets(*files: bytes) -> list[str]:
    found = {secret for data in files for secret in secrets_in(data.decode(errors="replace"))}
    return sorted(found, key=len, reverse=True)


def _open(move: Move, made: Hydrated) -> list[Question]:
    """What has to be filled in before a new state can be hydrated; nothing once it can."""
    if not move.created or made.files or move.source is None:
        return []
    return [one for one in questions(move.origin, move.source) if not _answered(move.document, one.field)]


def _staying(move: Move) -> list[Difference]:
    return staying(move.origin, move.document) if move.origin and not move.created else []


def _masked(told: _Field, *fields: str) -> _Field:
    """What is told of a field of a state, without what its name or form says is secret."""
    name = told.field.rpartition(".")[2]
    return told._replace(**{field: masked_value(name, getattr(told, field)) for field in fields})


def _answered(document: Mapping[str, Any], field: str) -> bool:
    node: Any = document
    for part in field.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node is not None


def _is_about(finding: Finding, unit: Unit) -> bool:
    return finding.path == unit.path or finding.path.startswith(f"{unit.hydrated}/")


def _fits(planned: Ground, moves: Sequence[Move], schemas: SchemaSet) -> dict[Unit, list[str]]:
    """For each change what its pods fit on, or why they fit nowhere; not of more changes than anybody reads."""
    if len(moves) > FITS:
        return {}
    told: dict[Unit, list[str]] = {}
    fit = Fit(planned.snapshot, schemas)
    for name in dict.fromkeys(move.target.environment for move in moves):
        if not pools(planned.states.environment(name)):
            continue  # so nothing can be told
        units = [move.unit for move in moves if move.target.environment == name]
        try:
            shapes = fit.shapes(planned.states, units)
        except InputError:  # something stands where no manifest can be read
            continue
        for shape in sorted(shapes, key=lambda shape: shape.path):
            unit = next(unit for unit in units if shape.path.startswith(f"{unit.hydrated}/"))
            told.setdefault(unit, []).append(_fit(shape))
    return told


def _fit(shape: Shape) -> str:
    asked = ", ".join(f"{amount} {name}" for name, amount in shape.requests.items())
    named = [verdict.pool for verdict in shape.verdicts if verdict.fits]
    where = f"fits on {', '.join(named)}" if named else "fits on no node pool"
    return f"{shape.workload}: {shape.replicas} at most, each with {asked}, {where}"
