"""Cases for gates as literals: one release on its way from staging to prod, to be changed by tests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from support.evaluations import RELEASE

from mlgitops.core import digests
from mlgitops.core.history import Declared
from mlgitops.core.project import Unit
from mlgitops.core.revisions import Revision
from mlgitops.core.slots import SlotName, slot_name
from mlgitops.gates import GateCase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)  # a Wednesday
STEPS = [["dev"], ["staging"], ["prod-eu", "prod"]]
MOMENTS = st.integers(0, 730 * 24 * 3600).map(
    lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
)
"""Points of time in two years."""
OLD = {**RELEASE, "version": "1.4.0"}
NEW = {**RELEASE, "version": "1.6.0"}


def at(text: str) -> dt.datetime:
    """A point of time in UTC, written `2026-11-18 10:00`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def revision(when: str) -> Revision:
    """A commit made then."""
    commit = digests.digest({"at": when}).partition(":")[2][:40]
    return Revision(commit, "Ada", "ada@acme.dev", at(when), "Change a release\n", {})


def stretches(*releases: tuple[dict[str, Any], str], until: str | None = None) -> list[Declared]:
    """What was declared, newest first; given oldest first, each release with when it came.

    Args:
        releases: One after the other.
        until: When the last one went, if it did.
    """
    told: list[Declared] = []
    for number, (release, since) in enumerate(releases):
        end = releases[number + 1][1] if number + 1 < len(releases) else until
        told.append(Declared(digests.digest(release), release, revision(since), revision(end) if end else None))
    return told[::-1]


def histories(**slots: list[Declared]) -> Callable[[SlotName], Sequence[Declared]]:
    """History of slots; `prod__challenger` names a challenger, `prod_eu` an environment with a hyphen."""
    known = {name.replace("__", "/").replace("_", "-"): told for name, told in slots.items()}
    return lambda slot: known.get(str(slot), [])


def case(source: str | None = "staging", target: str = "prod", **changes: Any) -> GateCase:
    """A promotion of `NEW` with some facts replaced; nothing is set, held, found or measured in it otherwise."""
    goal = slot_name(target)
    facts: dict[str, Any] = {
        "action": "promotion",
        "unit": Unit(goal.environment, "risk", "fraud"),
        "release": NEW,
        "before": OLD,
        "champion": OLD,
        "state": {"kind": "ModelDeployment", "metadata": {"name": "fraud"}, "release": NEW},
        "hold": None,
        "environment": {"metadata": {"name": goal.environment}},
        "acceptance": {},
        "hardware": [],
        "evidence": [],
        "findings": [],
        "settings": {},
        "steps": STEPS,
        "now": NOW,
        "history": histories(),
        "pins": [],
        "published": None,
        "review": None,
    }
    return GateCase(source=slot_name(source) if source else None, target=goal, **{**facts, **changes})
