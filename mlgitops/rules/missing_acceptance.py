"""`missing-acceptance`: a model may enter an environment whatever was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find states of which neither they themselves nor their environment demand anything."""
    if case.state["kind"] == "ModelDeployment" and not case.acceptance:
        message = f"nothing is demanded of what enters `{case.unit.environment}`: any model may, however bad"
        yield Fault("missing-acceptance", ("acceptance",), message, "")


RULE = Rule(
    id="missing-acceptance",
    title="a deployment that accepts any model",
    severity="error",
    first_step="warning",
    why=(
        "Without `acceptance` a promotion has nothing to hold a model to: one that was never evaluated, or is worse "
        "than the one it replaces, passes as well as any. What an environment demands is written down where it is "
        "reviewed, and holds for promotions, rollouts of challengers and changes by hand alike."
    ),
    mend=(
        "Add `acceptance`, for example `holdout: {within: 90d, metrics: {auc: {min: 0.9}}}`; for all states of an "
        "environment under `defaults`, or as a floor, in its environment.yaml."
    ),
    bad=("acceptance: null", "acceptance: {holdout: null}"),
    good=(
        "acceptance: {holdout: {metrics: {auc: {min: 0.9}}}}",
        "{acceptance: null, environment: {defaults: {acceptance: {holdout: {metrics: {auc: {min: 0.9}}}}}}}",
        "{acceptance: null, environment: {acceptance: {holdout: {within: 90d}}}}",
    ),
    judges="state",
    check=check,
)
