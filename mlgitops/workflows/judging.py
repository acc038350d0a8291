"""Judging: makes the cases of states and asks every rule about them; the rules are asked about manifests here too."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import acceptance
from mlgitops.core.cases import StateCase
from mlgitops.core.evidence import Evaluations
from mlgitops.core.finding import Finding
from mlgitops.core.repeated import TOGETHER
from mlgitops.core.states import said
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlgitops.core.cases import Evidence, ManifestCase
    from mlgitops.core.finding import Fault
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.project import Documents, Project, Unit
    from mlgitops.core.states import States
    from mlgitops.rules import Rule
    from mlgitops.workflows.policy import Policy

    Known = Mapping[str, Mapping[str, Any]]
    Check = tuple[Rule, Callable[[Any], Iterator[Fault]]]
    Found = list[tuple[Rule, Fault]]


class File(NamedTuple):
    """Where an object stands.

    Attributes:
        environment: Name of its environment; empty outside any.
        name: Name of the state that hydrates to it; empty for none.
        data: The bytes of the file.
        document: Which of the documents in the file it is, counted from 0.
    """

    environment: str
    name: str
    data: bytes
    document: int = 0


class Judge:
    """Asks the rules about states, apart from their manifests.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
        states: Reader of its states.
        policy: The policy, with the rules.
        today: The date, `YYYY-MM-DD`.
        known: Valid documents of the snapshot that were read before, by path.
    """

    def __init__(
        self,
        documents: Documents,
        project: Project,
        states: States,
        policy: Policy,
        today: str,
        known: Known | None = None,
    ) -> None:
        self._documents = documents
        self._states = states
        self._policy = policy
        self._today = today
        self._evaluations = Evaluations(documents, project.environments, known)
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
            before = self._policy.told(self._states.findings(unit, state))
            (found,) = self.states([self.case(unit, state)])
        except InputError as error:
            found = error
        return said(found, unit) if isinstance(found, InputError) else [*before, *found]

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

    def states(self, cases: Sequence[StateCase]) -> list[list[Finding] | InputError]:
        """What rules find in each of some states, or what kept one of them from judging it."""
        return [
            found if isinstance(found, InputError) else self._in_state(case, found)
            for case, found in zip(cases, _found(self._checks, cases), strict=True)
        ]

    def manifests(self, cases: Sequence[ManifestCase], files: Sequence[File]) -> Iterator[list[Finding]]:
        """What rules find in each of some objects, whose files are given.

        Raises:
            InputError: A rule cannot judge one of them.
        """
        for case, file, found in zip(cases, files, _found(self._policy.checks("manifest"), cases), strict=True):
            if isinstance(found, InputError):
                raise found
            yield self._in_manifest(case, file, found) if found else []

    def _in_state(self, case: StateCase, found: Found) -> list[Finding] | InputError:
        told = [self._policy.fault(rule, fault, case.unit.environment, case.unit.name) for rule, fault in found]
        try:
            return self._states.place(case.unit, case.state, [fault for fault in told if fault]) if told else []
        except InputError as error:
            return error

    def _in_manifest(self, case: ManifestCase, file: File, found: Found) -> list[Finding]:
        from mlgitops.core.yaml.read import locate

        told = [self._policy.fault(rule, fault, file.environment, file.name) for rule, fault in found]
        positions = locate(file.data, case.path, file.document)
        return [
            Finding(case.path, *positions.of(fault.pointer), fault.rule, fault.severity, fault.message, fault.mend)
            for fault in told
            if fault
        ]

    def _evidence(self, unit: Unit) -> Sequence[Evidence]:
        return self._evaluations.of(unit.name)


def _found(checks: Sequence[Check], cases: Sequence[Any]) -> list[Found | InputError]:
    """What is found in each case, or the error that ended its judging.

    One rule after another is asked about many cases: what it runs and what it remembers is still at hand in the
    processor, which takes a fifth less time than all rules about one case after another.
    """
    found: list[Found | InputError] = [[] for _ in cases]
    for start in range(0, len(cases), TOGETHER):
        part = range(start, min(start + TOGETHER, len(cases)))
        for rule, check in checks:
            for number in part:
                so_far = found[number]
                if isinstance(so_far, InputError):
                    continue
                try:
                    for fault in check(cases[number]):
                        so_far.append((rule, fault))
                except InputError as error:
                    found[number] = error
    return found
