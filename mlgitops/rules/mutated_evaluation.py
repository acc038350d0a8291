"""`mutated-evaluation`: a result that was changed or removed after it was recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.evaluation import identity
from mlgitops.core.finding import Finding
from mlgitops.core.snapshot import files_below
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlgitops.core.cases import RepositoryCase
    from mlgitops.core.snapshot import Snapshot

_EVALUATION = re.compile("environments/([^/]+)/evaluations/(?:[^/]+/)*([^/]+)/([^/]+[.]yaml)")


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find evaluations that are not what they are called, or not what they were in the base revision."""
    paths = _paths(case.snapshot, case.asked)
    for path in paths:
        document = case.document(case.snapshot, path)
        if document is not None and path.rpartition("/")[2] != (name := f"{identity(document)}.yaml"):
            yield _finding(path, f"its content is not what its name says: by its content it is called {name}")
    if case.base is not None:
        yield from _changed(case, case.base, paths)
        yield from _removed(case, case.base)


def _changed(case: RepositoryCase, base: Snapshot, paths: Mapping[str, Place]) -> Iterator[Finding]:
    for path in paths:
        if case.changed(path):
            before = case.document(base, path)
            if before is not None and before != case.document(case.snapshot, path):
                yield _finding(path, "it was changed after it had been recorded")


def _removed(case: RepositoryCase, base: Snapshot) -> Iterator[Finding]:
    """What is gone: not what a team's other folder holds now, nor what went together with its service."""
    gone = {path: place for path, place in _paths(base, case.asked).items() if not case.snapshot.exists(path)}
    if not gone:
        return
    services = _services(case)
    kept = set(_paths(case.snapshot).values())
    for path, place in gone.items():
        if place not in kept and place.service in services and case.document(base, path) is not None:
            yield _finding(path, "it was removed after it had been recorded")


class Place(NamedTuple):
    """Where an evaluation is kept, whatever the team."""

    environment: str
    service: str
    file: str


def _services(case: RepositoryCase) -> set[str]:
    """Names of the states that there are."""
    found = (files_below(case.snapshot, f"environments/{name}/state") for step in case.steps for name in step)
    return {path.rpartition("/")[2].removesuffix(".yaml") for paths in found for path in paths}


def _paths(snapshot: Snapshot, asked: Callable[[str], bool] | None = None) -> dict[str, Place]:
    names = (path for path in files_below(snapshot, "environments") if "/evaluations/" in path)
    found = ((path, _EVALUATION.fullmatch(path)) for path in names if asked is None or asked(path))
    return {path: Place(*match.groups()) for path, match in found if match}


def _finding(path: str, message: str) -> Finding:
    return Finding(path, 0, 0, "mutated-evaluation", "error", message, "")


_TEXT = """
    apiVersion: mlgitops.dev/v1alpha1
    kind: Evaluation
    metadata: {{name: latency}}
    subject: {{model: "sha256:DIGEST"}}
    data: {{uri: "s3://acme-data/fraud/requests/", digest: "sha256:{}"}}
    metrics: {{p95_latency_ms: {}}}
    at: "2026-11-03T09:12:00Z"
"""
_SLOW, _FAST = _TEXT.format("b2" * 32, 38), _TEXT.format("b2" * 32, 31)
_FOLDER = "environments/prod/evaluations/fraud-detector"
_SLOW_PATH = f"{_FOLDER}/latency-a1a1a1a1a1a1-b2b2b2b2b2b2-edfb81d3e897.yaml"
_FAST_PATH = f"{_FOLDER}/latency-a1a1a1a1a1a1-b2b2b2b2b2b2-4094f150899a.yaml"
_TEAM_PATH = _SLOW_PATH.replace("/fraud-detector/", "/risk/fraud-detector/")

RULE = Rule(
    id="mutated-evaluation",
    title="an evaluation that was changed or removed after it was recorded",
    severity="error",
    why=(
        "Evaluations are evidence: promotions were decided by them. One that can be corrected afterwards, or taken "
        "away because it is inconvenient, proves nothing. So they are only ever added, and the newest one counts; "
        "the name of each ends in a digest of its content, by which anyone sees whether it is what was recorded."
    ),
    mend="Restore the file, and record another result as an evaluation of its own: `mlgitops evaluation add`.",
    bad=(
        f"after:\n  {_SLOW_PATH}: |{_FAST}",
        f"before:\n  {_FAST_PATH}: |{_SLOW}\nafter:\n  {_FAST_PATH}: |{_FAST}",
        f"before:\n  {_SLOW_PATH}: |{_SLOW}\nafter:\n  {_SLOW_PATH}: null",
    ),
    good=(
        f"before:\n  {_SLOW_PATH}: |{_SLOW}\nafter:\n  {_FAST_PATH}: |{_FAST}",
        f"before:\n  {_SLOW_PATH}: |{_SLOW}\nafter:\n  {_SLOW_PATH}: |\n    # read by the on-call{_SLOW}",
        f"before:\n  {_SLOW_PATH}: |{_SLOW}\nafter:\n  {_SLOW_PATH}: null\n  {_TEAM_PATH}: |{_SLOW}",
    ),
    judges="repository",
    check=check,
)
