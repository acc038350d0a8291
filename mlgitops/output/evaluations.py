"""Evaluations and the demands that they answer, as tables for people and objects for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.bounds import said
from mlgitops.core.digests import short
from mlgitops.output import json as json_output
from mlgitops.output.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.core.evaluation import Standing
    from mlgitops.workflows.evaluation_list import Demand, Report, Result

_DEMANDS = ("service", "slot", "release", "demands", "on", "verdict", "evaluation")
_RESULTS = ("service", "at", "evaluation", "about", "on", "metrics", "file")


def listed_text(report: Report, *, drawn: bool, color: bool) -> str:
    """Two tables: the demands, and the evaluations."""
    if not report.demands and not report.results:
        return "there are no evaluations, and no environment demands any\n"
    parts = []
    if report.demands:
        parts.append(table(_DEMANDS, [_demand_row(one) for one in report.demands], drawn=drawn, color=color))
    if report.results:
        parts.append(table(_RESULTS, [_result_row(one) for one in report.results], drawn=drawn, color=color))
    return "\n".join(parts)


def _demand_row(one: Demand) -> tuple[str, ...]:
    standing = one.standing
    on = standing.hardware.name if standing.hardware else "-"
    evidence = standing.evidence.path.rpartition("/")[2].removesuffix(".yaml") if standing.evidence else "-"
    slot = one.unit.environment if one.slot == "champion" else f"{one.unit.environment}/{one.slot}"
    return one.unit.key, slot, one.version, standing.key, on, verdict(standing), evidence


def _result_row(one: Result) -> tuple[str, ...]:
    document = one.evidence.document
    ((kind, digest),) = document["subject"].items()
    about = f"{kind} of {', '.join(one.versions)}" if one.versions and kind == "model" else ", ".join(one.versions)
    hardware = document.get("hardware", "-")
    return (
        one.service,
        document["at"],
        document["metadata"]["name"],
        about or f"{kind} {short(digest)}",
        hardware,
        _metrics(document["metrics"].items()),
        one.evidence.path,
    )


def _metrics(pairs: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)


def verdict(standing: Standing) -> str:
    """`met`, `failed` with what is not as demanded, or `missing`."""
    if standing.evidence is None:
        if standing.elsewhere:
            return f"missing: measured on {standing.elsewhere[0].document['hardware']} only"
        return "missing: measured for others only" if standing.others else "missing"
    return f"failed: {'; '.join(map(said, standing.failures))}" if standing.failures else "met"


def listed_json(report: Report) -> str:
    """The same as one object."""
    return json_output.document(
        {
            "demands": [_demand_object(one) for one in report.demands],
            "evaluations": [_result_object(one) for one in report.results],
            "broken": report.unread,
        }
    )


def _demand_object(one: Demand) -> dict[str, Any]:
    where = {"service": one.unit.key, "environment": one.unit.environment, "slot": one.slot, "release": one.version}
    return where | standing_object(one.standing)


def standing_object(standing: Standing) -> dict[str, Any]:
    """One demand and how it is answered."""
    keys = ("metric", "slice", "kind", "limit", "value", "passed")
    return {
        "demand": standing.key,
        "hardware": standing.hardware and standing.hardware.name,
        "met": standing.met,
        "evaluation": standing.evidence and standing.evidence.path,
        "checks": [{key: getattr(check, key) for key in keys} for check in standing.checks],
    }


def _result_object(one: Result) -> dict[str, Any]:
    document: Mapping[str, Any] = one.evidence.document
    keys = ("subject", "data", "hardware", "metrics", "slices", "at", "run")
    found: dict[str, Any] = {"service": one.service, "environment": one.evidence.environment, "path": one.evidence.path}
    found |= {"name": document["metadata"]["name"], "releases": one.versions}
    return found | {key: document[key] for key in keys if key in document}
