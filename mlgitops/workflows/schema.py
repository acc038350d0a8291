"""Schema: the JSON Schemas that ship with the program, and a repository's copies of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files


class Described(NamedTuple):
    """A kind of document.

    Attributes:
        kind: Its name.
        description: What such a document is, in a sentence.
        path: Repository-relative path of the copy that editors read.
    """

    kind: str
    description: str
    path: str


class Refreshed(NamedTuple):
    """The repository's copies.

    Attributes:
        created: Paths that had no file.
        changed: Paths whose bytes differed.
        unchanged: How many were as they should be.
    """

    created: list[str]
    changed: list[str]
    unchanged: int

    @property
    def stale(self) -> list[str]:
        """Everything that was not as it should be, sorted."""
        return sorted([*self.created, *self.changed])


class Schemas:
    """The workflow.

    Args:
        shipped: Bytes of each schema by its repository-relative path.
    """

    def __init__(self, shipped: Mapping[str, bytes]) -> None:
        self._shipped = {path.rpartition("/")[2].removesuffix(".json"): (path, data) for path, data in shipped.items()}

    def kinds(self) -> list[Described]:
        """All kinds, in the order of the alphabet."""
        return [
            Described(kind, json.loads(data).get("description", ""), path)
            for kind, (path, data) in sorted(self._shipped.items())
        ]

    def text(self, kind: str) -> bytes:
        """The schema of a kind.

        Raises:
            InputError: There is no such kind.
        """
        return self._chosen(kind)[kind][1]

    def refresh(self, kind: str | None, snapshot: Snapshot, files: Files | None) -> Refreshed:
        """Bring the copies up to date; other files beside them are not touched.

        Args:
            kind: Only this one, or None for all.
            snapshot: Where the copies are.
            files: Where they are written; None only tells.

        Raises:
            InputError: There is no such kind, or a link stands where a copy belongs.
            RefusedError: The files could not be written; all are as they were.
        """
        wanted = dict(self._chosen(kind).values())
        present = {path: snapshot.read(path) for path in wanted if snapshot.exists(path)}
        created = sorted(path for path in wanted if path not in present)
        changed = sorted(path for path, data in present.items() if data.replace(b"\r\n", b"\n") != wanted[path])
        report = Refreshed(created, changed, len(wanted) - len(created) - len(changed))
        if files is not None and report.stale:
            files.write({path: wanted[path] for path in report.stale})
        return report

    def _chosen(self, kind: str | None) -> dict[str, tuple[str, bytes]]:
        if kind is None:
            return self._shipped
        if kind not in self._shipped:
            from difflib import get_close_matches

            close = get_close_matches(kind.lower(), [name.lower() for name in self._shipped], 1)
            meant = next((name for name in self._shipped if close and name.lower() == close[0]), None)
            listed = ", ".join(sorted(self._shipped))
            raise InputError(
                f"there is no kind of document called `{kind}`",
                hint=f"Did you mean `{meant}`?" if meant else f"The kinds are {listed}.",
            )
        return {kind: self._shipped[kind]}
