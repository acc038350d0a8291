"""Comparison: what states hydrate to, beside the manifests that are there."""

from __future__ import annotations

from difflib import get_close_matches, unified_diff
from typing import TYPE_CHECKING

from mlgitops.core.hydrate import HEADER, Hydrated, Hydrator
from mlgitops.core.masking import masked, without_own
from mlgitops.core.project import Documents, InvalidError, Project, Unit
from mlgitops.errors import InputError
from mlgitops.workflows.render import Report, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Progress, Workers


def compare(
    snapshot: Snapshot,
    schemas: SchemaSet,
    workers: Callable[[], Workers],
    progress: Progress,
    request: Request,
) -> tuple[Report, dict[str, bytes]]:
    """What rendering would do, and the bytes of the files that it would write; nothing is written.

    Raises:
        InputError: There is no project, or no such environment or state.
    """
    documents = Documents(snapshot, schemas)
    try:
        project = Project(documents)
        units = _units(project, request)
    except InvalidError as error:
        return Report([], [], [], 0, 0, masked(snapshot, error.findings)[0]), {}
    folders = [unit.hydrated for unit in units]
    if request.service is None:
        folders = [f"environments/{name}/hydrated" for name in request.environments or project.environments]
    hydrated = _hydrate(HydrateUnits(documents, project), units, workers, progress)
    return _compared(snapshot, folders, units, hydrated, diff=request.diff)


def _units(project: Project, request: Request) -> list[Unit]:
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
        close = get_close_matches(request.service, {unit.name for unit in units}, 1)
        raise InputError(
            f"no environment asked for has a state called `{request.service}`",
            hint=f"Did you mean `{close[0]}`?"
            if close
            else "States are environments/<env>/state/[<team>/]<name>.yaml.",
        )
    return chosen


def _hydrate(
    task: HydrateUnits, units: Sequence[Unit], workers: Callable[[], Workers], progress: Progress
) -> list[Hydrated]:
    progress.start(len(units), "services")
    hydrated: list[Hydrated] = []
    try:
        for part in workers().map(task, units):
            hydrated += part
            progress.advance(len(part))
    finally:
        progress.stop()
    return hydrated


def _compared(
    snapshot: Snapshot, folders: Sequence[str], units: Sequence[Unit], hydrated: Sequence[Hydrated], *, diff: bool
) -> tuple[Report, dict[str, bytes]]:
    told = [finding for one in hydrated for finding in one.findings]
    findings, _ = masked(snapshot, told, [unit.path for unit, one in zip(units, hydrated, strict=True) if one.findings])
    empty = Report([], [], [], 0, len(hydrated), sorted(findings))
    if empty.failed:
        return empty, {}
    produced = {path: data for one in hydrated for path, data in one.files.items()}
    old = dict(_contents(snapshot, _present(snapshot, folders)))
    created = [path for path in produced if path not in old]
    changed = [path for path, data in produced.items() if path in old and old[path] != data]
    removed = [path for path in old if path not in produced and old[path].startswith(HEADER.encode())]
    report = Report(
        sorted(created), sorted(changed), sorted(removed), len(produced) - len(created) - len(changed),
        len(hydrated), sorted(findings),
    )  # fmt: skip
    if diff:
        report = report._replace(diff=differences(report.stale, old, produced))
    return report, {path: produced[path] for path in (*created, *changed)}


def _present(snapshot: Snapshot, folders: Sequence[str]) -> list[str]:
    """The files in the folders that are rendered: whole environments, or those of one state."""
    present = []
    for folder in folders:
        for path, kind in snapshot.entries(folder).items():
            if kind != "file":
                raise InputError(
                    f"a {kind} stands among the manifests", path=path, hint="Remove it: manifests are files."
                )
            present.append(path)
    return present


def _contents(snapshot: Snapshot, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file, without those that another run has removed since they were listed."""
    for path in paths:
        try:
            yield path, snapshot.read(path)
        except InputError:
            if snapshot.exists(path):
                raise


class HydrateUnits:
    """The work of one worker; its hydrator is made when the first part arrives, and kept."""

    def __init__(self, documents: Documents, project: Project) -> None:
        self._documents = documents
        self._project = project
        self._hydrator: Hydrator | None = None

    def __call__(self, units: Sequence[Unit]) -> list[Hydrated]:
        """Hydrate a part of the units."""
        if self._hydrator is None:
            self._hydrator = Hydrator(self._documents, self._project)
        return [self._hydrator.hydrate(unit) for unit in units]


def differences(paths: Sequence[str], old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Unified differences of files, in the order of `paths`, without secrets; a file may be in one of both only."""
    lines: list[str] = []
    for path in paths:
        before = old.get(path, b"").decode(errors="replace").splitlines(keepends=True)
        after = new.get(path, b"").decode().splitlines(keepends=True)
        source = f"a/{path}" if path in old else "/dev/null"
        target = f"b/{path}" if path in new else "/dev/null"
        lines += [line if line.endswith("\n") else f"{line}\n" for line in unified_diff(before, after, source, target)]
    return without_own("".join(lines))
