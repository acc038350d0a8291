"""`window`: it is no time to change the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.instants import said
from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from mlgitops.core.windows import Window
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict | None:
    """Ask whether the target's window is open now, and when it will be."""
    settings = case.settings.get("window", {}).get(case.target.environment)
    if settings is None:
        return None
    from mlgitops.core.windows import SEARCHED, Window

    window = Window(settings)
    if window.is_open(case.now):
        return Verdict("passed", f"the window of {case.target.environment} is open")
    closed = f"the window of {case.target.environment} is closed{_frozen(window, case.now)}"
    opening = window.opening(case.now)
    if opening is None:
        mend = "Change `gates.window` in mlgitops.yaml: as it is, it does not open."
        return Verdict("failed", f"{closed}, and does not open within {SEARCHED.days} days", mend)
    local = f"{opening.astimezone(window.zone):%H:%M} {settings['timeZone']}"
    mend = f"Wait until then{case.override('window')}."
    return Verdict("pending", f"{closed}, and opens at {said(opening)} ({local})", mend, (), opening)


def _frozen(window: Window, at: dt.datetime) -> str:
    freeze = window.frozen(at)
    if freeze is None:
        return ""
    why = f": {' '.join(freeze['reason'].split())}" if "reason" in freeze else ""
    return f", frozen until {freeze['until']}{why}"


GATE = Gate(
    id="window",
    title="whether promotions may be merged into the environment at this time",
    why=(
        "A change on a Friday evening, or in the days that earn the year's money, meets nobody who could mend what it "
        "breaks. `open` names days and hours, `freeze` first and last days, all by the clock of `timeZone`; where it "
        "is set back, the hour that comes twice is open twice. `Fri-Mon` are four days, hours that end no later than "
        "they begin end on the next day, and of a day that is frozen no hour is open. A rollback never waits."
    ),
    mend="Wait for the window, or override it with a reason where `gates.overridable` lets you.",
    blocks=PROMOTION,
    check=check,
    settings="""
gates:
  window:
    prod:
      timeZone: Europe/Berlin
      open: ["Mon-Thu 09:00-16:00", "Fri 09:00-12:00"]
      freeze:
        - {from: "2026-11-25", until: "2026-12-01", reason: Black Friday}
""",
)
