"""`soak`: a release has not been long enough where it comes from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mlgitops.core import digests
from mlgitops.core.acceptance import minutes
from mlgitops.core.instants import said
from mlgitops.core.steps import upstream
from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.core.history import Declared
    from mlgitops.core.slots import SlotName
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict | None:
    """Ask for how long the release has been declared, without a break, in the slot that it comes from."""
    demanded = case.settings.get("soak", {}).get(case.target.environment)
    if demanded is None or case.action == "rollback":
        return None
    later = case.returns()
    if later:
        return Verdict("passed", f"it comes back along the path, from {later}")
    sources = [case.source] if case.source else upstream(case.steps, None, case.target)
    if not sources:
        return Verdict("passed", f"no environment comes before {case.target.environment}")
    found = _longest(case, sources)
    version = case.release["version"]
    if found is None:
        where = " or ".join(map(str, sources))
        mend = f"Have it declared in {sources[0]} for {demanded} first."
        return Verdict("failed", f"{version} is not declared in {where}, where {demanded} are demanded", mend)
    source, declared = found
    since = declared.since.at
    until = since + dt.timedelta(minutes=minutes(demanded))
    evidence = (f"commit {declared.since.commit}",)
    stood = f"{version} is declared in {source} since {said(since)}"
    if case.now >= until:
        return Verdict("passed", f"{stood}, for longer than the {demanded} that are demanded", "", evidence)
    mend = f"Wait until then{case.override('soak')}."
    return Verdict("pending", f"{stood}, {demanded} are demanded: until {said(until)}", mend, evidence, until)


def _longest(case: GateCase, sources: Iterable[SlotName]) -> tuple[SlotName, Declared] | None:
    """The slot that declares the release now, and since when; of several the one that has for the longest time."""
    digest = digests.digest(case.release)
    found = [
        (source, declared)
        for source in sources
        for declared in case.history(source)
        if declared.until is None and declared.digest == digest
    ]
    return min(found, key=lambda one: one[1].since.at, default=None)


GATE = Gate(
    id="soak",
    title="whether the release has been in the environment before for long enough",
    why=(
        "Some faults show after hours: a leak, a nightly batch, a drift of the inputs. `gates.soak` says for how long "
        "a release must have been declared in the slot that it comes from, by the times of commits along the first "
        "parents of the base branch: for a merged pull request, when it was merged. Only the current stretch counts. "
        "History tells what was declared, not what ran. Promoting back along the path does not wait, and a rollback "
        "never does."
    ),
    mend="Wait, or override it with a reason where `gates.overridable` lets you.",
    blocks=PROMOTION,
    check=check,
    settings="""
gates:
  soak:
    staging: 2h
    prod: 48h
""",
)
