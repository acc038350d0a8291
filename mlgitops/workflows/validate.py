"""Validate: judge documents, what they say together, and what they hydrate to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.project import Documents, InvalidError, Project, from_error
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.scope import Scope
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.states import States
    from mlgitops.ports import Progress, Workers

KINDS = ("ModelDeployment", "TrainingJob", "Evaluation", "Environment", "Project", "Template")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        paths: Repository-relative files and folders; empty for everything.

    A path that is one state's file, or one of its manifests, asks for that state to be judged as far as documents
    tell. Everything wider is hydrated too: a folder, and what all states of an environment or of a template rest on.
    """

    paths: tuple[str, ...] = ()


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
        workers: Gives the place where states are hydrated; asked only if some are.
        progress: Who watches.
    """

    def __init__(
        self, snapshot: Snapshot, schemas: SchemaSet, workers: Callable[[], Workers], progress: Progress
    ) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)
        self._workers = workers
        self._progress = progress

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no project, or nothing at a path.
        """
        try:
            project = Project(self._documents)
        except InvalidError as error:
            return _report(self._snapshot, error.findings, 1, 0)
        from mlgitops.core.scope import scope
        from mlgitops.core.states import States

        asked = scope(project, request.paths)
        states = States(self._documents, project)
        findings = [*asked.findings, *self._alone(asked)]
        for unit in asked.states:
            findings += states.judge(unit)
        findings += self._templates(states, asked.templates)
        findings += self._hydrated(project, asked.hydrated)
        documents = len(asked.documents) + len(asked.states) + len(asked.templates) + len(asked.hydrated)
        return _report(self._snapshot, findings, documents, len(asked.hydrated))

    def _alone(self, asked: Scope) -> Iterable[Finding]:
        """What is wrong with documents that are judged by their schema and nothing else."""
        for path, kinds in asked.documents.items():
            yield from _broken(self._documents, path, kinds)

    def _templates(self, states: States, references: Iterable[str]) -> Iterable[Finding]:
        for reference in references:
            try:
                _ = states.template(reference).engine
            except InvalidError as error:
                yield from error.findings
            except InputError as error:
                yield from_error("hydration-failed", error, f"templates/{reference}/template.yaml")

    def _hydrated(self, project: Project, units: list[Unit]) -> Iterable[Finding]:
        if not units:
            return
        from mlgitops.workflows.render import HydrateUnits

        self._progress.start(len(units), "services")
        try:
            for part in self._workers().map(HydrateUnits(self._documents, project), units):
                self._progress.advance(len(part))
                yield from (finding for one in part for finding in one.findings)
        finally:
            self._progress.stop()


def judge_files(snapshot: Snapshot, schemas: SchemaSet) -> Report:
    """Judge all files of `snapshot`, which is no environment repository, each by the schema of the kind it names."""
    documents = Documents(snapshot, schemas)
    paths = snapshot.entries()
    findings = [finding for path in paths for finding in _broken(documents, path, KINDS)]
    return _report(snapshot, findings, len(paths), 0)


def _broken(documents: Documents, path: str, kinds: tuple[str, ...]) -> list[Finding]:
    try:
        documents.load(path, *kinds)
    except InvalidError as error:
        return error.findings
    return []


def _report(snapshot: Snapshot, findings: Iterable[Finding], documents: int, hydrated: int) -> Report:
    distinct = sorted(set(findings))
    return Report(distinct, documents, hydrated, _lines(snapshot, distinct))


def _lines(snapshot: Snapshot, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """The source lines that findings point to, of files that can be read."""
    lines: dict[tuple[str, int], str] = {}
    texts: dict[str, list[str]] = {}
    for path, number in ((finding.path, finding.line) for finding in findings if finding.line):
        if path not in texts:
            try:
                data = snapshot.read(path).decode(errors="replace")
            except InputError:
                data = ""
            texts[path] = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if number <= len(texts[path]):
            lines[path, number] = texts[path][number - 1]
    return lines
