"""`missing-evaluation`: something is demanded of a release that nobody has measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.evaluation import judged
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find demands that no evaluation is about; where there are some of other models, another rule tells."""
    for slot, standing in judged(case):
        if standing.evidence is None and not standing.others:
            version = slot.release["version"]
            message = f"`{standing.key}` is demanded, and there is no such evaluation of {version}{standing.place}"
            yield Fault("missing-evaluation", (*slot.root, "release", "version"), message, "")


RULE = Rule(
    id="missing-evaluation",
    title="a release that was not evaluated as its environment demands",
    severity="error",
    first_step="warning",
    why=(
        "An environment's `acceptance` names the evaluations that a release must have passed. An evaluation counts "
        "wherever it is kept, if it is about the digest of the model, or about the release and the hardware that it "
        "runs on: a latency measured on other hardware says nothing. Champion and challenger are held to it alike."
    ),
    mend="Evaluate it, and record the result: `mlgitops evaluation add`.",
    bad=(
        "acceptance: {latency: {metrics: {p95_latency_ms: {max: 40}}}}",
        "environment: {acceptance: {bias: {metrics: {gap: {max: 0.1}}}}}",
    ),
    good=(
        "acceptance: {holdout: {metrics: {auc: {min: 0.9}}}}",
        "challenger: {mode: shadow, percent: 10, release: {lineage: {seed: 8}}}",
    ),
    judges="state",
    check=check,
)
