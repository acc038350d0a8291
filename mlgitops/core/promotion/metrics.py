"""Metrics: what evaluations say of a release beside the one that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.evaluation import standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.cases import Evidence
    from mlgitops.core.measured_on import Hardware


class Measured(NamedTuple):
    """One metric of a release.

    Attributes:
        key: Name of the evaluations: a key of the acceptance.
        metric: Name of the metric.
        slice: Name of the slice; empty for the whole data.
        value: What was measured of the release; None where it was not.
        before: What was measured of the one that it replaces, on the same data; likewise.
        bound: What is demanded, in words; empty where nothing is.
        passed: Whether the demand is met.
        file: Path of the evaluation; empty without one.
    """

    key: str
    metric: str
    slice: str
    value: float | None
    before: float | None
    bound: str
    passed: bool
    file: str


def measured(
    release: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    acceptance: Mapping[str, Any],
    evidence: Sequence[Evidence],
    where: Sequence[Hardware],
    today: str,
) -> list[Measured]:
    """What is known of every metric that is demanded, or that an evaluation which counts has, sorted.

    Args:
        release: The release.
        before: The one that it replaces, if any.
        acceptance: What the target demands.
        evidence: All evaluations of the service.
        where: The kinds of hardware that it may run on.
        today: The date, `YYYY-MM-DD`.
    """
    rows: list[Measured] = []
    for standing in standings(release, acceptance, evidence, where, today):
        if standing.evidence is None:
            rows.append(Measured(standing.key, "", "", None, None, "", False, ""))
            continue
        document = standing.evidence.document
        old = _on_same_data(before, {standing.key: acceptance[standing.key]}, document, evidence, where, today)
        bounds: dict[tuple[str, str], list[Any]] = {}
        for check in standing.checks:
            bounds.setdefault((check.slice, check.metric), []).append(check)
        for part, metric, value in _values(document, bounds):
            checks = bounds.get((part, metric), [])
            rows.append(
                Measured(
                    standing.key,
                    metric,
                    part,
                    value,
                    _value(old, part, metric),
                    " and ".join(f"{_WORDS[check.kind]} {check.limit}" for check in checks if check.kind in _WORDS),
                    all(check.passed for check in checks),
                    standing.evidence.path,
                )
            )
    return rows


_WORDS = {"min": "≥", "max": "≤"}


def _on_same_data(
    release: Mapping[str, Any] | None,
    demand: Mapping[str, Any],
    evaluation: Mapping[str, Any],
    evidence: Sequence[Evidence],
    where: Sequence[Hardware],
    today: str,
) -> Mapping[str, Any]:
    """The evaluation of another release on the data of `evaluation`; empty where there is none."""
    if release is None:
        return {}
    same = [one for one in evidence if one.document["data"] == evaluation["data"]]
    found = (standing.evidence for standing in standings(release, demand, same, where, today) if standing.evidence)
    return next((one.document for one in found), {})


def _values(evaluation: Mapping[str, Any], bounds: Mapping[tuple[str, str], Any]) -> Iterator[tuple[str, str, Any]]:
    """Slice, metric and value of all that was measured or is demanded; slices only where something is demanded."""
    metrics = evaluation["metrics"]
    for metric in sorted({*metrics, *(metric for part, metric in bounds if metric and not part)}):
        yield "", metric, metrics.get(metric)
    for part, metric in sorted(key for key in bounds if key[0] and key[1]):
        yield part, metric, _value(evaluation, part, metric)


def _value(evaluation: Mapping[str, Any], part: str, metric: str) -> Any:
    metrics = evaluation.get("slices", {}).get(part, {}) if part else evaluation.get("metrics", {})
    return metrics.get(metric)
