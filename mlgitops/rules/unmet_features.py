"""`unmet-features`: a release that needs features that its environment does not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find versions of feature pipelines that releases require and the environment does not provide."""
    provided = case.environment.get("provides", {}).get("features", {})
    name = case.unit.environment
    for slot in case.slots:
        for feature, version in slot.release.get("requires", {}).get("features", {}).items():
            given = provided.get(feature, [])
            versions = [given] if isinstance(given, str) else given
            if version not in versions:
                has = f"it provides {', '.join(versions)}" if versions else "it provides none of them"
                message = f"the release requires version {version} of the features `{feature}`; {name}: {has}"
                yield Fault("unmet-features", (*slot.root, "release", "requires", "features", feature), message, "")


RULE = Rule(
    id="unmet-features",
    title="a release that requires features which the environment does not provide",
    severity="error",
    why=(
        "A model answers well on the features that it was trained on. On those of another pipeline version it still "
        "answers, only wrongly, and nothing crashes. `provides.features` in environment.yaml says which versions run."
    ),
    mend="Bring that version of the pipeline to the environment and list it in `provides.features`, or wait.",
    bad=(
        'release: {requires: {features: {fraud: "8"}}}',
        'release: {requires: {features: {churn: "7"}}}',
        "environment: {provides: null}",
        'environment: {provides: {features: {fraud: "6"}}}',
        'challenger: {mode: shadow, percent: 10, release: {requires: {features: {fraud: "8"}}}}',
    ),
    good=(
        'release: {requires: {features: {fraud: "7"}}}',
        'environment: {provides: {features: {fraud: "7"}}}',
        'environment: {provides: {features: {fraud: ["6", "7"]}}}',
    ),
    judges="state",
    check=check,
)
