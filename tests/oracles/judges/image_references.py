"""`github.com/distribution/reference`: accepted or refused, and the parts and strings of what is accepted."""

from __future__ import annotations

from mlgitops.core import references

_READERS = {
    "Parse": references.parse,
    "ParseNormalizedNamed": references.parse_normalized,
    "ParseDockerRef": references.parse_pullable,
}


def judge(case: dict) -> str | None:
    for name, read in _READERS.items():
        theirs = case[name]
        try:
            ours = _parts(read(case["s"]))
        except references.ImageReferenceError:
            ours = None
        if ours != (None if "err" in theirs else theirs):
            return f"{case['s']!r}: {name} gives {ours}, of distribution/reference {theirs}"
    return None


def _parts(reference: references.Reference) -> dict[str, str]:
    parts = {
        "domain": reference.domain,
        "path": reference.path,
        "familiar": reference.familiar,
        "string": str(reference),
        "tag": reference.tag,
        "digest": reference.digest,
    }
    return {name: part for name, part in parts.items() if part is not None}
