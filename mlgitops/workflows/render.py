"""Render: hydrate states and bring their manifests up to date, or say which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.finding import Finding
from mlgitops.core.project import Documents, InvalidError, Project
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlgitops.core.hydrate import Hydrated, Hydrator
    from mlgitops.core.project import Unit
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files, Memory, Progress, Workers


class Request(NamedTuple):
    """What is asked.

    Attributes:
        environments: Names; empty for all of the path.
        service: Name of one state, or None for all.
        write: Whether files are brought up to date.
        diff: Whether the report carries the differences.
    """

    environments: tuple[str, ...] = ()
    service: str | None = None
    write: bool = True
    diff: bool = False


class Report(NamedTuple):
    """What was found, and done where `Request.write` asked for it.

    Attributes:
        created: Paths that had no file.
        changed: Paths whose bytes differ.
        removed: Paths that rendering no longer produces.
        unchanged: How many files were as they should be.
        services: How many states were hydrated.
        findings: What is wrong; with an error among them nothing was written.
        diff: Unified differences of the paths above, in their order.
    """

    created: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    services: int
    findings: list[Finding]
    diff: str = ""

    @property
    def stale(self) -> list[str]:
        """Everything that is not as rendering makes it, sorted."""
        return sorted([*self.created, *self.changed, *self.removed])

    @property
    def failed(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


class Render:
    """The workflow.

    Args:
        snapshot: The files that are hydrated, and compared with.
        schemas: The schemas of the documents.
        workers: Gives the place where states are hydrated; asked only if some are.
        files: Where manifests are written.
        memory: What is known of unchanged bytes; None looks at everything anew.
        progress: Who watches.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        schemas: SchemaSet,
        workers: Callable[[], Workers],
        files: Files,
        memory: Memory | None,
        progress: Progress,
    ) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)
        self._workers = workers
        self._files = files
        self._memory = memory
        self._progress = progress

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no project, or no such environment or state.
            RefusedError: Files could not be written; all are as they were.
        """
        known = self._memory.recall() if self._memory else None
        if known is not None:
            return _recalled(known)
        try:
            project = Project(self._documents)
            units = self._units(project, request)
        except InvalidError as error:
            return Report([], [], [], 0, 0, error.findings)
        folders = [unit.hydrated for unit in units]
        if request.service is None:
            folders = [f"environments/{name}/hydrated" for name in request.environments or project.environments]
        report, files = self._compare(folders, self._hydrate(project, units), request)
        if report.failed:
            return report
        if request.write and report.stale:
            self._files.write(files, report.removed)
        if self._memory and (request.write or not report.stale):
            self._memory.keep(_remembered(report))
        return report

    def _units(self, project: Project, request: Request) -> list[Unit]:
        findings: list[Finding] = []
        units: list[Unit] = []
        for name in request.environments or project.environments:
            try:
                project.environment(name)
                units += project.units(name)
            except InvalidError as error:
                findings += error.findings
        if findings:
            raise InvalidError(findings)
        if request.service is None:
            return units
        chosen = [unit for unit in units if request.service in (unit.name, unit.key)]
        if not chosen:
            from difflib import get_close_matches  # only when there is something to explain

            close = get_close_matches(request.service, {unit.name for unit in units}, 1)
            raise InputError(
                f"no environment asked for has a state called `{request.service}`",
                hint=f"did you mean `{close[0]}`?"
                if close
                else "states are environments/<env>/state/[<team>/]<name>.yaml",
            )
        return chosen

    def _hydrate(self, project: Project, units: Sequence[Unit]) -> list[Hydrated]:
        task = HydrateUnits(self._documents, project)
        self._progress.start(len(units), "services")
        hydrated: list[Hydrated] = []
        try:
            for part in self._workers().map(task, units):
                hydrated += part
                self._progress.advance(len(part))
        finally:
            self._progress.stop()
        return hydrated

    def _compare(
        self, folders: Sequence[str], hydrated: Sequence[Hydrated], request: Request
    ) -> tuple[Report, dict[str, bytes]]:
        from mlgitops.core.hydrate import HEADER

        findings = [finding for one in hydrated for finding in one.findings]
        empty = Report([], [], [], 0, len(hydrated), sorted(findings))
        if empty.failed:
            return empty, {}
        produced = {path: data for one in hydrated for path, data in one.files.items()}
        old = {path: self._snapshot.read(path) for path in self._present(folders)}
        created = [path for path in produced if path not in old]
        changed = [path for path, data in produced.items() if path in old and old[path] != data]
        removed = [path for path in old if path not in produced and old[path].startswith(HEADER.encode())]
        report = Report(
            sorted(created), sorted(changed), sorted(removed), len(produced) - len(created) - len(changed),
            len(hydrated), sorted(findings),
        )  # fmt: skip
        if request.diff:
            report = report._replace(diff=_differences(report.stale, old, produced))
        return report, {path: produced[path] for path in (*created, *changed)}

    def _present(self, folders: Sequence[str]) -> list[str]:
        """The files in the folders that are rendered: whole environments, or those of one state."""
        present = []
        for folder in folders:
            for path, kind in self._snapshot.entries(folder).items():
                if kind != "file":
                    raise InputError(
                        f"a {kind} stands among the manifests", path=path, hint="remove it: manifests are files"
                    )
                present.append(path)
        return present


class HydrateUnits:
    """The work of one worker; its hydrator is made when the first part arrives, and kept."""

    def __init__(self, documents: Documents, project: Project) -> None:
        self._documents = documents
        self._project = project
        self._hydrator: Hydrator | None = None

    def __call__(self, units: Sequence[Unit]) -> list[Hydrated]:
        """Hydrate a part of the units."""
        if self._hydrator is None:
            from mlgitops.core.hydrate import Hydrator

            self._hydrator = Hydrator(self._documents, self._project)
        return [self._hydrator.hydrate(unit) for unit in units]


def _differences(paths: Sequence[str], old: dict[str, bytes], new: dict[str, bytes]) -> str:
    from difflib import unified_diff

    lines: list[str] = []
    for path in paths:
        before = old.get(path, b"").decode(errors="replace").splitlines(keepends=True)
        after = new.get(path, b"").decode().splitlines(keepends=True)
        source = f"a/{path}" if path in old else "/dev/null"
        target = f"b/{path}" if path in new else "/dev/null"
        lines += [line if line.endswith("\n") else f"{line}\n" for line in unified_diff(before, after, source, target)]
    return "".join(lines)


def _remembered(report: Report) -> dict[str, Any]:
    return {
        "unchanged": report.unchanged + len(report.created) + len(report.changed),
        "services": report.services,
        "findings": [list(finding) for finding in report.findings],
    }


def _recalled(known: dict[str, Any]) -> Report:
    findings = [Finding(*finding) for finding in known["findings"]]
    return Report([], [], [], known["unchanged"], known["services"], findings)
