"""`--format text`: for people, at a terminal or in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.output.text import findings_text, summary

if TYPE_CHECKING:
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found


def findings(found: Found) -> str:
    """The findings by file, each with its source line, and how many there are."""
    report = found.report
    return f"{findings_text(report.findings, color=found.color, lines=report.lines)}{summary(report)}"


def failure(error: MlgitopsError) -> str:  # noqa: ARG001 the signature of formats
    """Nothing: stderr tells it."""
    return ""
