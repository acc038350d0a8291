"""The status of services, as a table for people and an object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.output import json as json_output
from mlgitops.output.declared import age, revision_object
from mlgitops.output.table import table

if TYPE_CHECKING:
    import datetime as dt

    from mlgitops.core.positions import Position
    from mlgitops.workflows.proposals import Proposed
    from mlgitops.workflows.status import Report, Service, Standing

_COLUMNS = ("service", "slot", "release", "declared", "beside its source", "notes")


def status_text(report: Report, now: dt.datetime, *, drawn: bool, color: bool) -> str:
    """One row a slot; the name of a service stands in its first, or in each for programs that read lines."""
    if not report.services:
        return "no environment declares a service\n"
    rows = [row for service in report.services for row in _rows(service, now, told=not report.untold, once=drawn)]
    return table(_COLUMNS, rows, drawn=drawn, color=color)


def _rows(service: Service, now: dt.datetime, *, told: bool, once: bool) -> list[tuple[str, ...]]:
    return [
        (
            "" if once and number else service.key,
            str(one.slot),
            one.version or "-",
            _since(one, now, told=told),
            beside(one.position),
            "; ".join(_notes(one)),
        )
        for number, one in enumerate(service.slots)
    ]


def _since(one: Standing, now: dt.datetime, *, told: bool) -> str:
    if one.since:
        return f"{one.since.at:%Y-%m-%d}, {age(one.since.at, now)}"
    return "not committed" if told and one.version else "-"


def beside(position: Position | None) -> str:
    """How a slot stands beside its source, in words."""
    if position is None:
        return ""
    source = position.source
    if position.level:
        return f"as {source}"
    if not position.ahead:
        return f"{position.behind} behind {source}" if position.behind else f"unlike {source}"
    ahead = f"never in {source}" if position.ahead == 1 else f"{position.ahead} never in {source}"
    return f"{ahead}, {position.behind} behind" if position.behind else ahead


def _notes(one: Standing) -> list[str]:
    notes = ["broken"] if one.broken else []
    if one.challenge:
        percent = f" {one.challenge['percent']} %" if "percent" in one.challenge else ""
        notes.append(f"{one.challenge.get('mode', 'challenger')}{percent}")
    if one.hold:
        until = f" until {one.hold['until']}" if "until" in one.hold else ""
        reason = " ".join(str(one.hold.get("reason", "")).split()).rstrip(".")
        notes.append(f"held{until}: {reason}" if reason else f"held{until}")
    return notes + [_waits(proposed) for proposed in one.waiting]


def _waits(proposed: Proposed) -> str:
    what = proposed.version or "a hold"
    if proposed.number is None:
        return f"{what} waits on {proposed.branch}"
    return f"{what} waits in #{proposed.number}" + (", a draft" if proposed.draft else "")


def status_json(report: Report, commit: str, now: dt.datetime) -> str:
    """The same as one object."""
    return json_output.document(
        {
            "commit": commit or None,
            "at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "history": report.untold or None,
            "services": [
                {"service": service.key, "slots": [_object(one) for one in service.slots]}
                for service in report.services
            ],
            "broken": [{"path": path, "message": message} for path, message in report.broken],
        }
    )


def _object(one: Standing) -> dict[str, Any]:
    position = one.position
    return {
        "slot": str(one.slot),
        "release": one.version or None,
        "digest": one.digest or None,
        "mode": one.challenge.get("mode"),
        "percent": one.challenge.get("percent"),
        "since": one.since and revision_object(one.since),
        "source": position and _beside(position),
        "broken": one.broken or None,
        "hold": one.hold,
        "waiting": [{**waits._asdict(), "version": waits.version or None} for waits in one.waiting],
    }


def _beside(position: Position) -> dict[str, Any]:
    known = {"behind": position.behind, "ahead": position.ahead}
    return {"environment": position.source, "level": position.level, **known}
