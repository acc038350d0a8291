"""What ships with the program: templates, schemas and the worked example.

In an installed package they lie in `mlgitops/packaged`; in a checkout, where they are edited, at its top.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def root() -> Path:
    """The folder that holds `templates`, `schemas`, `environments` and `mlgitops.yaml`."""
    packaged = _PACKAGE / "packaged"
    return packaged if packaged.is_dir() else _PACKAGE.parent


class Schemas(Mapping[str, Any]):
    """The JSON Schema of each kind of document, read when it is asked for."""

    def __getitem__(self, kind: str) -> Any:
        path = root() / "schemas" / f"{kind}.json"
        if not path.is_file():
            raise KeyError(kind)
        return json.loads(path.read_bytes())

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in (root() / "schemas").glob("*.json")))

    def __len__(self) -> int:
        return len(list(iter(self)))


def templates() -> list[str]:
    """`<name>/<version>` of the packaged templates, sorted."""
    found = (root() / "templates").glob("*/*/template.yaml")
    return sorted("/".join(path.parts[-3:-1]) for path in found)


def template_files(reference: str) -> dict[str, bytes]:
    """Repository-relative path and bytes of each file of a packaged template; empty if there is none."""
    if reference not in templates():
        return {}
    return files(f"templates/{reference}")


def files(folder: str) -> dict[str, bytes]:
    """Path from the root and bytes of each file below a packaged folder, or of one packaged file; sorted by path."""
    top = root() / folder
    found = [top] if top.is_file() else [path for path in sorted(top.rglob("*")) if path.is_file()]
    return {path.relative_to(root()).as_posix(): path.read_bytes() for path in found}


@cache
def kubernetes_schemas() -> Any:
    """The schemas of Kubernetes' own kinds, in the form that `core.kubernetes.schemas` reads; read once, never changed.

    A promotion validates several snapshots, and reading them takes 25 ms.
    """
    import gzip

    return json.loads(gzip.decompress((_PACKAGE / "data" / "kubernetes-schemas.json.gz").read_bytes()))
