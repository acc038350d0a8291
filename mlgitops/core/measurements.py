"""Measurements: results as people and tools write them: `auc=0.94`, or a file of JSON or YAML."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PAIR = re.compile("([A-Za-z_][A-Za-z0-9_.@/%-]*)=(.*)", re.DOTALL)
_INTEGER = re.compile("[+-]?[0-9]+")
_NUMBER = re.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")


class Measurements(NamedTuple):
    """Results by metric, and those on slices by slice and metric."""

    metrics: dict[str, float]
    slices: dict[str, dict[str, float]]


def gather(metrics: Iterable[str], slices: Iterable[str], read: Callable[[str], bytes]) -> Measurements:
    """All results that are given; what comes later replaces what came before.

    Args:
        metrics: Each `KEY=VALUE`, or the name of a file.
        slices: Each `SLICE:KEY=VALUE`.
        read: Gives the bytes of a file.

    Raises:
        InputError: A text is none of these, or a value no finite number.
    """
    found = Measurements({}, {})
    for text in metrics:
        pair = _PAIR.fullmatch(text)
        if pair:
            found.metrics[pair[1]] = _number(pair[2], text)
            continue
        given = from_file(read(text), text)
        found.metrics.update(given.metrics)
        for name, values in given.slices.items():
            found.slices.setdefault(name, {}).update(values)
    for text in slices:
        left, _, value = text.rpartition("=")
        name, colon, metric = left.rpartition(":")
        if not (name and colon and metric):
            raise InputError(f"`{text}` is no result on a slice", hint="Write --slice SLICE:METRIC=VALUE.")
        found.slices.setdefault(name, {})[metric] = _number(value, text)
    return found


def _number(text: str, whole: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise InputError(f"`{whole}`: `{text}` is no number", hint="Write METRIC=VALUE, for example auc=0.94.")
    return _finite(int(text) if _INTEGER.fullmatch(text) else float(text), whole)


def _finite(value: float, what: str) -> float:
    if not math.isfinite(value):
        raise InputError(f"`{what}` is not finite", hint="A result that is no number proves nothing: measure it again.")
    return value


def from_file(data: bytes, path: str) -> Measurements:
    """The results in a file of JSON or YAML.

    It says `{auc: 0.94}`, or `{metrics: {auc: 0.94}, slices: {under_25: {auc: 0.9}}}`, or it is a run as MLflow's REST
    API gives it, whose `metrics` are a list of `{key, value}`.

    Raises:
        InputError: It is none of these, or a value is no finite number.
    """
    document = _document(data, path)
    for key in ("run", "data"):  # of MLflow's `runs/get`
        if isinstance(document, dict) and isinstance(document.get(key), dict):
            document = document[key]
    if not isinstance(document, dict):
        raise _shapeless(path)
    nested = document.get("metrics")
    if isinstance(nested, list):
        return Measurements(_listed(nested, path), {})
    if not isinstance(nested, dict):
        return Measurements(_numbers(document, path), {})
    slices = document.get("slices", {})
    if not isinstance(slices, dict):
        raise _shapeless(path)
    return Measurements(_numbers(nested, path), {str(name): _numbers(part, path) for name, part in slices.items()})


def _document(data: bytes, path: str) -> Any:
    if not data.lstrip().startswith((b"{", b"[")):
        from mlgitops.core.yaml.read import load

        return load(data, path)
    try:
        return json.loads(data)  # takes NaN and Infinity, so that the message can name the metric
    except (ValueError, RecursionError) as error:
        raise InputError(f"it is no JSON: {error}", path=path, hint="Write JSON or YAML: auc: 0.94.") from None


def _listed(items: list[Any], path: str) -> dict[str, float]:
    """MLflow's list; the last value of a metric is the one that counts."""
    pairs = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("key"), str):
            raise _shapeless(path)
        pairs[item["key"]] = item.get("value")
    return _numbers(pairs, path)


def _numbers(values: Any, path: str) -> dict[str, float]:
    if not isinstance(values, dict) or not values:
        raise _shapeless(path)
    found = {}
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(
                f"`{key}` is no number",
                path=path,
                hint="Keep metrics only in this file, or put them under a key `metrics`.",
            )
        found[str(key)] = _finite(value, f"{path}: {key}")
    return found


def _shapeless(path: str) -> InputError:
    return InputError("no metrics are found in it", path=path, hint="Write a mapping, for example auc: 0.94.")
