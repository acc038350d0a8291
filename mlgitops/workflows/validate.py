"""Validate: judge documents, what they say together, and what they hydrate to."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.listed import Listed
from mlgitops.core.project import Documents, InvalidError, Project, from_error, unit_at
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping

    from mlgitops.core.finding import Finding
    from mlgitops.core.hydrate import Hydrator
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.scope import Scope
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.states import States
    from mlgitops.ports import Progress, Surroundings, Workers
    from mlgitops.rules import Rule
    from mlgitops.workflows.hydrated_judging import Judged
    from mlgitops.workflows.judging import Judge
    from mlgitops.workflows.policy import Policy
    from mlgitops.workflows.whole import Whole

KINDS = ("ModelDeployment", "TrainingJob", "Evaluation", "Environment", "Project", "Template")


def of_state(path: str) -> bool:
    """Whether `path` is a state's file or one of its manifests, of which documents tell all that is asked."""
    return path.split("/")[2:3] == ["hydrated"] or unit_at(path) is not None


class Request(NamedTuple):
    """What is asked.

    Attributes:
        paths: Repository-relative files and folders; empty for everything.
        changed: Files that have changed, some of them gone: what they reach is judged. None where all may have.
        compared: Whether the rules of the repository judge `paths` though these are states and manifests only.

    A path that is one state's file, or one of its manifests, asks for that state to be judged as far as documents
    tell. Everything wider is hydrated too: a folder, and what all states of an environment or of a template rest on.
    The rules of the repository then judge what is named: whether it was changed that never may, or has no place in Git.
    """

    paths: tuple[str, ...] = ()
    changed: tuple[str, ...] | None = None
    compared: bool = False


