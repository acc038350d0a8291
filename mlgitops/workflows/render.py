"""Render: hydrate states and bring their manifests up to date, or say which are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self._schemas = schemas
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
        from mlgitops.workflows.comparison import compare  # loads all of hydration, which the common case does not need

        report, files = compare(self._snapshot, self._schemas, self._workers, self._progress, request)
        if report.failed:
            return report
        if request.write and report.stale:
            self._files.write(files, report.removed)
        if self._memory and (request.write or not report.stale):
            self._memory.keep(_remembered(report))
        return report


def _remembered(report: Report) -> dict[str, Any]:
    return {
        "unchanged": report.unchanged + len(report.created) + len(report.changed),
        "services": report.services,
        "findings": [list(finding) for finding in report.findings],
    }


def _recalled(known: dict[str, Any]) -> Report:
    findings = [Finding(*finding) for finding in known["findings"]]
    return Report([], [], [], known["unchanged"], known["services"], findings)
