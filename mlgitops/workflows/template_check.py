"""Template check: hydrate a template over the examples of its parameters and the optional parts of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import trials
from mlgitops.core.finding import Fault, Finding
from mlgitops.core.hydrate import Hydrator
from mlgitops.core.layout import environment_file
from mlgitops.core.parameters import Parameters
from mlgitops.core.project import Documents, InvalidError, Project, Unit, from_error, pools
from mlgitops.core.template.filters import DeclinedError
from mlgitops.errors import InputError
from mlgitops.workflows.template import references, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.templates import Template
    from mlgitops.core.trials import Axis, Choices
    from mlgitops.ports import Progress, Workers

_GATEWAY = {"kind": "gateway-api", "name": "trial", "namespace": "trial"}


class Checked(NamedTuple):
    """What became of one template.

    Attributes:
        template: `<name>/<version>`.
        tried: How many combinations were hydrated.
        total: How many there are.
        declined: How many the template declined with a message of its own.
        findings: What is wrong with it.
    """

    template: str
    tried: int
    total: int
    declined: int
    findings: list[Finding]


class Outcome(NamedTuple):
    """What became of one combination that was not hydrated.

    Attributes:
        number: Which one.
        declined: Whether the template says so itself.
        error: What was said; it has a place in the template where one is known.
    """

    number: int
    declined: bool
    error: InputError


class Check:
    """The workflow.

    Args:
        snapshot: Where the templates are.
        schemas: The schemas of the documents.
        workers: Where they are hydrated.
        progress: Who watches.
        limit: Combinations that are tried of one template and kind.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        schemas: SchemaSet,
        workers: Workers,
        progress: Progress,
        limit: int = trials.LIMIT,
    ) -> None:
        self._documents = Documents(snapshot, schemas)
        self._workers = workers
        self._progress = progress
        self._limit = limit

    def run(self, asked: Sequence[str]) -> list[Checked]:
        """Check templates of the repository: those asked for by `<name>/<version>`, or all.

        Raises:
            InputError: There is no project or no such template, or one went past the limits of a worker.
        """
        project = Project(self._documents)
        known = references(self._documents.snapshot)
        for reference in asked:
            if reference not in known:
                raise unknown(reference, known)
        environments = _environments(project)
        return [self._check(project, reference, environments) for reference in asked or known]

    def _check(self, project: Project, reference: str, environments: Mapping[str, Mapping[str, Any]]) -> Checked:
        trial = Trial(self._documents, project, reference, environments)
        try:
            template = trial.template
            findings = self._documents.place(template.path, list(_faults(template)))
            _ = template.engine
        except InvalidError as error:
            return Checked(reference, 0, 0, 0, error.findings)
        except InputError as error:
            return Checked(reference, 0, 0, 0, [from_error("hydration-failed", error, f"templates/{reference}")])
        if findings:
            return Checked(reference, 0, 0, 0, findings)
        tried, total, declined = 0, 0, 0
        for kind in template.kinds:
            of_kind = trial.of(kind)
            chosen = list(trials.picked(of_kind.axes, self._limit))
            outcomes = self._outcomes(of_kind, chosen)
            failures = [outcome for outcome in outcomes if not outcome.declined]
            findings += of_kind.findings(chosen, failures)
            tried, total = tried + len(chosen), total + trials.count(of_kind.axes)
            declined += len(outcomes) - len(failures)
            if len(outcomes) - len(failures) == len(chosen):
                findings.append(_useless(template, kind, outcomes[0].error))
        return Checked(reference, tried, total, declined, sorted(findings))

    def _outcomes(self, trial: KindTrial, chosen: Sequence[Choices]) -> list[Outcome]:
        self._progress.start(len(chosen), f"combinations of {trial.reference}")
        outcomes: list[Outcome] = []
        try:
            for part in self._workers.map(trial, list(enumerate(chosen))):
                self._progress.advance(len(part))
                outcomes += [outcome for outcome in part if outcome is not None]
        finally:
            self._progress.stop()
        return outcomes


