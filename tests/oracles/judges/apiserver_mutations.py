"""A real kube-apiserver v1.32: which objects it accepts in a strict dry run.

It ran with its own default of `--allow-privileged=false`, which is why it refused every privileged container. `kubectl
apply` asked it, which writes the whole object into an annotation, and all annotations together have 256 KiB; before it
creates an object it removes all fields that are null. A kind that is spelt in lower case it finds, and the server not.
"""

from __future__ import annotations

import json
from typing import Any

from support.kubernetes import faults

_VERSION = "1.32"
_ANNOTATIONS = 256 * 1024


def judge(case: dict) -> str | None:
    found = faults(_pruned(case["manifest"]), _VERSION, privileged=False)
    too_large = len(json.dumps(case["manifest"], separators=(",", ":"))) > _ANNOTATIONS
    ours = "unknown-kind" if found is None else "invalid" if found or too_large else "valid"
    theirs = "invalid" if case["verdict"] == "undecodable" else case["verdict"]
    if ours == theirs or (ours, theirs) == ("unknown-kind", "invalid"):
        return None
    said = found[0].message if found else case["message"][:200]
    return f"{case['kind']} {case['path']} = {str(case['value'])[:80]}: {theirs}, not {ours}: {said}"


def _pruned(value: Any) -> Any:
    """A value without nulls, but for those in lists."""
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    return value
