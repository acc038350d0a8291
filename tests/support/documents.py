"""The project's own schemas and the documents that are tests of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from mlgitops.adapters import packaged
from mlgitops.core.schema import SchemaSet
from mlgitops.core.yaml.read import load
from mlgitops.rules import catalogue

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas"
CASES = ROOT / "tests" / "schemas"
SCHEMAS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
VALID = sorted((CASES / "valid").rglob("*.yaml"))
INVALID = sorted((CASES / "invalid").rglob("*.yaml"))

MINIMAL = {
    "apiVersion": "mlgitops.dev/v1alpha1",
    "kind": "ModelDeployment",
    "metadata": {"name": "fraud-detector", "owner": "risk-ml"},
    "release": {"version": "1.5.0", "template": "kserve/v1", "image": "ghcr.io/acme/fraud-server:1.5.0"},
    "deploy": {"placement": {"nodePools": ["t4"]}},
}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read(path: Path) -> tuple[str, Any]:
    """Kind (the folder's name) and document of a case."""
    return path.parent.name, load(path.read_bytes(), str(path))


def completed(blocks: str) -> dict[str, Any]:
    """`MINIMAL` with its blocks replaced by those given, the release completed instead."""
    given = load(blocks.encode(), "blocks.yaml")
    return MINIMAL | given | {"release": MINIMAL["release"] | given.get("release", {})}


@cache
def reference(kind: str) -> Draft202012Validator:
    """The reference implementation of JSON Schema, for one kind."""
    return Draft202012Validator(SCHEMAS[kind])


@cache
def schema_set() -> SchemaSet:
    return SchemaSet(SCHEMAS, catalogue, packaged.kubernetes_schemas)
