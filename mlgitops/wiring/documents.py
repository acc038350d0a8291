"""Wiring of the verbs `schema` and `template`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlgitops.wiring import durable, project_around, schemas, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Progress
    from mlgitops.workflows.schema import Schemas
    from mlgitops.workflows.schema_import import Imported as ImportedDefinitions
    from mlgitops.workflows.template import Templates
    from mlgitops.workflows.template_check import Check


def shipped_schemas() -> Schemas:
    """The schema workflow."""
    from mlgitops.adapters import packaged
    from mlgitops.workflows.schema import Schemas

    return Schemas(packaged.files("schemas"))


@contextmanager
def templates(directory: Path) -> Iterator[Templates]:
    """The template workflow, with the templates of the environment repository around `directory` if there is one."""
    from mlgitops.adapters import packaged
    from mlgitops.core.snapshot import LoadedSnapshot
    from mlgitops.workflows.template import Templates

    shipped = LoadedSnapshot("program", packaged.files("templates"))
    root = project_around(directory.resolve())
    if root is None:
        yield Templates(shipped, None, schemas())
        return
    with snapshot(root) as source:
        yield Templates(shipped, source, schemas())


def template_check(source: Snapshot, progress: Progress) -> Check:
    """The workflow that tries the templates of `source`."""
    from mlgitops.adapters.processes import Processes
    from mlgitops.workflows.template_check import Check

    return Check(source, schemas(), Processes(), progress)


def import_definitions(root: Path, files: Mapping[str, Path]) -> ImportedDefinitions:
    """Turn definitions of custom resources, in files by the names that they are called, into schemas at `root`."""
    from mlgitops.adapters.files.named import NamedFiles
    from mlgitops.adapters.files.tree import WorkTree
    from mlgitops.workflows import schema_import

    return schema_import.import_definitions(NamedFiles(files), WorkTree(root), durable(root))
