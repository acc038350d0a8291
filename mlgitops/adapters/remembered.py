"""Remembers a result for the bytes of the project as they are: `mlgitops.ports.Memory` in Git's own folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlgitops.adapters.git.fingerprint import fingerprint
from mlgitops.adapters.git.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHAPES_OUTPUT = ("mlgitops.yaml", "templates", "environments")
"""What the manifests follow from, and the manifests themselves."""


class Remembered:
    """One remembered result.

    Args:
        root: Top of the environment repository.
        folder: Git's own folder for it.
        question: What was asked, and all that shapes the answer but the files: version, options, date.
    """

    def __init__(self, root: Path, folder: Path, question: Sequence[str]) -> None:
        self._root = root
        self._stamp = Stamp(folder)
        self._key = json.dumps([str(root), *question])

    def recall(self) -> dict[str, Any] | None:
        """See `mlgitops.ports.Memory`."""
        kept = self._stamp.read(self._key)
        if kept is None:
            return None
        seen, _, value = kept.partition("\n")
        if seen != self._fingerprint():
            return None
        answer: dict[str, Any] = json.loads(value)
        return answer

    def keep(self, value: Mapping[str, Any]) -> None:
        """See `mlgitops.ports.Memory`."""
        self._stamp.write(self._key, f"{self._fingerprint()}\n{json.dumps(value)}")

    def _fingerprint(self) -> str:
        return fingerprint(self._root, SHAPES_OUTPUT)
