"""Judging: makes the cases of states and asks every rule about them; the rules are asked about manifests here too."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlgitops.core import acceptance
from mlgitops.core.cases import StateCase
from mlgitops.core.evidence import Evaluations
from mlgitops.core.finding import Finding
from mlgitops.core.states import said
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.cases import Evidence, ManifestCase
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.project import Documents, Project, Unit
    from mlgitops.core.states import States
    from mlgitops.workflows.policy import Policy


class Judge:
    """Asks the rules about states, apart from their manifests.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
        states: Reader of its states.
        policy: The policy, with the rules.
        today: The date, `YYYY-MM-DD`.
    """

    def __init__(self, documents: Documents, project: Project, states: States, policy: Policy, today: str) -> None:
        self._documents = documents
        self._states = states
        self._policy = policy
        self._today = today
        self._evaluations = Evaluations(documents, project.environments)
        self._checks = policy.checks("state")

    @cached_property
    def schemas(self) -> KubernetesSchemas:
        """What Kubernetes objects are judged by."""
        from mlgitops.core.kubernetes import crds
        from mlgitops.core.kubernetes.schemas import KubernetesSchemas

        return KubernetesSchemas(self._documents.schemas.kubernetes, lambda: crds.Kept(self._documents.snapshot))

    def judge(self, unit: Unit) -> list[Finding]:
        """What is wrong with one state as far as documents tell."""
        try:
            state = self._states.state(unit)
            return [*self._policy.told(self._states.findings(unit, state)), *self.state(unit, state)]
        except InputError as error:
            return said(error, unit)

    def case(self, unit: Unit, state: Mapping[str, Any]) -> StateCase:
        """The case of a state."""
        environment = self._states.environment(unit.environment)
        return StateCase(
            unit,
            state,
            environment,
            self._states.slots(unit, state),
            acceptance.effective(environment, state),
            unit.environment in self._policy.first_step,
            self._evidence(unit),
            self._states.template,
            self._today,
        )

    def state(self, unit: Unit, state: Mapping[str, Any]) -> list[Finding]:
        """What rules find in a state."""
        case = self.case(unit, state)
        faults = [
            self._policy.fault(rule, fault, unit.environment, unit.name)
            for rule, check in self._checks
            for fault in check(case)
        ]
        return self._states.place(unit, state, [fault for fault in faults if fault]) if faults else []

    def manifest(
        self, case: ManifestCase, environment: str, name: str, data: bytes, document: int = 0
    ) -> Iterator[Finding]:
        """What rules find in an object.

        Args:
            case: The object.
            environment: Name of its environment; empty outside any.
            name: Name of the state that hydrates to it; empty for none.
            data: Its file.
            document: Which of the documents in the file it is, counted from 0.
        """
        faults = [
            self._policy.fault(rule, fault, environment, name)
            for rule, check in self._policy.checks("manifest")
            for fault in check(case)
        ]
        if faults:
            from mlgitops.core.yaml.read import locate

            positions = locate(data, case.path, document)
            for fault in filter(None, faults):
                place = positions.of(fault.pointer)
                yield Finding(case.path, *place, fault.rule, fault.severity, fault.message, fault.mend)

    def _evidence(self, unit: Unit) -> Sequence[Evidence]:
        return self._evaluations.of(unit.name)
