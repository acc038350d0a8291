"""Derive the Kubernetes schemas that ship with mlgitops from the PyPI package `kubernetes-validate`.

Run after a new Kubernetes version has come out there:

    pip install --upgrade kubernetes-validate && python scripts/derive_kubernetes_schemas.py

The package holds the OpenAPI definitions of 13 Kubernetes versions, 108 MB on disk. What judging a manifest needs is
kept: no descriptions, no lists of objects, no status; a definition that is alike in several versions is stored once;
objects refuse what they do not know; integers keep to their width. The result is one compressed file of a few hundred
kilobytes, the same bytes whoever makes it. With them go the names of the time zones, which a CronJob may run by.
"""

from __future__ import annotations

import gzip
import json
import re
import zoneinfo
from pathlib import Path
from typing import Any

import kubernetes_validate

SOURCE = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
TARGET = Path(__file__).resolve().parent.parent / "mlgitops" / "data" / "kubernetes-schemas.json.gz"

_WIDTHS = {"int32": 2**31, "int64": 2**63}
_DROPPED = ("description", "format", "$schema", "$id", "default", "title")
_EITHER = ("Quantity", "IntOrString")


def compact(node: Any) -> Any:
    """A schema with only what decides."""
    if isinstance(node, list):
        return [compact(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": "#/$defs/" + node["$ref"].rpartition("/")[2]}
    kept = {key: _kept(key, value) for key, value in node.items() if not _is_dropped(key, value)}
    width = _WIDTHS.get(node.get("format", ""))
    if width:
        kept |= {"minimum": -width, "maximum": width - 1}
    if "properties" in kept and "additionalProperties" not in kept:
        kept["additionalProperties"] = False
    return kept


def _is_dropped(key: str, value: Any) -> bool:
    return key.startswith("x-kubernetes-") or (key in _DROPPED and not isinstance(value, dict))


def _kept(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: {} if name == "status" else compact(inner) for name, inner in value.items()}
    return compact(value)


def definitions(folder: Path) -> dict[str, Any]:
    """Name to compact schema, of one version."""
    found = json.loads((folder / "_definitions.json").read_text())["$defs"]
    made = {name: compact(schema) for name, schema in found.items()}
    for name, schema in made.items():
        if name.rpartition(".")[2] in _EITHER:  # upstream's oneOf refuses null, which the API server drops
            types = {kind for choice in schema["oneOf"] for kind in choice["type"]}
            made[name] = {"type": sorted(types)}
    return made


def kinds(folder: Path) -> dict[str, str]:
    """`apiVersion kind` to the name of its definition."""
    served: dict[str, str] = {}
    for name, schema in json.loads((folder / "_definitions.json").read_text())["$defs"].items():
        properties = schema.get("properties", {})
        if name.endswith("List") and "items" in properties:
            continue
        for gvk in schema.get("x-kubernetes-group-version-kind", []):
            if "metadata" in properties:
                group = f"{gvk['group']}/" if gvk["group"] else ""
                served[f"{group}{gvk['version']} {gvk['kind']}"] = name
    return served


def reached(roots: set[str], schemas: dict[str, Any]) -> set[str]:
    """The definitions that `roots` need."""
    seen: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schemas[name]))
    return seen


def main() -> None:
    """Write the file."""
    numbers: dict[str, int] = {}
    stored: list[Any] = []
    versions: dict[str, Any] = {}
    folders = sorted(SOURCE.glob("v*-local"), key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])
    for folder in folders:
        schemas, served = definitions(folder), kinds(folder)
        indices = []
        for name in sorted(reached(set(served.values()), schemas)):
            text = json.dumps([name, schemas[name]], sort_keys=True)
            if text not in numbers:
                numbers[text] = len(stored)
                stored.append([name, schemas[name]])
            indices.append(numbers[text])
        version = ".".join(re.findall(r"\d+", folder.name)[:2])
        versions[version] = {"definitions": indices, "kinds": served}
    document = {
        "source": f"kubernetes-validate {kubernetes_validate.__version__}",
        "definitions": stored,
        "timeZones": sorted(zoneinfo.available_timezones()),
        "versions": versions,
    }
    TARGET.parent.mkdir(exist_ok=True)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {len(versions)} versions, {len(stored)} definitions, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
