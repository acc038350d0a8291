"""Statuses: what a forge is told of the commit that brings changes, one status a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.masking import without
from mlgitops.core.redaction import redact
from mlgitops.ports.forge import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.gates import Gate
    from mlgitops.ports.forge import Verdict
    from mlgitops.workflows.promotion.planned import Group, Planned, Told

_ORDER = ("success", "pending", "failure")
_VERDICTS: dict[str, Verdict] = {"passed": "success", "pending": "pending", "failed": "failure"}
_ASKING = "what it asks for has to be filled in first"


def statuses(group: Group, gates: Mapping[str, Gate], *, honoured: bool) -> Iterator[Status]:
    """What is said of the commit: one status a gate, the strictest of all services.

    A gate that has nothing to say is passed, so that a branch can require it; what asks people or the network is not
    spoken for. All others wait for what people have to fill in.

    Args:
        group: The changes.
        gates: Every gate by its id.
        honoured: Whether overrides count; else they wait for a code owner.
    """
    by_gate: dict[str, list[tuple[Verdict, str]]] = {}
    asked = [gate.id for gate in gates.values() if not gate.asks_outside]
    for planned in group.planned:
        name = f"{planned.move.unit.name}: " if len(group.planned) > 1 else ""
        for gate, verdict, reason in _of_service(planned, asked, name, honoured=honoured):
            by_gate.setdefault(gate, []).append((verdict, reason))
    secrets = [secret for planned in group.planned for secret in planned.secrets]
    for gate in sorted({*asked, *by_gate}):
        verdicts = by_gate.get(gate, [("success", "nothing is asked of this change")])
        verdict, reason = max(verdicts, key=lambda one: _ORDER.index(one[0]))
        yield Status(f"mlgitops/{gate}", verdict, said(reason, secrets))


def said(text: str, secrets: Sequence[str] = ()) -> str:
    """What a forge is told of a verdict: on one line, without credentials or what steers a terminal."""
    shown = " ".join(redact(without(text, list(secrets))).split())
    return "".join(character if character.isprintable() else "\ufffd" for character in shown)


def _of_service(
    planned: Planned, asked: Sequence[str], name: str, *, honoured: bool
) -> Iterator[tuple[str, Verdict, str]]:
    """Gate, verdict and reason, which `name` begins; of a service that nobody has completed no gate was asked yet."""
    if planned.questions:
        for gate in asked:
            yield gate, "pending", name + _ASKING
    for told in planned.told:
        verdict, reason = _verdict(told, honoured=honoured)
        yield told.gate, verdict, name + reason


def _verdict(told: Told, *, honoured: bool) -> tuple[Verdict, str]:
    if told.override:
        return ("success", f"overridden: {told.override}") if honoured else ("pending", f"override: {told.override}")
    if told.blocks or told.verdict.result == "passed":
        return _VERDICTS[told.verdict.result], told.verdict.reason
    return "success", f"told only: {told.verdict.reason}"
