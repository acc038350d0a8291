"""Pools: what the nodes of a cluster make of an environment's node pools."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import nodes
from mlgitops.core.layout import environment_file
from mlgitops.core.pool_update import updated
from mlgitops.core.project import Documents, InvalidError, Project
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files


class Report(NamedTuple):
    """What an import does, or would do.

    Attributes:
        path: Path of the environment's document.
        nodes: How many nodes were read.
        added: Names of pools that are new.
        changed: Names of pools of which something is different.
        unseen: Names of declared pools that have no node now; they stay as they are.
        diff: The change as a unified diff; empty where nothing changes.
    """

    path: str
    nodes: int
    added: Sequence[str]
    changed: Sequence[str]
    unseen: Sequence[str]
    diff: str


class Import:
    """The workflow.

    Args:
        snapshot: Where the environment is read.
        schemas: The schemas of the documents.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)

    def run(self, environment: str, listed: bytes, name: str, files: Files | None) -> Report:
        """Bring nodes into an environment's pools.

        Args:
            environment: Name of the environment.
            listed: What `kubectl get nodes -o json` printed.
            name: What to call it in errors.
            files: Where the document is written; None to write nothing.

        Raises:
            InputError: There is no such environment, its document is broken or cannot be edited in place, or there are
                no nodes in what is listed.
        """
        Project(self._documents).environment(environment)
        found = nodes.read(listed, name)
        if not found:
            raise InputError(
                f"{name} holds no node that pods can run on",
                hint="Give what `kubectl get nodes -o json` prints; nodes of the control plane are left out.",
            )
        path = environment_file(environment)
        before = self._snapshot.read(path)
        update = updated(before, path, found)
        self._check(update.data, path)
        if files is not None and update.data != before:
            files.write({path: update.data})
        return Report(path, len(found), update.added, update.changed, update.unseen, _diff(path, before, update.data))

    def _check(self, data: bytes, path: str) -> None:
        """Refuse to write what the schema of environments refuses: a label that is none, say."""
        from mlgitops.core.snapshot import LoadedSnapshot

        try:
            Documents(LoadedSnapshot("import", {path: data}), self._documents.schemas).load(path, "Environment")
        except InvalidError as error:
            raise InputError(
                f"these nodes make up pools that cannot be declared: {error.message}", hint=error.hint
            ) from None


def _diff(path: str, before: bytes, after: bytes) -> str:
    old, new = (data.decode().splitlines(keepends=True) for data in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
