"""The body as a whole: everything that fits, else less of each service, never beyond the forge's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.masking import without
from mlgitops.core.promotion.messages import title
from mlgitops.output.pull_request import sections
from mlgitops.output.pull_request.markdown import NONE, code, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.workflows.promotion.planned import Group, Planned

_CUT = "\n\n*The rest is left out: it does not fit here.*"


def body(group: Group, room: int) -> str:
    """What a pull request says, in at most `room` characters.

    Where the whole does not fit, differences of files give way to their names, then each service to a line in a table.
    """
    for diff in (True, False):
        text = _whole(group, room, diff=diff)
        if text is not None:
            return text
    text = _listed(group)
    if len(text) <= room:
        return text
    return text[: max(room - len(_CUT), 0)].rpartition("\n")[0] + _CUT if room > len(_CUT) else text[: max(room, 0)]


def _whole(group: Group, room: int, *, diff: bool) -> str | None:
    """All of each service, with or without differences; None as soon as it is more than there is room for."""
    parts, length = _head(group), 0
    for planned in group.planned:
        parts.append(without(_service(planned, len(group.planned), diff=diff), list(planned.secrets)).rstrip())
        length += len(parts[-1])
        if length > room:
            return None
    text = _joined(parts)
    return text if len(text) <= room else None


def _listed(group: Group) -> str:
    rows = [(code(one.move.unit.name), *_versions(one), _state(one)) for one in group.planned]
    return _joined(_head(group)) + table(("service", "now", "then", ""), rows)


def _head(group: Group) -> list[str]:
    return [_opening(group.planned), sections.besides(group.besides).rstrip()]


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n\n"


def _opening(planned: Sequence[Planned]) -> str:
    lines = [f"**{words(title([one.move for one in planned]))}**"]
    waiting = [one for one in planned if one.draft]
    if waiting:
        lines.append(f"A draft: {_waits(waiting)}. The same command, run later, turns it into one that can be merged.")
    lines.append(
        "Merging this declares it; what applies the repository to the cluster does the rest. History and metrics are "
        "those that the repository declares."
    )
    return "\n\n".join(lines)


def _waits(waiting: Sequence[Planned]) -> str:
    gates = sorted({told.gate for one in waiting for told in one.told if told.waits})
    parts = [f"{code(gate)} is pending" for gate in gates]
    if any(one.questions for one in waiting):
        parts.append("fields have to be filled in")
    return " and ".join(parts)


def _service(planned: Planned, count: int, *, diff: bool) -> str:
    heading = f"### {words(planned.move.unit.name)}\n\n" if count > 1 else ""
    heading += f"**{words(planned.move.whole)}**\n\n" if planned.move.whole else ""
    return heading + "\n".join(part for part in sections.whole(planned, diff=diff) if part)


def _versions(planned: Planned) -> tuple[str, str]:
    before = planned.move.before
    return (code(str(before["version"])) if before else NONE, code(planned.move.version))


def _state(planned: Planned) -> str:
    waits = [told.gate for told in planned.told if told.waits]
    if planned.questions:
        return "to be filled in"
    return f"pending: {words(', '.join(waits))}" if waits else "✅"
