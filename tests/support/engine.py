"""The template engine on its own: one file, or a folder of them, and a context."""

from __future__ import annotations

from typing import Any

from mlgitops.core.template.engine import Engine
from mlgitops.core.template.fuel import Fuel

FOLDER = "templates/t/v1"
FILE = "a.yaml.j2"


def documents(source: str, context: dict[str, Any] | None = None, files: dict[str, str] | None = None) -> list[Any]:
    """The objects that `source` makes, with `files` beside it."""
    engine = Engine(FOLDER, {FILE: source, **(files or {})})
    return engine.hydrate(FILE, context or {}, Fuel())


def hydrate(source: str, context: dict[str, Any] | None = None, files: dict[str, str] | None = None) -> Any:
    """The one object that `source` makes."""
    (document,) = documents(source, context, files)
    return document
