"""`--format gitlab`: a code quality report, which GitLab shows beside the lines of a merge request.

https://docs.gitlab.com/ci/testing/code_quality/ (Import code quality results) names the properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.output.fingerprints import fingerprints
from mlgitops.output.json import dumped
from mlgitops.output.shown import shown

if TYPE_CHECKING:
    from mlgitops.core.finding import Finding
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def findings(found: Found) -> str:
    """A list of the findings; a finding about a whole file is shown at its first line."""
    marks = fingerprints(found.report.findings)
    listed = [_issue(finding, found.place(finding.path), mark) for finding, mark in marks]
    return dumped(listed)


def failure(error: MlgitopsError) -> str:
    """A list of the one thing that kept everything else from being found."""
    return dumped(
        [
            {
                "description": shown(f"{error.message}: {error.hint}" if error.hint else error.message),
                "check_name": "mlgitops",
                "fingerprint": "mlgitops",
                "severity": "blocker",
                "location": {"path": shown(error.path or "mlgitops.yaml"), "lines": {"begin": error.line or 1}},
            }
        ]
    )


def _issue(finding: Finding, path: str, mark: str) -> dict[str, Any]:
    return {
        "description": shown(f"{finding.message}: {finding.mend}" if finding.mend else finding.message),
        "check_name": shown(finding.rule),
        "fingerprint": mark,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": shown(path), "lines": {"begin": max(finding.line, 1)}},
    }
