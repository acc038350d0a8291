"""Evidence: the evaluations of a service, whichever environment keeps them, read when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from mlgitops.core.cases import Evidence
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.core.project import Documents

_FOLDER_PARTS = 3  # environments/<env>/evaluations
_KEPT = 512
"""Evaluations that are kept as read: those of the few services whose states are judged one after the other."""


class Evaluations:
    """The evaluations of one snapshot; one that is broken is passed over here, and told where it is judged.

    Args:
        documents: Reader of the snapshot's documents.
        environments: Names of the environments that may keep some.
        known: Valid documents of the snapshot that were read before, by path.
    """

    def __init__(
        self, documents: Documents, environments: Sequence[str], known: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self._documents = documents
        self._known = known or {}
        self._environments = environments
        self._paths: dict[str, list[str]] | None = None
        self._read: dict[str, Evidence | None] = {}

    def of(self, name: str) -> Sequence[Evidence]:
        """Those of the service `name`, in byte order of their paths; nothing is read before it is looked at."""
        return _Lazy(lambda: self._load(name))

    def paths(self) -> dict[str, list[str]]:
        """The files of each service that has some, in byte order."""
        if self._paths is None:
            self._paths = self._listed()
        return self._paths

    def _load(self, name: str) -> list[Evidence]:
        paths = self.paths().get(name, [])
        if len(self._read) > _KEPT:
            self._read.clear()
        for path in paths:
            if path not in self._read:
                self._read[path] = self._evidence(path)
        return [found for path in paths if (found := self._read[path])]

    def _listed(self) -> dict[str, list[str]]:
        listed: dict[str, list[str]] = {}
        for environment in self._environments:
            for path, kind in self._documents.snapshot.entries(f"environments/{environment}/evaluations").items():
                folders = path.split("/")[_FOLDER_PARTS:-1]
                if folders and kind == "file" and path.endswith(".yaml"):
                    listed.setdefault(folders[-1], []).append(path)
        return {name: sorted(paths) for name, paths in listed.items()}

    def _evidence(self, path: str) -> Evidence | None:
        try:
            document = self._known.get(path) or self._documents.load(path, "Evaluation")
            return Evidence(path, path.split("/")[1], document)
        except InputError:
            return None


class _Lazy(Sequence[Evidence]):
    def __init__(self, load: Callable[[], list[Evidence]]) -> None:
        self._load = load
        self._items: list[Evidence] | None = None

    def _loaded(self) -> list[Evidence]:
        if self._items is None:
            self._items = self._load()
        return self._items

    @overload
    def __getitem__(self, index: int) -> Evidence: ...

    @overload
    def __getitem__(self, index: slice) -> list[Evidence]: ...

    def __getitem__(self, index: int | slice) -> Evidence | list[Evidence]:
        return self._loaded()[index]

    def __len__(self) -> int:
        return len(self._loaded())
