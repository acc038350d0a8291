"""`failed-acceptance`: the evaluation that counts does not show what is demanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.bounds import said, written
from mlgitops.core.evaluation import judged
from mlgitops.core.finding import Fault
from mlgitops.core.layout import environment_file
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find bounds that the newest evaluation of a release fails, and evaluations that are too old."""
    layers = (case.state, case.environment.get("defaults", {}))
    floors = environment_file(case.unit.environment)
    for slot, standing in judged(case):
        for one in standing.failures:
            release = (*slot.root, "release", "version")
            place, floor = written(one, standing.key, layers, (release, floors))
            message = f"`{standing.key}` of {slot.release['version']}: {said(one)}{floor}; {standing.file}"
            yield Fault("failed-acceptance", place, message, "")


RULE = Rule(
    id="failed-acceptance",
    title="a release whose evaluation does not show what its environment demands",
    severity="error",
    why=(
        "The newest evaluation of a release decides whether it may run where its `acceptance` is written: every "
        "metric, every slice that is named or, with `*`, measured, and the age that is allowed. An environment's "
        "floors and a state's own demands both hold, the stricter of two where they meet. A mean that is good enough "
        "can hide a group of people for whom the model fails."
    ),
    mend="Deploy a release that passes, or evaluate this one anew; a wrong demand is changed where it is written.",
    bad=(
        "acceptance: {holdout: {metrics: {auc: {min: 0.96}}}}",
        "acceptance: {holdout: {metrics: {auc: {max: 0.94}}}}",
        "acceptance: {holdout: {metrics: {recall: {min: 0.5}}}}",
        "acceptance: {holdout: {slices: {under_25: {auc: {min: 0.5}}}}}",
        "acceptance: {holdout: {slices: {'*': {auc: {min: 0.5}}}}}",
        "acceptance: {holdout: {within: 7d}}",
        "environment: {acceptance: {holdout: {metrics: {auc: {min: 0.96}}}}}",
        "{acceptance: null, environment: {defaults: {acceptance: {holdout: {metrics: {auc: {min: 0.96}}}}}}}",
    ),
    good=(
        "acceptance: {holdout: {within: 30d, metrics: {auc: {min: 0.95, max: 0.95, maxDrop: 0.01}}}}",
        "environment: {acceptance: {holdout: {metrics: {auc: {min: 0.94}}}}}",
    ),
    judges="state",
    check=check,
)