class Trial:
    """One template of a project, to be tried in its environments."""

    def __init__(
        self, documents: Documents, project: Project, reference: str, environments: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.reference = reference
        self.environments = environments
        self.hydrator = _TrialHydrator(documents, project, environments)
        self._given = documents, project, reference, environments

    def __reduce__(self) -> tuple[type[Trial], tuple[object, ...]]:
        return Trial, self._given  # a worker that is not forked compiles the template anew

    @property
    def template(self) -> Template:
        """The template.

        Raises:
            InputError: It is missing or broken.
        """
        return self.hydrator.template(self.reference)

    def of(self, kind: str) -> KindTrial:
        """The trial with states of one kind."""
        return KindTrial(self, kind)


class KindTrial:
    """One template with states of one kind: what a worker does with a part of the combinations."""

    def __init__(self, trial: Trial, kind: str) -> None:
        self._trial = trial
        self._kind = kind
        self.reference = trial.reference
        self.axes: list[Axis] = trials.axes(kind, trial.template.parameters, list(trial.environments))

    def __call__(self, part: Sequence[tuple[int, Choices]]) -> list[Outcome | None]:
        """What became of each combination of the part; None of one that was hydrated."""
        return [self._outcome(number, chosen) for number, chosen in part]

    def findings(self, chosen: Sequence[Choices], failures: Sequence[Outcome]) -> Iterator[Finding]:
        """One finding for each way to fail, with the least combination that does."""
        alike: dict[tuple[str | None, int | None, str], list[Outcome]] = {}
        for outcome in failures:
            alike.setdefault(_failure(outcome.error), []).append(outcome)
        for outcomes in alike.values():
            least, error = self._shrunk(chosen[outcomes[0].number], outcomes[0].error)
            found = from_error("hydration-failed", error, self._trial.template.path)
            with_ = trials.described(self.axes, least)
            yield found._replace(
                message=f"{found.message} (with {with_}: {len(outcomes):,} of {len(chosen):,} combinations)"
            )

    def _shrunk(self, chosen: Choices, error: InputError) -> tuple[Choices, InputError]:
        """The combination without what is not needed to fail alike, and what is said then."""
        for place in range(len(chosen)):
            smaller = (*chosen[:place], 0, *chosen[place + 1 :])
            outcome = self._outcome(0, smaller)
            if outcome and not outcome.declined and _failure(outcome.error) == _failure(error):
                chosen, error = smaller, outcome.error
        return chosen, error

    def _outcome(self, number: int, chosen: Choices) -> Outcome | None:
        environment = trials.option(self.axes, chosen, "environment")
        declared = pools(self._trial.environments[environment])
        pool = declared[0]["name"] if declared else None
        state = trials.state(self._kind, self.reference, self.axes, chosen, pool)
        unit = Unit(environment, "", state["metadata"]["name"])
        try:
            self._trial.hydrator.files(unit, self._trial.hydrator.objects(unit, state))
        except InputError as error:
            if not (error.path or "").startswith("templates/"):  # a trial's state is no file
                error.path, error.line, error.column = self._trial.template.path, None, None
            return Outcome(number, isinstance(error, DeclinedError), error)
        return None


class _TrialHydrator(Hydrator):
    def __init__(self, documents: Documents, project: Project, environments: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(documents, project)
        self._environments |= {name: dict(document) for name, document in environments.items()}


def _useless(template: Template, kind: str, error: InputError) -> Finding:
    return Finding(
        template.path,
        0,
        0,
        "declined-always",
        "error",
        f"the template declines every {kind} that was tried, the first with: {error.message}",
        "Add examples that it takes, or mend the condition before its `fail`.",
    )


def _failure(error: InputError) -> tuple[str | None, int | None, str]:
    """What failures have in common that are one: not the keys that stood beside the one that is missing."""
    return error.path, error.line, error.message.partition("; ")[0]


def _environments(project: Project) -> dict[str, Mapping[str, Any]]:
    """The project's environments, so far as they are valid, the first of them with and without a gateway."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in project.environments:
        try:
            found[name] = project.environment(name)
        except InvalidError:
            continue  # told by validate
    first = next(iter(found), None)
    if first is None:
        raise InputError(
            "no environment of the path is valid, and templates are tried in them",
            hint=f"Run `mlgitops validate {environment_file(project.environments[0])}`.",
        )
    bare = {key: value for key, value in found[first].items() if key != "gateway"}
    if any("gateway" not in document for document in found.values()):
        found[f"{first} with a gateway"] = {**bare, "gateway": _GATEWAY}
    else:
        found[f"{first} without its gateway"] = bare
    return found


def _faults(template: Template) -> Iterator[Fault]:
    """Parameters that cannot be tried, or whose default or examples their own schema refuses."""
    for name, parameter in template.parameters.items():
        judge = Parameters({name: parameter["schema"]}, set())
        tried: list[tuple[tuple[str | int, ...], Any]] = [
            (("examples", number), example) for number, example in enumerate(parameter.get("examples", []))
        ]
        if "default" in parameter:
            tried.append((("default",), parameter["default"]))
        if not tried:
            yield Fault(
                "missing-examples",
                ("parameters", name),
                f"the parameter `{name}` has neither a default nor examples, so there is nothing to try it with",
                "Add `examples`.",
            )
        for place, value in tried:
            for fault in judge.faults({name: value}, ()):
                pointer = ("parameters", name, *place, *fault.pointer[1:])
                yield fault._replace(rule="invalid-parameter", pointer=pointer)