class Report(NamedTuple):
    """What was found.

    Attributes:
        findings: What is wrong, sorted by place.
        documents: How many documents were judged.
        hydrated: How many states were hydrated.
        lines: The source line of each place of a finding, by path and line.
    """

    findings: list[Finding]
    documents: int
    hydrated: int
    lines: Mapping[tuple[str, int], str]

    @property
    def failed(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


class Validate:
    """The workflow.

    Args:
        snapshot: The files that are judged.
        schemas: The schemas of the documents.
        rules: Gives every rule by its id.
        today: The date, `YYYY-MM-DD`, by which suppressions and evaluations expire.
        workers: Gives the place where states are hydrated; asked only if some are.
        surroundings: Gives what stands around the snapshot; asked only if everything is judged.
        progress: Who watches.
        policy_from: Whose policy and path decide how strictly rules are applied, where it is not that of `snapshot`.
        gates: Gives the ids of all gates, where there are more than this program's own; asked only if some are named.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        schemas: SchemaSet,
        rules: Callable[[], Mapping[str, Rule]],
        today: str,
        workers: Callable[[], Workers],
        surroundings: Callable[[], Surroundings],
        progress: Progress,
        policy_from: Snapshot | None = None,
        gates: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self._policy_from = policy_from
        self._gates = gates
        self._snapshot = snapshot
        self._documents = Documents(Listed(snapshot), schemas)
        self._known: dict[str, Mapping[str, Any]] = {}
        self._rules = rules
        self._today = today
        self._workers = workers
        self._surroundings = surroundings
        self._progress = progress

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no project, or nothing at a path, or no valid project in what gives the policy.
        """
        try:
            project = Project(self._documents)
        except InvalidError as error:
            return _report(self._snapshot, error.findings, 1, 0)
        from mlgitops.core.scope import reached, scope
        from mlgitops.core.states import States
        from mlgitops.workflows.judging import Judge
        from mlgitops.workflows.policy import Policy

        everything = request.changed is not None or not request.paths
        if everything:
            with suppress(InputError):  # told where the folder that cannot be listed is asked for
                self._documents.snapshot.entries()
        asked = scope(project, request.paths) if request.changed is None else reached(project, request.changed)
        hydrator = self._hydrator(project) if asked.hydrated else None
        states = hydrator or States(self._documents, project)
        policy = Policy(self._settings(project), self._rules(), self._today)
        findings = [*policy.told(asked.findings), *self._templates(states, asked.templates), *self._alone(asked)]
        judge = Judge(self._documents, project, states, policy, self._today, self._known)
        together = everything or asked.hydrated or asked.manifests or PROJECT_FILE in asked.documents
        whole = self._whole(project, judge, policy) if together else None
        with closing(self._hydrated(project, asked.hydrated, policy, hydrator)) as parts:
            judged = list(next(parts, ()))  # workers are at it from here on, and this process does what else there is
            around = self._surroundings() if everything else None
            if whole and around:
                whole.ahead(asked.hydrated, around)
            for unit in asked.states:
                findings += judge.judge(unit)
            for part in parts:
                judged += part
        findings += [finding for one in judged for finding in one.findings]
        if whole:
            findings += self._together(whole, project, asked, policy, judged, around)
        findings += self._named(project, request, asked, states, policy, judged)
        documents = len(asked.documents) + len(asked.states) + len(asked.templates) + len(asked.hydrated)
        units = [unit.path for unit in (*asked.states, *asked.hydrated)]
        return _report(self._snapshot, findings, documents, len(asked.hydrated), units)

    def _settings(self, project: Project) -> Mapping[str, Any]:
        """The Project whose policy is applied."""
        if self._policy_from is None:
            return project.settings
        try:
            return Project(Documents(self._policy_from, self._documents.schemas)).settings
        except InputError as error:
            message = f"the policy of {self._policy_from.label} cannot be used: {error.message}"
            raise InputError(message, hint=error.hint, path=error.path, line=error.line, column=error.column) from None

    def _whole(self, project: Project, judge: Judge, policy: Policy) -> Whole:
        from mlgitops.workflows.whole import Whole

        return Whole(self._documents, project, judge, policy, self._known)

    def _together(
        self,
        whole: Whole,
        project: Project,
        asked: Scope,
        policy: Policy,
        judged: list[Judged],
        around: Surroundings | None,
    ) -> Iterable[Finding]:
        """What is wrong with what no single state shows."""
        from mlgitops.gates import catalogue
        from mlgitops.workflows.policy import Policy
        from mlgitops.workflows.whole import complete

        if PROJECT_FILE in asked.documents:
            yield from whole.settings(Policy(project.settings, policy.rules, self._today), self._gates or catalogue)
        yield from whole.manifests(asked.manifests, judged)
        for name in complete(judged, project):
            try:
                yield from whole.environment(name, [one for one in judged if one.unit.environment == name])
            except InvalidError:
                continue  # the environment's document is broken, and told where it is judged
        if around:
            try:
                yield from whole.repository(judged, around)
            except InputError as error:  # a link, or another repository, stands where files are listed
                yield from_error("unreadable-file", error, PROJECT_FILE)

    def _named(
        self,
        project: Project,
        request: Request,
        asked: Scope,
        states: States,
        policy: Policy,
        judged: list[Judged],
    ) -> Iterable[Finding]:
        """What the rules of the repository find in the paths that were named."""
        if not request.paths or (all(map(of_state, request.paths)) and not request.compared):
            return []
        from mlgitops.workflows.named import Named

        named = Named(self._documents, project, states, policy)
        try:
            return named.findings(request.paths, asked.states, judged, self._surroundings())
        except InputError as error:  # a link, or another repository, stands where files are listed
            return [from_error("unreadable-file", error, PROJECT_FILE)]

    def _alone(self, asked: Scope) -> Iterable[Finding]:
        """What is wrong with documents that are judged by their schema and nothing else."""
        for path, kinds in asked.documents.items():
            try:
                self._known[path] = self._documents.load(path, *kinds)
            except InvalidError as error:
                yield from error.findings

    def _templates(self, states: States, references: Iterable[str]) -> Iterable[Finding]:
        for reference in references:
            try:
                _ = states.template(reference).engine
            except InvalidError as error:
                yield from error.findings
            except InputError as error:
                yield from_error("hydration-failed", error, f"templates/{reference}/template.yaml")

    def _hydrated(
        self, project: Project, units: list[Unit], policy: Policy, hydrator: Hydrator | None
    ) -> Generator[list[Judged], None, None]:
        """What was found out about states, part by part."""
        if not units:
            return
        from mlgitops.workflows.hydrated_judging import JudgeUnits

        task = JudgeUnits(self._documents, project, policy, self._today, hydrator, self._known)
        ordered = sorted(units, key=lambda unit: (unit.name, unit.path))  # one worker reads a service's evaluations
        self._progress.start(len(units), "services")
        try:
            for part in self._workers().map(task, ordered):
                self._progress.advance(len(part))
                yield part
        finally:
            self._progress.stop()

    def _hydrator(self, project: Project) -> Hydrator:
        from mlgitops.core.hydrate import Hydrator  # dear to load
        from mlgitops.core.yaml.parts import load_shared

        return Hydrator(Documents(self._documents.snapshot, self._documents.schemas, load_shared), project)


def _report(
    snapshot: Snapshot, findings: Iterable[Finding], documents: int, hydrated: int, states: Iterable[str] = ()
) -> Report:
    """The report, without anything that the files it is about keep secret; templates tell values of `states`."""
    distinct = sorted(set(findings))
    if not distinct:
        return Report([], documents, hydrated, {})
    from mlgitops.core.masking import masked, without  # only where something is wrong
    from mlgitops.core.source_lines import source_lines

    more = states if any(finding.path.startswith("templates/") for finding in distinct) else ()
    shown, secrets = masked(snapshot, distinct, more)
    lines = source_lines(snapshot, distinct)
    return Report(shown, documents, hydrated, {place: without(line, secrets) for place, line in lines.items()})
