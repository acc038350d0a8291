"""Plans for people: what goes where, what each gate says, and what became of it."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from mlgitops.core.digests import digest, short
from mlgitops.core.masking import without
from mlgitops.core.promotion.moves import same
from mlgitops.core.redaction import redact
from mlgitops.output import json as json_output
from mlgitops.output.excerpt import width
from mlgitops.output.terminal import clean, styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.promotion.moves import Move
    from mlgitops.workflows.promotion.planned import Group, Planned, Told
    from mlgitops.workflows.promotion.publish import Published

_BESIDES = 5  # paths that are named
_NARROWEST = 30  # columns in which text can still be read
_MARKS = {"passed": ("✓", "green"), "pending": ("…", "yellow"), "failed": ("✗", "red")}


class Plans:
    """Writes plans as text.

    Args:
        color: Whether to colour them.
        columns: Width of the terminal; long lines are folded below where they begin. 0 folds nothing.
    """

    def __init__(self, *, color: bool, columns: int = 0) -> None:
        self._color = color
        self._columns = columns

    def group(self, group: Group, published: Published | None = None) -> str:
        """One pull request: its branch, its services with their gates, and what became of it."""
        draft = self._styled("  draft", "yellow") if group.draft else ""
        lines = [self._styled(_shown(group.branch), "bold") + draft + "\n"]
        lines += [self.planned(planned) for planned in group.planned]
        if group.besides:
            lines.append(f"  {self._styled('!', 'yellow')} by people on this branch, not judged here: ")
            lines.append(f"{_listed(group)}\n")
        if published:
            lines.append(f"  {self._outcome(published)}\n")
        return "".join(lines)

    def planned(self, planned: Planned) -> str:
        """One service: its versions, and what each gate says."""
        move = planned.move
        lines = [f"  {self._styled(_shown(move.unit.name), 'cyan')}  {_shown(versions(move))}\n"]
        if move.whole:
            text = self._folded(_shown(without(move.whole, list(planned.secrets))), 6)
            lines.append(f"    {self._styled('!', 'yellow')} {text}\n")
        names = max((width(told.gate) for told in planned.told), default=0)
        for told in planned.told:
            lines += self._told(told, names, planned.secrets)
        for question in planned.questions:
            what = "to be filled in" if question.required else "to be decided"
            lines.append(f"    {self._styled('?', 'yellow')} {_shown(question.field)}  {what}\n")
        return "".join(lines)

    def _told(self, told: Told, names: int, secrets: Sequence[str]) -> Iterator[str]:
        mark, style = _MARKS[told.verdict.result]
        if told.override:
            mark, style = "!", "yellow"
        elif not told.blocks and told.verdict.result != "passed":
            mark, style = "i", "blue"
        reason = _shown(without(told.verdict.reason, list(secrets)))
        indent = names + 8
        yield f"    {self._styled(mark, style)} {told.gate:<{names}}  {self._folded(reason, indent)}\n"
        if told.override:
            what, text = "overridden:", _shown(told.override)
        elif told.verdict.mend and told.blocks:
            what, text = "mend:", _shown(without(told.verdict.mend, list(secrets)))
        else:
            return
        yield f"{'':{indent}}{self._styled(what, 'cyan')} {self._folded(text, indent + len(what) + 1)}\n"

    def _folded(self, text: str, indent: int) -> str:
        """`text` that begins in a column, in as many lines as it takes there."""
        room = self._columns - indent
        if room < _NARROWEST:
            return text
        return f"\n{'':{indent}}".join(wrap(text, room, break_long_words=False, break_on_hyphens=False))

    def _outcome(self, published: Published) -> str:
        commit = published.commit[:12]
        if published.pull_request:
            what = f"pull request {published.pull_request.number}: {_shown(published.pull_request.url)}"
        else:
            what = "branch pushed" if published.pushed else "branch as it was"
        return f"{what} ({commit})" if published.pushed else f"{what} ({commit}, nothing new)"

    def _styled(self, text: str, *styles: str) -> str:
        return styled(text, *styles, color=self._color)


def versions(move: Move) -> str:
    """The versions before and after; where they are one, the digests too."""
    if move.action == "hold":
        hold = (move.target.block(move.document) or {}).get("hold")
        return f"{move.version}, held in {move.target}" if hold else f"{move.version}, no longer held in {move.target}"
    before = str(move.before["version"]) if move.before else ""
    if move.whole and same(move.before, move.release):
        return f"{move.version}, as it was"
    if move.created:
        return f"{move.version}, new in {move.target.environment}"
    if before == move.version and move.before:
        return f"{before} ({short(digest(move.before))}) → {move.version} ({short(digest(move.release))})"
    return f"{before or 'nothing'} → {move.version}"


def group_json(group: Group, body: str, published: Published | None) -> dict[str, Any]:
    """One pull request as an object."""
    found = published.pull_request if published else None
    return {
        "branch": group.branch,
        "draft": group.draft,
        "services": [planned_json(planned) for planned in group.planned],
        "besides": list(group.besides),
        "body": body,
        "commit": published.commit if published else None,
        "pushed": published.pushed if published else False,
        "pullRequest": {"number": found.number, "url": found.url} if found else None,
    }


def planned_json(planned: Planned) -> dict[str, Any]:
    """One service as an object."""
    move = planned.move
    return {
        "name": move.unit.name,
        "team": move.unit.team,
        "state": move.unit.path,
        "before": _release(move.before),
        "after": _release(move.release),
        "created": move.created,
        "whole": without(move.whole, list(planned.secrets)) or None,
        "gates": [_told_json(told, planned.secrets) for told in planned.told],
        "findings": json_output.findings(planned.findings),
        "questions": [question._asdict() for question in planned.questions],
        "missing": list(planned.missing),
        "staying": [difference._asdict() for difference in planned.staying],
        "measured": [one._asdict() for one in planned.measured],
        "fits": list(planned.fits),
        "files": sorted(planned.files),
        "removed": sorted(planned.removed),
        "diff": planned.diff,
    }


def _told_json(told: Told, secrets: Sequence[str]) -> dict[str, Any]:
    verdict = told.verdict
    return {
        "gate": told.gate,
        "result": verdict.result,
        "blocks": told.blocks,
        "override": told.override,
        "reason": without(verdict.reason, list(secrets)),
        "mend": without(verdict.mend, list(secrets)),
        "evidence": list(verdict.evidence),
        "until": verdict.until.isoformat() if verdict.until else None,
    }


def _release(release: Mapping[str, Any] | None) -> dict[str, str] | None:
    return {"version": str(release["version"]), "digest": digest(release)} if release else None


def indented(text: str) -> str:
    """Text that belongs to what stands above it."""
    return "".join(f"  {line}\n" if line else "\n" for line in clean(redact(text)).splitlines())


def names(planned: Iterable[Planned]) -> str:
    """The names of services, in one line."""
    return ", ".join(_shown(one.move.unit.name) for one in planned)


def _listed(group: Group) -> str:
    more = len(group.besides) - _BESIDES
    return ", ".join(map(_shown, group.besides[:_BESIDES])) + (f" and {more} more" if more > 0 else "")


def _shown(text: str) -> str:
    return clean(redact(text)).replace("\n", " ")
