"""Bounds: what one key of an acceptance asks of an evaluation, and whether the evaluation shows it."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlgitops.core.acceptance import minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Metrics = Mapping[str, Any]

ALL_SLICES = "*"
_SKEW = dt.timedelta(days=2)
"""What an evaluation may lie ahead of the start of today: all of today, and a day for clocks that are set wrongly."""


class Check(NamedTuple):
    """One bound, and what was measured.

    Attributes:
        metric: Name of the metric; empty where the evaluation's date is judged.
        slice: Name of the slice; empty for the whole data.
        kind: `min`, `max`, `maxDrop` (against the champion), `within` (age), or `date`: one that cannot be.
        limit: The bound: a number, for `within` a length of time such as `90d`, for `date` today's.
        value: What was measured, or None where it was not; for `within` the age in days, for `date` the date.
        champion: What the champion's evaluation says, where it is compared with.
        passed: Whether it is as demanded.
        pointer: Where the bound stands in the demand.
    """

    metric: str
    slice: str
    kind: Literal["min", "max", "maxDrop", "within", "date"]
    limit: float | str
    value: float | str | None
    champion: float | None
    passed: bool
    pointer: tuple[str, ...]


def judge(
    evaluation: Mapping[str, Any], demand: Mapping[str, Any], today: str, champion: Mapping[str, Any] | None = None
) -> list[Check]:
    """What an evaluation shows of a demand, one check a bound; all must pass.

    A metric or slice that is demanded and was not measured fails, and so does a demand on all slices (`*`) of an
    evaluation that has none: to leave something out must not be easier than to pass it. What is not finite fails.

    Args:
        evaluation: A valid Evaluation.
        demand: A value of an acceptance.
        today: The date, `YYYY-MM-DD`.
        champion: The champion's evaluation on the same data, if it is to be compared with: then no bounded metric may
            be worse than its by more than `maxDrop`, or at all where there is no `maxDrop`.
    """
    checks = list(_dated(evaluation["at"], demand.get("within"), today))
    best = champion or {}
    checks += _bounded(evaluation["metrics"], best.get("metrics", {}), demand.get("metrics", {}), "", ("metrics",))
    slices = evaluation.get("slices", {})
    for name, bounds in demand.get("slices", {}).items():
        for chosen in (sorted(slices) or [ALL_SLICES]) if name == ALL_SLICES else [name]:
            best_slice = best.get("slices", {}).get(chosen, {})
            checks += _bounded(slices.get(chosen, {}), best_slice, bounds, chosen, ("slices", name))
    return checks


def _dated(at: str, within: str | None, today: str) -> Iterator[Check]:
    """Age is counted to the start of today: the verdict holds all day, and is never stricter than the clock."""
    start = dt.datetime.fromisoformat(f"{today}T00:00:00+00:00")
    try:
        measured = dt.datetime.fromisoformat(at)
    except ValueError:  # 31 February, say: the schema sees digits only
        yield Check("", "", "date", today, at, None, False, ())
        return
    age = start - measured
    if age < -_SKEW:
        yield Check("", "", "date", today, at, None, False, ())
    elif within is not None:
        passed = age <= dt.timedelta(minutes=minutes(within))
        yield Check("", "", "within", within, (start.date() - measured.date()).days, None, passed, ("within",))


def _bounded(
    metrics: Metrics, champion: Metrics, bounds: Mapping[str, Any], part: str, pointer: tuple[str, ...]
) -> Iterator[Check]:
    for metric, bound in sorted(bounds.items()):
        value = metrics.get(metric)
        number: float = value if value is not None and math.isfinite(value) else math.nan  # which is in no bound
        place = (*pointer, metric)
        if "min" in bound:
            yield Check(metric, part, "min", bound["min"], value, None, number >= bound["min"], (*place, "min"))
        if "max" in bound:
            yield Check(metric, part, "max", bound["max"], value, None, number <= bound["max"], (*place, "max"))
        if metric in champion:
            best, tolerance = champion[metric], bound.get("maxDrop", 0)
            passed = _keeps_up(number, best, tolerance, higher_is_better="min" in bound)
            yield Check(metric, part, "maxDrop", tolerance, value, best, passed, (*place, "maxDrop"))


def _keeps_up(value: float, champion: float, tolerance: float, *, higher_is_better: bool) -> bool:
    """Whether `value` is not much worse; in decimal digits, where 0.941 - 0.936 is 0.005 and not a little more."""
    if not (math.isfinite(value) and math.isfinite(champion)):
        return False
    from decimal import Decimal

    difference = Decimal(repr(champion)) - Decimal(repr(value))
    return (difference if higher_is_better else -difference) <= Decimal(repr(tolerance))


def said(check: Check) -> str:
    """What a check shows, for people: what was measured beside what is demanded."""
    if check.kind == "date":
        return f"it is dated {check.value}, which is no time before today, {check.limit}"
    if check.kind == "within":
        days = "1 day" if check.value == 1 else f"{check.value} days"
        return f"it is {days} old, and at most {check.limit} are accepted"
    where = f" on the slice `{check.slice}`" if check.slice else ""
    if check.slice == ALL_SLICES:
        return f"`{check.metric}` is demanded of every slice, and it has none"
    if check.value is None:
        return f"`{check.metric}` was not measured{where}, and {_WORDS[check.kind]} {check.limit} is demanded"
    if check.kind == "maxDrop":
        return f"`{check.metric}` is {check.value}{where}, the champion's {check.champion}; tolerance {check.limit}"
    return f"`{check.metric}` is {check.value}{where}, and {_WORDS[check.kind]} {check.limit} is demanded"


_WORDS = {"min": "at least", "max": "at most", "maxDrop": "a drop of at most"}


def written(
    check: Check, key: str, layers: Iterable[Mapping[str, Any]], elsewhere: tuple[tuple[str, ...], str]
) -> tuple[tuple[str, ...], str]:
    """Where a bound of the effective acceptance stands.

    Args:
        check: What the bound gave.
        key: The key of the acceptance.
        layers: The documents that a finding can point into: the state and its environment's defaults.
        elsewhere: Where else to point, and what to call the document of floors, which tighten the bounds of layers.

    Returns:
        The pointer and, where the bound is a floor, words that say whose it is.
    """
    otherwise, floors = elsewhere
    if not check.pointer:
        return otherwise, ""
    pointer = ("acceptance", key, *check.pointer)
    for node in layers:
        found: Any = node
        for part in pointer:
            found = found.get(part) if isinstance(found, dict) else None
        if found == check.limit:
            return pointer, ""
    return otherwise, f" by {floors}"
