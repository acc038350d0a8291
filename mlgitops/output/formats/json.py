"""`--format json`: for programs; `version` grows when a key changes its meaning or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.output import json

if TYPE_CHECKING:
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found


def findings(found: Found) -> str:
    """The findings, sorted, and how much was judged."""
    report = found.report
    counts = {"documents": report.documents, "hydrated": report.hydrated}
    return json.document({**counts, "findings": json.findings(report.findings)})


def failure(error: MlgitopsError) -> str:
    """The error under `error`; what is not known of it is null."""
    return json.document({"error": {key: getattr(error, key) for key in ("message", "hint", "path", "line", "column")}})
