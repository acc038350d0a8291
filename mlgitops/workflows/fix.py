"""Fix: mend what rules find and nobody has to decide about, and bring manifests up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.project import Documents, Project
from mlgitops.core.scope import scope
from mlgitops.core.snapshot import Overlay
from mlgitops.workflows import render
from mlgitops.workflows.comparison import differences
from mlgitops.workflows.mending import Mended, Mending
from mlgitops.workflows.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files, Progress, Surroundings, Workers
    from mlgitops.rules import Rule


class Request(NamedTuple):
    """What is asked.

    Attributes:
        paths: Repository-relative files and folders; empty for everything.
        write: Whether files are changed.
    """

    paths: tuple[str, ...] = ()
    write: bool = True


class Report(NamedTuple):
    """What was mended, or would be.

    Attributes:
        mended: Values in documents, in the order of their files.
        kept: Values that a release holds which is committed under the same version: it stays as it is.
        rendered: Paths of manifests that were brought up to date or removed.
        diff: All differences, documents first.
        findings: Why manifests were left alone, if something keeps them from being hydrated.
    """

    mended: list[Mended]
    kept: list[Mended]
    rendered: list[str]
    diff: str
    findings: list[Finding]


class Fix:
    """The workflow.

    Args:
        snapshot: The work tree.
        schemas: The schemas of the documents.
        rules: Every rule by its id.
        today: The date, `YYYY-MM-DD`.
        workers: Gives the place where states are hydrated.
        surroundings: Gives what the work tree is compared with.
        files: Where files are written.
        progress: Who watches.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        schemas: SchemaSet,
        rules: Mapping[str, Rule],
        today: str,
        workers: Callable[[], Workers],
        surroundings: Callable[[], Surroundings],
        files: Files,
        progress: Progress,
    ) -> None:
        self._snapshot = snapshot
        self._schemas = schemas
        self._rules = rules
        self._today = today
        self._workers = workers
        self._surroundings = surroundings
        self._files = files
        self._progress = progress

    def run(self, request: Request) -> Report:
        """Do what `request` asks; a second run finds nothing to do.

        Raises:
            InputError: There is no valid project, or nothing at a path.
            RefusedError: Files could not be written; all are as they were.
        """
        documents = Documents(self._snapshot, self._schemas)
        project = Project(documents)
        asked = scope(project, request.paths)
        units = [unit for unit in (*asked.states, *asked.hydrated) if unit.environment in project.environments]
        mending = Mending(documents, Policy(project.settings, self._rules, self._today), self._today)
        before = self._surroundings().base
        for unit in units:
            mending.state(unit, before)
        for path in asked.manifests:
            mending.manifest(path)
        made, removed, findings = self._hydrated(mending.files, units if request.paths else None)
        files = mending.files | made
        paths = [*sorted(mending.files), *sorted([*made, *removed])]
        old = {path: self._snapshot.read(path) for path in paths if self._snapshot.exists(path)}
        if request.write and paths:
            self._files.write(files, removed)
        rendered = sorted([*made, *removed])
        return Report(mending.mended, mending.kept, rendered, differences(paths, old, files), findings)

    def _hydrated(
        self, mended: Mapping[str, bytes], units: Sequence[Unit] | None
    ) -> tuple[dict[str, bytes], list[str], list[Finding]]:
        """Stale manifests as they should be, those that should go, and what keeps states from being hydrated.

        Args:
            mended: Documents that differ from the work tree's.
            units: The states whose manifests are looked at; None for all.
        """
        result = _Kept()
        source = Overlay(self._snapshot, mended)
        workflow = render.Render(source, self._schemas, self._workers, result, None, self._progress)
        findings: list[Finding] = []
        asked = [render.Request((unit.environment,), unit.key) for unit in units or ()]
        for request in asked if units is not None else [render.Request()]:
            report = workflow.run(request)
            findings += report.findings if report.failed else []
        return result.files, result.removed, findings


class _Kept:
    """`mlgitops.ports.Files` that writes nothing yet."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.removed: list[str] = []

    def write(self, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> None:
        """Keep what is to be written."""
        self.files |= files
        self.removed += remove
