"""`hold`: somebody wants nothing promoted here for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict:
    """Ask whether the target slot is held; the last day of a hold is part of it, in UTC."""
    hold = case.hold
    if hold is None:
        return Verdict("passed", f"nobody holds {case.target}")
    until = hold.get("until")
    if until is not None and until < case.now.date().isoformat():
        return Verdict("passed", f"the hold on {case.target} ended on {until}")
    by = f" by {hold['by']}" if "by" in hold else ""
    end = f" until {until}" if until else ""
    reason = " ".join(hold["reason"].split()).rstrip(".")
    mend = f"Ask {hold.get('by', 'who set it')}; `mlgitops unhold {case.target} {case.unit.name}` ends it."
    return Verdict("failed", f"{case.target} is held{by}{end}: {reason}", mend, (case.unit.path,))


GATE = Gate(
    id="hold",
    title="whether somebody wants nothing promoted into the slot for a time",
    why=(
        "While somebody looks into a fault, or after a release was rolled back, the next promotion must not undo what "
        "they did. A hold stands in the state of the slot that it is about, with a reason, and ends after the day that "
        "it names, in UTC. It keeps releases from coming in, never from going back: a rollback sets one."
    ),
    mend="Ask who set the hold, and end it: `mlgitops unhold ENV NAME`.",
    blocks=PROMOTION,
    check=check,
)
