"""Demo: the worked example in a real repository, hydrated, broken on purpose, refused and mended."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import load
from mlgitops.workflows import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files, NewRepository


class Mistake(NamedTuple):
    """What somebody might do to a state.

    Attributes:
        story: What they did, in words.
        path: The state's file.
        edits: Pointer and new value of each place they changed.
    """

    story: str
    path: str
    edits: tuple[tuple[tuple[str | int, ...], Any], ...]


_STATE = "environments/staging/state/risk/fraud-detector.yaml"

MISTAKES = (
    Mistake(
        "Somebody deploys whatever `latest` is today, and empties the placement.",
        _STATE,
        ((("release", "image"), "ghcr.io/acme/fraud-server:latest"), (("deploy", "placement"), {})),
    ),
    Mistake(
        "Somebody else mistypes the node pool.",
        _STATE,
        ((("deploy", "placement", "nodePools", 0), "t44"),),
    ),
)
"""The first breaks the schema, which any editor says too; the second needs the environment's node pools."""


class Refusal(NamedTuple):
    """A mistake, and what became of it.

    Attributes:
        mistake: What was done.
        diff: The change to the state, as a unified difference.
        report: What rendering its environment said; nothing was written.
    """

    mistake: Mistake
    diff: str
    report: render.Report


class Report(NamedTuple):
    """What was done.

    Attributes:
        path: The environments, in the order of the path.
        files: How many files the repository began with.
        hydrated: The first rendering.
        commit: Name of the commit that was pushed.
        refusals: The mistakes, in their order.
        mended: What is stale after the mistakes are taken back.
    """

    path: list[str]
    files: int
    hydrated: render.Report
    commit: str
    refusals: list[Refusal]
    mended: render.Report


class Demo:
    """The workflow.

    Args:
        example: Files of the repository, without manifests.
        files: Its work tree.
        snapshot: The same, for reading.
        repository: What makes it a repository.
        hydrate: Renders its work tree.
    """

    def __init__(
        self,
        example: Mapping[str, bytes],
        files: Files,
        snapshot: Snapshot,
        repository: NewRepository,
        hydrate: Callable[[render.Request], render.Report],
    ) -> None:
        self._example = example
        self._files = files
        self._snapshot = snapshot
        self._repository = repository
        self._hydrate = hydrate

    def run(self) -> Report:
        """Tell the whole story; what is left is a repository whose manifests are fresh.

        Raises:
            RefusedError: Git or the file system refused.
        """
        self._repository.create()
        self._files.write(self._example)
        hydrated = self._hydrate(render.Request())
        commit = self._repository.commit("Declare three services in dev, staging and prod")
        self._repository.push()
        refusals = [self._make(mistake) for mistake in MISTAKES]
        mended = self._hydrate(render.Request(write=False))
        path = load(self._example[PROJECT_FILE], PROJECT_FILE)["path"]
        return Report(path, len(self._example), hydrated, commit, refusals, mended)

    def _make(self, mistake: Mistake) -> Refusal:
        good = self._snapshot.read(mistake.path)
        bad = good
        for pointer, value in mistake.edits:
            bad = replace(bad, mistake.path, pointer, value)
        self._files.write({mistake.path: bad})
        try:
            report = self._hydrate(render.Request((mistake.path.split("/")[1],)))
        finally:
            self._files.write({mistake.path: good})
        return Refusal(mistake, _difference(mistake.path, good, bad), report)


def _difference(path: str, good: bytes, bad: bytes) -> str:
    before, after = (data.decode().splitlines(keepends=True) for data in (good, bad))
    return "".join(unified_diff(before, after, f"a/{path}", f"b/{path}", n=0))
