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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.cases import Evidence, ManifestCase
    from mlgitops.core.finding import Fault
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.project import Documents, Project, Unit
    from mlgitops.core.states import States
    from mlgitops.rules import Rule
    from mlgitops.workflows.policy import Policy

    Known = Mapping[str, Mapping[str, Any]]
    Asked = tuple[Rule, Callable[[Any], Iterator[Fault]], bool]
    Found = list[tuple[Rule, Fault]]


class File(NamedTuple):
    """Where an object stands.

    Attributes:
        environment: Name of its environment; empty outside any.
        name: Name of the state that hydrates to it; empty for none.
        data: The bytes of the file.
        document: Which of the documents in the file it is, or is in, counted from 0.
        pointer: Where it stands in that document: in a list of objects, say.
    """

    environment: str
    name: str
    data: bytes
    document: int = 0
    pointer: tuple[str | int, ...] = ()


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
        """What rules find in each of some states, or what kept one of them from judging it.

        Several environments have one release: what looks at releases alone is asked once about each.
        """
        releases = [[(slot.root, id(slot.release)) for slot in case.slots] for case in cases]
        first = [not at % TOGETHER or releases[at] != releases[at - 1] for at in range(len(cases))]
        found = _found([(rule, check, rule.releases) for rule, check in self._checks], cases, first)
        return [
            one if isinstance(one, InputError) else self._in_state(case, one)
            for case, one in zip(cases, found, strict=True)
        ]

    def manifests(self, cases: Sequence[ManifestCase], file: Callable[[int], File]) -> list[list[Finding]]:
        """What rules find in each of some objects.

        Args:
            cases: The objects.
            file: Gives where one of them stands, by its number.

        Raises:
            InputError: A rule cannot judge one of them.
        """
        checks = self._policy.checks("manifest")
        pods = [bool(case.pods) for case in cases]
        told: list[list[Finding]] = []
        for number, found in enumerate(_found([(rule, check, rule.pods) for rule, check in checks], cases, pods)):
            if isinstance(found, InputError):
                raise found
            told.append(self._in_manifest(cases[number], file(number), found) if found else [])
        return told

    def _in_state(self, case: StateCase, found: Found) -> list[Finding] | InputError:
        told = [self._policy.fault(rule, fault, case.unit.environment, case.unit.name) for rule, fault in found]
        try:
            return self._states.place(case.unit, case.state, [fault for fault in told if fault]) if told else []
        except InputError as error:
            return error

    def _in_manifest(self, case: ManifestCase, file: File, found: Found) -> list[Finding]:
        from mlgitops.core.yaml.read import KUBECTL, locate

        told = [self._policy.fault(rule, fault, file.environment, file.name) for rule, fault in found]
        positions = locate(file.data, case.path, file.document, reader=KUBECTL)
        return [
            Finding(
                case.path,
                *positions.of(file.pointer + fault.pointer),
                fault.rule,
                fault.severity,
                fault.message,
                fault.mend,
            )
            for fault in told
            if fault
        ]

    def _evidence(self, unit: Unit) -> Sequence[Evidence]:
        return self._evaluations.of(unit.name)


def _found(asked: Sequence[Asked], cases: Sequence[Any], first: Sequence[bool]) -> list[Found | InputError]:
    """What is found in each case, or the error that ended its judging.

    One rule after another is asked about many cases: what it runs and what it remembers is still at hand in the
    processor, which takes a fifth less time than all rules about one case after another.

    Args:
        asked: The rules, each with its check, and whether it finds nothing in a part of the cases if it finds nothing
            in those of the part that are `first`.
        cases: The cases.
        first: Of each case, whether it is asked about before others.
    """
    found: list[Found | InputError] = [[] for _ in cases]
    for start in range(0, len(cases), TOGETHER):
        part = range(start, min(start + TOGETHER, len(cases)))
        chosen, others = ([at for at in part if first[at] is wanted] for wanted in (True, False))
        for rule, check, is_enough in asked:
            if _finds(rule, check, cases, found, chosen if is_enough else part) and is_enough:
                _finds(rule, check, cases, found, others)
    return found


def _finds(
    rule: Rule,
    check: Callable[[Any], Iterator[Fault]],
    cases: Sequence[Any],
    found: list[Found | InputError],
    numbers: Iterable[int],
) -> bool:
    """Write down what a rule finds in some cases; whether it did find something, or was kept from looking."""
    finds = False
    for number in numbers:
        so_far = found[number]
        if isinstance(so_far, InputError):
            finds = True
            continue
        try:
            for fault in check(cases[number]):
                so_far.append((rule, fault))
                finds = True
        except InputError as error:
            found[number] = error
            finds = True
    return finds
