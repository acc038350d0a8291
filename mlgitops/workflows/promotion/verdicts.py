"""Verdicts: what every gate says of planned changes; the one way in, for promotions, rollbacks and CI alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import acceptance, locations, measured_on, references
from mlgitops.core.evaluation import model_digest
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.errors import InputError
from mlgitops.gates import GateCase
from mlgitops.workflows.promotion.planned import Told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlgitops.core.approvals import Review
    from mlgitops.core.finding import Finding
    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.promotion.overrides import Overrides
    from mlgitops.gates import Gate
    from mlgitops.workflows.promotion.ground import Ground
    from mlgitops.workflows.promotion.past import Past


class Outside(NamedTuple):
    """What gates may ask beside the repository.

    Attributes:
        now: The time, in UTC.
        published: As of `GateCase`.
        review: Of a service: what asks for the review of the pull request that brings it, or None where there is none.
    """

    now: dt.datetime
    published: Callable[[str, str], bool | None] | None = None
    review: Callable[[str], Callable[[], Review] | None] = lambda _: None


class Verdicts:
    """Asks all gates.

    Args:
        gates: Every gate by its id.
        ground: The branch that changes go into: whose gates, policy and champions count.
        past: What was declared there before.
        outside: What gates may ask beside the repository.
    """

    def __init__(self, gates: Mapping[str, Gate], ground: Ground, past: Past, outside: Outside) -> None:
        self._gates = gates
        self._ground = ground
        self._past = past
        self._outside = outside
        self.require_installed()

    def require_installed(self) -> None:
        """Refuse to judge where the branch's `mlgitops.yaml` sets up a gate that is not here: it would never say no.

        Raises:
            InputError: It does.
        """
        for gate in self._ground.gates.get("settings", {}):
            if gate not in self._gates:
                raise InputError(
                    f"mlgitops.yaml sets up the gate `{gate}`, which is not installed here",
                    path=PROJECT_FILE,
                    hint="Install the package that brings it, or take it out of `gates.settings`.",
                )

    def require_overridable(self, overrides: Overrides, environment: str) -> None:
        """Refuse overrides that the branch's `mlgitops.yaml` does not allow, or that give no reason.

        Raises:
            InputError: One of them.
        """
        allowed = self._ground.gates.get("overridable", {}).get(environment, [])
        for gate, reason, _ in overrides.asked:
            if gate not in self._gates:
                raise InputError(f"there is no gate `{gate}`", hint=f"The gates are: {', '.join(self._gates)}.")
            if gate not in allowed:
                raise InputError(
                    f"the gate `{gate}` cannot be overridden for {environment}",
                    hint=f"Whoever owns mlgitops.yaml can list it under `gates.overridable.{environment}`.",
                )
            if not reason.strip():
                hint = "Say why with `--reason TEXT`: reviewers will read it."
                raise InputError("an override needs a reason", hint=hint)

    def on(self, move: Move, planned: Ground, findings: Sequence[Finding], overrides: Overrides) -> list[Told]:
        """What the gates say of a change, by id.

        Args:
            move: The change.
            planned: The ground with the change in it.
            findings: What rules say of the planned state.
            overrides: What is passed over.

        Raises:
            InputError: A gate cannot tell: a shallow clone.
        """
        if move.action == "hold":
            return []
        case = self._case(move, planned, findings)
        told = []
        for gate in self._gates.values():
            verdict = gate.check(case)
            if verdict is not None:
                override = overrides.of(gate.id, move.unit.name) if verdict.result != "passed" else ""
                told.append(Told(gate.id, verdict, move.action in gate.blocks, gate.drafts, override))
        return told

    def _case(self, move: Move, planned: Ground, findings: Sequence[Finding]) -> GateCase:
        environment = planned.states.environment(move.target.environment)
        state = self._ground.declared(move.target.environment, move.unit.name)
        block = move.target.block(state) or {}
        deploy = planned.states.slots(move.unit, move.document)[0].deploy
        return GateCase(
            action="rollback" if move.action == "rollback" else "promotion",
            source=move.source,
            target=move.target,
            unit=move.unit,
            release=move.release,
            before=move.before,
            champion=state.get("release"),
            state=move.document,
            hold=block.get("hold"),
            environment=environment,
            acceptance=self._demanded(move, environment, state),
            hardware=measured_on.places(deploy.get("placement", {}), environment.get("nodePools", [])),
            evidence=planned.evaluations.of(move.unit.name),
            findings=findings,
            settings=self._ground.gates,
            steps=self._ground.project.steps,
            now=self._outside.now,
            history=lambda slot: self._past.declared(slot, move.unit.name),
            pins=list(pins(move.release, environment)),
            published=self._outside.published,
            review=self._outside.review(move.unit.name),
        )

    def _demanded(self, move: Move, environment: Mapping[str, Any], state: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the change leaves of what is demanded, or what the branch demands, whichever is stricter."""
        planned = acceptance.effective(environment, move.document)
        if not state:
            return planned
        known = self._ground.states.environment(move.target.environment)
        return acceptance.strictest(planned, acceptance.effective(known, state))


def pins(release: Mapping[str, Any], environment: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What a release loads: what it is called, its address in an environment, and its digest or nothing."""
    local = locations.localise(release, environment.get("locations", []))
    if "image" in local:
        reference = references.parse(local["image"])
        yield "image", local["image"], reference.digest or ""
    if "model" in local:
        yield "model", local["model"]["uri"], model_digest(local) or ""
    for artifact in local.get("artifacts", []):
        yield f"artifact {artifact['name']}", artifact["uri"], artifact.get("digest", "")
