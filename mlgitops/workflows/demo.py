"""Demo: the worked example in a real repository, hydrated, broken on purpose, refused, and promoted to prod."""

from __future__ import annotations

import datetime as dt
from difflib import unified_diff
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.promotion.overrides import Override, Overrides
from mlgitops.core.slots import SlotName
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import load
from mlgitops.workflows import promote, render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Clock, Files, NewRepository
    from mlgitops.workflows import status


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


_BROKEN = "environments/staging/state/risk/fraud-detector.yaml"

MISTAKES = (
    Mistake(
        "Somebody deploys whatever `latest` is today, and empties the placement.",
        _BROKEN,
        ((("release", "image"), "ghcr.io/acme/fraud-server:latest"), (("deploy", "placement"), {})),
    ),
    Mistake(
        "Somebody else mistypes the node pool.",
        _BROKEN,
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


STATE = "environments/prod/state/risk/fraud-detector.yaml"
_SERVICE = "environments/prod/hydrated/risk/fraud-detector"
MANIFEST = f"{_SERVICE}/inferenceservice-fraud-detector.yaml"
ROUTE = f"{_SERVICE}/httproute-fraud-detector-route.yaml"
PROVENANCE = f"{_SERVICE}/configmap-fraud-detector-provenance.yaml"

DEV, STAGING, PROD = map(SlotName, ("dev", "staging", "prod"))
PROMOTED = "fraud-detector"
HURRY = "nobody waits for a demonstration"
BEFORE = dt.timedelta(days=3)
"""How long ago the first commit says that it was made: gates ask for how long a release has been declared."""


class Promotion(NamedTuple):
    """A promotion, and the merge of what it brought.

    Attributes:
        request: What was asked.
        report: What was planned, and pushed.
        merged: The branch that was merged; empty where none was.
    """

    request: promote.Request
    report: promote.Report
    merged: str


class Verbs(NamedTuple):
    """What is shown, each on the repository that the demonstration makes.

    Attributes:
        render: As `mlgitops render` does it.
        promote: As `mlgitops promote` does it, without a forge.
        status: As `mlgitops status` does it.
    """

    render: Callable[[render.Request], render.Report]
    promote: Callable[[promote.Request], promote.Report]
    status: Callable[[], status.Report]


class Report(NamedTuple):
    """What was done.

    Attributes:
        path: The environments, in the order of the path.
        files: How many files the repository began with.
        hydrated: The first rendering.
        shown: A state and its manifests as they were then, by path.
        commit: Name of the commit that was pushed.
        refusals: The mistakes, in their order.
        mended: What is stale after the mistakes are taken back.
        promotions: From dev to staging; from there to prod, where it has to wait; and in a hurry.
        status: What is declared in the end.
        now: When it ended, in UTC.
    """

    path: list[str]
    files: int
    hydrated: render.Report
    shown: Mapping[str, str]
    commit: str
    refusals: list[Refusal]
    mended: render.Report
    promotions: Sequence[Promotion]
    status: status.Report
    now: dt.datetime


class Demo:
    """The workflow.

    Args:
        example: Files of the repository, without manifests.
        files: Its work tree.
        snapshot: The same, for reading.
        repository: What makes it a repository.
        verbs: What is shown.
        clock: Dates the first commit.
    """

    def __init__(
        self,
        example: Mapping[str, bytes],
        files: Files,
        snapshot: Snapshot,
        repository: NewRepository,
        verbs: Verbs,
        clock: Clock,
    ) -> None:
        self._example = example
        self._files = files
        self._snapshot = snapshot
        self._repository = repository
        self._verbs = verbs
        self._clock = clock

    def run(self) -> Report:
        """Tell the whole story; what is left is a repository whose manifests are fresh, and everything is merged.

        Raises:
            RefusedError: Git or the file system refused.
        """
        self._repository.create()
        self._files.write(self._example)
        hydrated = self._verbs.render(render.Request())
        shown = {path: self._snapshot.read(path).decode() for path in (STATE, MANIFEST, ROUTE, PROVENANCE)}
        commit = self._repository.commit("Declare three services in dev, staging and prod", self._clock.now() - BEFORE)
        self._repository.push()
        refusals = [self._make(mistake) for mistake in MISTAKES]
        mended = self._verbs.render(render.Request(write=False))
        path = load(self._example[PROJECT_FILE], PROJECT_FILE)["path"]
        promotions = self._promotions()
        told = self._verbs.status()
        now = self._clock.now()
        return Report(path, len(self._example), hydrated, shown, commit, refusals, mended, promotions, told, now)

    def _promotions(self) -> list[Promotion]:
        first = self._promote(promote.Request(DEV, STAGING, (PROMOTED,)), merge=True)
        second = self._promote(promote.Request(STAGING, PROD), merge=False)
        pending = {
            Override(told.gate, HURRY)
            for group in second.report.groups
            for planned in group.planned
            for told in planned.told
            if told.waits
        }
        hurried = promote.Request(STAGING, PROD, (PROMOTED,), overrides=Overrides(tuple(sorted(pending))))
        return [first, second, self._promote(hurried, merge=True)]

    def _promote(self, request: promote.Request, *, merge: bool) -> Promotion:
        report = self._verbs.promote(request)
        branch = report.groups[0].branch if merge else ""
        if merge:
            self._repository.merge(branch)
            self._repository.push()
        return Promotion(request, report, branch)

    def _make(self, mistake: Mistake) -> Refusal:
        good = self._snapshot.read(mistake.path)
        bad = good
        for pointer, value in mistake.edits:
            bad = replace(bad, mistake.path, pointer, value)
        self._files.write({mistake.path: bad})
        try:
            report = self._verbs.render(render.Request((mistake.path.split("/")[1],)))
        finally:
            self._files.write({mistake.path: good})
        return Refusal(mistake, _difference(mistake.path, good, bad), report)


def _difference(path: str, good: bytes, bad: bytes) -> str:
    before, after = (data.decode().splitlines(keepends=True) for data in (good, bad))
    return "".join(unified_diff(before, after, f"a/{path}", f"b/{path}", n=0))
