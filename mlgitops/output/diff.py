"""What differs between two environments or revisions, for people and for programs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.slots import CHALLENGER
from mlgitops.output import json as json_output
from mlgitops.output.patch import patch
from mlgitops.output.shown import shown
from mlgitops.output.table import table
from mlgitops.output.terminal import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.diff import Change
    from mlgitops.core.metric_changes import MetricChange
    from mlgitops.core.patches import Patch
    from mlgitops.workflows.diff import Report, Service, Slot

    Row = tuple[str, str, str, str]  # the field, both sides, a note

_COMMIT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28}\b")  # on a terminal as digests are


def diff_text(report: Report, before: str, after: str, *, drawn: bool, color: bool, stat: bool) -> str:
    """Service by service: releases, metrics, what stays, manifests."""
    if not report.services:
        what = "the same, as far as they can be compared" if report.broken else "the same"
        return f"{shown(before)} and {shown(after)} declare {what}\n"
    parts = []
    for service in report.services:
        heading = service.key if service.environments[0] != service.environments[1] else _placed(service)
        parts.append(f"{styled(shown(heading), 'bold', color=color)}\n")
        for rows in _tables(service, (before, after)):
            parts.append(rows if isinstance(rows, str) else _table(rows, drawn=drawn, color=color))
            parts.append("" if drawn and not isinstance(rows, str) else "\n")  # rich leaves a line itself
        parts += [_stat(service.manifests)] if stat else [patch(one.text, color=color) for one in service.manifests]
        parts.append("\n" if service.manifests else "")
    return "".join(parts).rstrip("\n") + "\n"


def _placed(service: Service) -> str:
    return f"{service.environments[0]}: {service.key}"


def _table(rows: list[Row], *, drawn: bool, color: bool) -> str:
    """A table of fields with both sides in one column, which may be as wide as it is, or be folded on a terminal."""
    short = _shortened if drawn else str
    joined: list[tuple[str, ...]] = [(one[0], f"{short(one[1])} → {short(one[2])}", one[3]) for one in rows]
    if not any(one[2] for one in joined):
        joined = [one[:2] for one in joined]
    return table(joined[0], joined[1:], drawn=drawn, color=color)


def _shortened(text: str) -> str:
    return _COMMIT.sub(r"\1…", text)


def _tables(service: Service, sides: tuple[str, str]) -> Iterator[list[Row] | str]:
    """Tables with their headers first, and lines of text."""
    for slot in service.slots:
        name = _called(slot)
        if not all(slot.versions):
            old, new = map(shown, slot.versions)
            yield f"{name} {new} is new\n" if new else f"{name} {old} is gone\n"
            continue
        yield [(name, *sides, ""), *map(_change, slot.model)]
        if slot.metrics:
            yield [("measured", *sides, ""), *map(_metric, slot.metrics)]
    if service.deploy:
        yield [("stays", *sides, ""), *map(_change, service.deploy)]


def _called(slot: Slot) -> str:
    if slot.before.challenger is not slot.after.challenger:
        return "release"
    return CHALLENGER if slot.after.challenger else "champion"


def _change(change: Change) -> Row:
    return change.field, value(change.before), value(change.after), ""


def _metric(one: MetricChange) -> Row:
    where = f" on {one.hardware}" if one.hardware else ""
    part = f" [{one.slice}]" if one.slice else ""
    both = one.before is not None and one.after is not None
    note = "" if one.comparable or not both else "other data"
    return f"{one.evaluation}{where}: {one.metric}{part}", value(one.before), value(one.after), note


def value(found: Any) -> str:
    """A value in one line: text as it is, the rest as JSON, nothing as `-`."""
    if found is None:
        return "-"
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _stat(manifests: list[Patch]) -> str:
    return "".join(f"+{one.added} -{one.removed} {shown(one.path)}\n" for one in manifests)


def diff_json(report: Report, before: str, after: str) -> str:
    """The same as one object."""
    return json_output.document(
        {
            "before": before,
            "after": after,
            "differs": bool(report.services),
            "services": [_service(one) for one in report.services],
            "broken": [{"path": path, "message": message} for path, message in report.broken],
        }
    )


def _service(one: Service) -> dict[str, Any]:
    return {
        "service": one.key,
        "environments": list(one.environments),
        "slots": [_slot(slot) for slot in one.slots],
        "stays": [change._asdict() for change in one.deploy],
        "manifests": [
            {
                "path": found.path,
                "before": found.before,
                "after": found.after,
                "added": found.added,
                "removed": found.removed,
                "diff": found.text,
            }
            for found in one.manifests
        ],
    }


def _slot(one: Slot) -> dict[str, Any]:
    sides = zip((one.before, one.after), one.versions, one.digests, strict=True)
    before, after = ({"slot": str(slot), "release": name or None, "digest": sum_ or None} for slot, name, sum_ in sides)
    metrics = [metric._asdict() for metric in one.metrics]
    return {"before": before, "after": after, "model": [change._asdict() for change in one.model], "metrics": metrics}
