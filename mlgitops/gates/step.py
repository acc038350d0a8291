"""`step`: releases pass the environments of the path one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import digests
from mlgitops.core.slots import slots_of
from mlgitops.core.steps import number
from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict | None:
    """Refuse a promotion that leaves out a step."""
    if case.source is None:
        return _by_hand(case)
    here = number(case.steps, case.source.environment)
    there = number(case.steps, case.target.environment)
    if there < here:
        return Verdict("passed", f"it comes back along the path, from {case.source}")
    if there <= here + 1:
        beside = f"{case.target} is in the same step as {case.source}"
        return Verdict("passed", beside if there == here else f"{case.target} comes after {case.source} on the path")
    skipped = [name for step in case.steps[here + 1 : there] for name in step]
    return Verdict(
        "failed",
        f"the release would skip {', '.join(skipped)}",
        f"Promote it to {skipped[0]} first{case.override('step')}.",
    )


def _by_hand(case: GateCase) -> Verdict | None:
    """Of a release that somebody wrote by hand: whether an environment that comes before declares it."""
    there = number(case.steps, case.target.environment)
    if there == 0 or case.action == "rollback":
        return None
    digest, version = digests.digest(case.release), case.release["version"]
    slots = [slot for step in case.steps[there - 1 :] for name in step for slot in slots_of(name)]
    for slot in slots:
        if slot != case.target and any(one.digest == digest and one.until is None for one in case.history(slot)):
            return Verdict("passed", f"{version} is declared in {slot}")
    before = " or ".join(case.steps[there - 1])
    mend = f"Have it declared in {before} first{case.override('step')}."
    return Verdict("failed", f"{version} is not declared in {before}, which comes before {case.target}", mend)


GATE = Gate(
    id="step",
    title="whether the release passes the environments in the order of the path",
    why=(
        "What an environment would have shown of a release is not known of one that was never there. Going back along "
        "the path is no skip: a hotfix that began in production has to return to where others are made from."
    ),
    mend="Promote it one step at a time.",
    blocks=PROMOTION,
    check=check,
)
