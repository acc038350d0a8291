"""Pages about gates, in Markdown: what `docs/gates/` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.gates import Gate

_ACTIONS = ("promotion", "rollback")


def page(gate: Gate) -> str:
    """All that is to be said of a gate."""
    parts = [
        f"# {gate.id}",
        f"It asks {gate.title}.",
        f"- blocks: **{_blocked(gate)}**",
        gate.why,
        f"**Mend:** {gate.mend}",
    ]
    if gate.settings:
        parts += ["## Settings", "In `mlgitops.yaml`:", f"```yaml\n{gate.settings.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def index(gates: Iterable[Gate]) -> str:
    """A table of all gates, each with its page beside it."""
    head = [
        "# Gates",
        "",
        "What is asked before a release moves. A gate passes, is pending where time or a person decides, or fails;",
        "what does not pass stops the actions that the gate blocks, and of others it is told. `gates` in",
        "`mlgitops.yaml` sets them up, and names under `overridable` those that a reason may override.",
        "",
        "| gate | blocks | what it asks |",
        "|---|---|---|",
    ]
    return (
        "\n".join([*head, *(f"| [{gate.id}]({gate.id}.md) | {_blocked(gate)} | {gate.title} |" for gate in gates)])
        + "\n"
    )


def pages(gates: Iterable[Gate]) -> dict[str, str]:
    """The files of `docs/gates/` by their names."""
    listed = sorted(gates, key=lambda gate: gate.id)
    return {"README.md": index(listed), **{f"{gate.id}.md": page(gate) for gate in listed}}


def _blocked(gate: Gate) -> str:
    return " and ".join(action for action in _ACTIONS if action in gate.blocks)
