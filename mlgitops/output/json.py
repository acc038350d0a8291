"""Results for programs: one JSON object, versioned; `version` grows when a key changes its meaning or goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlgitops.core.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.core.finding import Finding

VERSION = 1


def document(values: Mapping[str, Any]) -> str:
    """The object with its version first, and a line break at its end."""
    return redact(json.dumps({"version": VERSION, **values}, indent=2, ensure_ascii=False)) + "\n"


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings as objects."""
    keys = ("rule", "severity", "path", "line", "column", "message", "mend")
    return [{key: getattr(finding, key) for key in keys} for finding in sorted(found)]
