"""Metric changes: what evaluations say of two releases, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.evaluation import model_digest, newest_first, shared_pin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.core.cases import Evidence


class MetricChange(NamedTuple):
    """A metric of two releases.

    Attributes:
        evaluation: Name of the evaluations.
        hardware: What it was measured on, where that counts; else empty.
        slice: Name of the slice; empty for the whole data.
        metric: Name of the metric.
        before: What was measured of the one release; None where it was not.
        after: What was measured of the other; likewise.
        comparable: Whether both were measured on the same data.
    """

    evaluation: str
    hardware: str
    slice: str
    metric: str
    before: float | None
    after: float | None
    comparable: bool


def metric_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], evidence: Iterable[Evidence]
) -> list[MetricChange]:
    """What the newest evaluations of two releases say, by name and hardware: all metrics, and slices that differ.

    Of the first release the newest evaluation on the data of the other's newest one counts, else its newest.

    Args:
        before: A release.
        after: Another.
        evidence: All evaluations of the service.
    """
    listed = newest_first(evidence)
    old, new = _grouped(listed, before), _grouped(listed, after)
    return [
        change for group in sorted({*old, *new}) for change in _compared(group, old.get(group, []), new.get(group, []))
    ]


def _grouped(listed: Iterable[Evidence], release: Mapping[str, Any]) -> dict[tuple[str, str], list[Evidence]]:
    """The evaluations of a release, by their name and the hardware where it counts, newest first."""
    found: dict[tuple[str, str], list[Evidence]] = {}
    digest, model = digests.digest(release), model_digest(release)
    for one in listed:
        subject = one.document["subject"]
        if subject.get("release") == digest:
            found.setdefault((one.document["metadata"]["name"], one.document.get("hardware", "")), []).append(one)
        elif model and subject.get("model") == model:
            found.setdefault((one.document["metadata"]["name"], ""), []).append(one)
    return found


def _compared(group: tuple[str, str], old: list[Evidence], new: list[Evidence]) -> Iterator[MetricChange]:
    now: Mapping[str, Any] = new[0].document if new else {}
    same = [one for one in old if now and shared_pin(one.document["data"], now["data"])]
    then: Mapping[str, Any] = (same or old)[0].document if old else {}
    if then is now:  # one model in both: nothing was measured anew
        return
    comparable = bool(same)
    metrics = dict.fromkeys((*now.get("metrics", {}), *then.get("metrics", {})))
    for metric in metrics:
        values = then.get("metrics", {}).get(metric), now.get("metrics", {}).get(metric)
        yield MetricChange(*group, "", metric, *values, comparable)
    slices, others = now.get("slices", {}), then.get("slices", {})
    for part in dict.fromkeys((*slices, *others)):
        for metric in dict.fromkeys((*slices.get(part, {}), *others.get(part, {}))):
            values = others.get(part, {}).get(metric), slices.get(part, {}).get(metric)
            if values[0] != values[1]:
                yield MetricChange(*group, part, metric, *values, comparable)
