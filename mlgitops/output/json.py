"""Results for programs: one JSON object, versioned; `version` grows when a key changes its meaning or goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.core.finding import Finding

VERSION = 1


def document(values: Mapping[str, Any]) -> str:
    """The object with its version first, and a line break at its end."""
    return dumped({"version": VERSION, **values})


def dumped(value: Any) -> str:
    """Any JSON value, with a line break at its end; credentials are masked.

    What steers a terminal, or a CI runner that finds `##[` in its log, is escaped, so that it reads back the same.
    """
    text = escaped(json.dumps(_redacted(value), indent=2, ensure_ascii=False))
    return text.replace("##[", "#\\u0023[") + "\n"


def _redacted(value: Any) -> Any:
    """`value` with each text in it redacted, before quotes and line breaks in it are escaped: they end a secret."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(key): _redacted(item) for key, item in value.items()}
    return [_redacted(item) for item in value] if isinstance(value, list | tuple) else value


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings as objects."""
    keys = ("rule", "severity", "path", "line", "column", "message", "mend")
    return [{key: getattr(finding, key) for key in keys} for finding in sorted(found)]
