"""Findings and reports as text for people: grouped by file, one finding a paragraph."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from mlgitops.core.finding import Finding
from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean, styled

_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}


def findings_text(findings: Iterable[Finding], *, color: bool) -> str:
    """The findings, grouped by file; the empty string where there are none."""
    parts: list[str] = []
    for path, group in groupby(sorted(findings), key=lambda finding: finding.path):
        parts.append(styled(clean(path), "bold", color=color) + "\n")
        for finding in group:
            place = f"{finding.line}:{finding.column}" if finding.line else "-"
            severity = styled(finding.severity, _COLORS[finding.severity], color=color)
            rule = styled(finding.rule, "dim", color=color)
            parts.append(f"  {place:<7} {severity}: {clean(redact(finding.message))} [{rule}]\n")
            if finding.mend:
                parts.append(f"          {styled('mend:', 'cyan', color=color)} {clean(redact(finding.mend))}\n")
    return "".join(parts)


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tally(findings: Iterable[Finding]) -> str:
    """How many errors and warnings there are, in words."""
    severities = [finding.severity for finding in findings]
    parts = [counted(severities.count(kind), kind) for kind in ("error", "warning") if kind in severities]
    return ", ".join(parts) or "no findings"
