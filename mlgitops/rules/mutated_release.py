"""`mutated-release`: one version, two contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import digests
from mlgitops.core.finding import Finding
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import Released, RepositoryCase


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find releases whose version stood for another content, in the base revision or in another environment."""
    before = _before(case, {path for path in sorted({one.unit.path for one in case.releases}) if case.changed(path)})
    first: dict[tuple[str, str], Released] = {}
    # The path backwards: what runs nearest to customers is what a version stands for.
    backwards = {name: -at for at, name in enumerate(name for step in case.steps for name in step)}
    for released in sorted(case.releases, key=lambda one: (backwards[one.unit.environment], one.unit.path, one.root)):
        key = released.unit.name, released.version
        was = before.get(key, {})
        other = first.setdefault(key, released)
        if was and released.digest not in was:
            yield _finding(case, released, f"was another release in {' and '.join(sorted(was.values()))} before")
        elif other.digest != released.digest:
            yield _finding(case, released, f"is another release in {other.unit.path}")


def _before(case: RepositoryCase, paths: set[str]) -> dict[tuple[str, str], dict[str, str]]:
    """Digests that each version of each state had in the base revision, with a path where; changed states only."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    base = case.base
    if base is None:
        return found
    changed = {path.rpartition("/")[2].removesuffix(".yaml") for path in paths}
    for environment in (name for step in case.steps for name in step):
        for path in base.entries(f"environments/{environment}/state"):
            name = path.rpartition("/")[2].removesuffix(".yaml")
            state = case.document(base, path) if name in changed else None
            for release in _releases(state or {}):
                found.setdefault((name, release["version"]), {}).setdefault(digests.digest(release), path)
    return found


def _releases(state: Mapping[str, Any]) -> list[Any]:
    return [holder["release"] for holder in (state, state.get("challenger", {})) if "release" in holder]


def _finding(case: RepositoryCase, released: Released, what: str) -> Finding:
    from mlgitops.core.yaml.read import locate

    path = released.unit.path
    line, column = locate(case.snapshot.read(path), path).of((*released.root, "release", "version"))
    return Finding(path, line, column, "mutated-release", "error", f"version {released.version} {what}", "")


_BOTH = ("dev", "prod")


def _state(environment: str, version: str, seed: int) -> str:
    return f"""  environments/{environment}/state/retrain.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: TrainingJob
    metadata: {{name: retrain, owner: growth}}
    release:
      version: {version}
      template: job/v1
      image: ghcr.io/acme/churn-train@sha256:DIGEST
      lineage:
        code: {{repository: https://github.com/acme/churn, commit: 0123456789abcdef0123456789abcdef01234567}}
        seed: {seed}
    deploy: {{placement: {{nodePools: [t4]}}}}
"""


RULE = Rule(
    id="mutated-release",
    title="a version that stands for two releases",
    severity="error",
    why=(
        "A release is immutable: its version is how people speak of it, in pull requests, evaluations and incidents. "
        "Where the same version means one thing in staging and another in prod, or yesterday and today, what was "
        "approved is not what runs, and a rollback to it is a guess. A correction of lineage is a new version, too."
    ),
    mend="Give what was changed a version of its own.",
    bad=(
        f"before:\n{_state('dev', '1.0.0', 7)}after:\n{_state('dev', '1.0.0', 8)}",
        f"after:\n{_state('dev', '1.0.0', 7)}{_state('prod', '1.0.0', 8)}",
        "\n".join(
            f"{when}:\n{''.join(_state(name, '1.0.0', seed) for name in _BOTH)}"
            for when, seed in (("before", 7), ("after", 8))
        ),
    ),
    good=(
        f"before:\n{_state('dev', '1.0.0', 7)}after:\n{_state('dev', '1.0.1', 8)}",
        f"after:\n{_state('dev', '1.0.0', 7)}{_state('prod', '1.0.0', 7)}",
        f"before:\n{_state('dev', '1.1.0', 7)}{_state('prod', '1.0.0', 8)}after:\n{_state('prod', '1.1.0', 7)}",
    ),
    judges="repository",
    check=check,
)
