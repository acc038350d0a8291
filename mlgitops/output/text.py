"""Findings and reports as text for people: grouped by file, each with its source line and what to do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean, sentence, styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.core.finding import Finding
    from mlgitops.workflows.validate import Report

_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}
_INDENT = 10


def findings_text(
    findings: Iterable[Finding], *, color: bool, lines: Mapping[tuple[str, int], str] | None = None
) -> str:
    """The findings, grouped by file; the empty string where there are none.

    Args:
        findings: In any order.
        color: Whether to colour them.
        lines: Source lines by path and line, shown where they are known.
    """
    parts: list[str] = []
    for path, group in groupby(sorted(findings), key=lambda finding: finding.path):
        parts.append(styled(clean(redact(path)), "bold", color=color) + "\n")
        parts += [_finding(finding, (lines or {}).get((path, finding.line)), color=color) for finding in group]
    return "".join(parts)


def _finding(finding: Finding, line: str | None, *, color: bool) -> str:
    from mlgitops.output.excerpt import excerpt  # loads what is known of characters, for which few runs have a use

    place = ":".join(str(part) for part in (finding.line, finding.column) if part) or "-"
    severity = styled(finding.severity, "bold", _COLORS[finding.severity], color=color)
    rule = styled(f"[{finding.rule}]", "dim", color=color)
    text = f"  {place:<{_INDENT - 3}} {severity}: {_continued(finding.message)} {rule}\n"
    if line is not None:
        text += excerpt(line, finding.line, finding.column, indent=_INDENT, color=color)
    if finding.mend:
        mend = _continued(sentence(finding.mend))
        text += f"{'':{_INDENT}}{styled('mend:', 'cyan', color=color)} {mend}\n"
    return text


def _continued(text: str) -> str:
    """`text` as it may be shown; its further lines stand under the first, and begin as no line of a finding does."""
    return clean(redact(text)).replace("\n", f"\n{'':{_INDENT}}| ")


def summary(report: Report) -> str:
    """What was judged, and how many findings there are: one line."""
    what = counted(report.documents, "document")
    if report.hydrated:
        what += f", {counted(report.hydrated, 'service')} hydrated"
    return f"{what}: {tally(report.findings)}\n"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tally(findings: Iterable[Finding]) -> str:
    """How many errors and warnings there are, in words."""
    severities = [finding.severity for finding in findings]
    parts = [counted(severities.count(kind), kind) for kind in ("error", "warning") if kind in severities]
    return ", ".join(parts) or "no findings"
