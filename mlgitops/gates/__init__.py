"""Gates: conditions on a promotion or rollback; one a module, each with its id, texts and check.

A module's name is its gate's id with `_` for `-`, and its one `GATE` is the gate; adding a gate is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    from mlgitops.core.approvals import Review
    from mlgitops.core.cases import Evidence
    from mlgitops.core.finding import Finding
    from mlgitops.core.history import Declared
    from mlgitops.core.measured_on import Hardware
    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName

Action = Literal["promotion", "rollback"]
Result = Literal["passed", "pending", "failed"]


class GateCase(NamedTuple):
    """One release on its way into one slot.

    Attributes:
        action: Whether it is promoted, or brought back.
        source: The slot that it comes from; None for a rollback and for a change that somebody wrote by hand.
        target: The slot that it goes to.
        unit: The state in the target's environment.
        release: What shall be declared.
        before: What is declared in the target slot now, or None.
        champion: What answers in the target's environment now, or None.
        state: The target's state as planned.
        hold: The hold on the target slot now, or None.
        environment: The document of the target's environment.
        acceptance: What the target demands of evaluations.
        hardware: The kinds of hardware that the release may run on there.
        evidence: All evaluations of the service.
        findings: What every rule says of the planned target.
        settings: `gates` of the project as the base branch has it.
        steps: Names of environments, step by step along the path.
        now: The time, in UTC.
        history: Gives what was declared in a slot for this service, newest first; raises InputError in a shallow clone.
        pins: What the workload loads at the target's own addresses: what it is called, and the address with its
            digest; empty digest where it has none.
        published: Tells whether what has this digest exists at this address, None where nothing is known of such
            addresses; raises RefusedError and NotPermittedError. None where the network is not to be asked.
        review: Gives what the forge says of the pull request, where there is one; else None.
    """

    action: Action
    source: SlotName | None
    target: SlotName
    unit: Unit
    release: Mapping[str, Any]
    before: Mapping[str, Any] | None
    champion: Mapping[str, Any] | None
    state: Mapping[str, Any]
    hold: Mapping[str, Any] | None
    environment: Mapping[str, Any]
    acceptance: Mapping[str, Any]
    hardware: Sequence[Hardware]
    evidence: Sequence[Evidence]
    findings: Sequence[Finding]
    settings: Mapping[str, Any]
    steps: Sequence[Sequence[str]]
    now: dt.datetime
    history: Callable[[SlotName], Sequence[Declared]]
    pins: Sequence[tuple[str, str, str]]
    published: Callable[[str, str], bool | None] | None
    review: Callable[[], Review] | None

    def returns(self) -> SlotName | None:
        """The slot of a later step from which the release comes back along the path, as a hotfix does; else None.

        A release that somebody wrote by hand comes back if a later step declares it.

        Raises:
            InputError: History is cut off, and has to be asked.
        """
        if self.action == "rollback":
            return None
        from mlgitops.core import digests
        from mlgitops.core.steps import later

        slots = later(self.steps, self.target)
        if self.source is not None:
            return self.source if self.source in slots else None
        digest = digests.digest(self.release)
        declared = (slot for slot in slots for one in self.history(slot) if one.until is None and one.digest == digest)
        return next(declared, None)

    def override(self, gate: str) -> str:
        """How to pass over a gate in the target's environment, as the end of a sentence; empty where nobody may."""
        allowed = self.settings.get("overridable", {}).get(self.target.environment, [])
        return f", or pass over it: `--override {gate} --reason TEXT`" if gate in allowed else ""


class Verdict(NamedTuple):
    """What a gate says.

    Attributes:
        result: Passed; pending, where time or a person will decide; or failed.
        reason: Why, in one line without a full stop.
        mend: What to do about it, in a sentence; empty where it passed.
        evidence: Paths and addresses that show it.
        until: When a pending one turns, if time alone decides.
    """

    result: Result
    reason: str
    mend: str = ""
    evidence: tuple[str, ...] = ()
    until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One condition.

    Attributes:
        id: Kebab-case name.
        title: What it asks, in one line without a full stop.
        why: Why it matters, in a paragraph.
        mend: What to do where it does not pass, in a sentence.
        blocks: The actions that it can stop; of others it is told and stops nothing.
        drafts: Whether a pull request is a draft while it is pending.
        check: The verdict on a case; None where there is nothing to judge: it was not asked for, or no pull request
            exists. It raises InputError where what it needs cannot be known: a shallow clone, a time zone nobody knows.
        asks_outside: Whether it asks people or the network: where they are not at hand, it speaks for nobody.
        settings: What `mlgitops.yaml` has to say for it, as an example in YAML; empty where nothing is set.
    """

    id: str
    title: str
    why: str
    mend: str
    blocks: frozenset[Action]
    drafts: bool = True
    check: Callable[[GateCase], Verdict | None]
    asks_outside: bool = False
    settings: str = ""


BOTH: frozenset[Action] = frozenset({"promotion", "rollback"})
PROMOTION: frozenset[Action] = frozenset({"promotion"})


@cache
def catalogue() -> dict[str, Gate]:
    """Every gate of this package by its id, sorted."""
    names = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)]
    return collect(importlib.import_module(name) for name in sorted(names))


def collect(modules: Iterable[ModuleType]) -> dict[str, Gate]:
    """The `GATE` of each module by its id.

    Raises:
        TypeError: A module has no gate.
        ValueError: A gate is not named as its module is.
    """
    gates: dict[str, Gate] = {}
    for module in modules:
        gate = getattr(module, "GATE", None)
        if not isinstance(gate, Gate):
            raise TypeError(f"{module.__name__} has no GATE")
        if gate.id.replace("-", "_") != module.__name__.rpartition(".")[2]:
            raise ValueError(f"the gate {gate.id} stands in {module.__name__}")
        gates[gate.id] = gate
    return gates
