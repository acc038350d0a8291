"""`failed-acceptance`: the evaluation that counts does not show what is demanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.bounds import said
from mlgitops.core.evaluation import judged
from mlgitops.core.finding import Fault
from mlgitops.core.layout import environment_file
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.bounds import Check
    from mlgitops.core.cases import StateCase
    from mlgitops.core.states import Slot


def check(case: StateCase) -> Iterator[Fault]:
    """Find bounds that the newest evaluation of a release fails, and evaluations that are too old."""
    for slot, standing in judged(case):
        for one in standing.checks:
            if not one.passed and standing.evidence is not None:
                pointer, floor = _place(case, slot, standing.key, one)
                message = f"`{standing.key}` of {slot.release['version']}: {said(one)}{floor}; {standing.evidence.path}"
                yield Fault("failed-acceptance", pointer, message, "")


def _place(case: StateCase, slot: Slot, key: str, one: Check) -> tuple[tuple[str, ...], str]:
    """Where the bound stands, in the state or the environment's defaults; for a floor, the release that fails it."""
    pointer = ("acceptance", key, *one.pointer)
    for document in (case.state, case.environment.get("defaults", {})):
        if one.pointer and _at(document, pointer) == one.limit:
            return pointer, ""
    floor = f" by {environment_file(case.unit.environment)}" if one.pointer else ""
    return (*slot.root, "release", "version"), floor


def _at(node: Any, pointer: tuple[str, ...]) -> Any:
    for part in pointer:
        node = node.get(part) if isinstance(node, dict) else None
    return node


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
