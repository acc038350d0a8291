"""Acceptance: what evaluations must show before a release may enter an environment.

An environment's `defaults.acceptance` yields to what a state says; its top-level `acceptance` is a floor, which
only tightens: of two demands the stricter holds, whichever side makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.layers import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}


def minutes(duration: str) -> int:
    """A length of time such as `90d`, in minutes."""
    return int(duration[:-1]) * _MINUTES[duration[-1]]


def effective(environment: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """What `environment` demands of releases of `state`: its defaults, the state's own and its floors.

    Args:
        environment: A valid Environment.
        state: A valid state.
    """
    defaults = environment.get("defaults", {}).get("acceptance", {})
    demanded = merge(defaults, state.get("acceptance", {}))
    return strictest(demanded, environment.get("acceptance", {}))


def strictest(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that either of two acceptances demands; where both do, the stricter demand.

    The larger `min`, the smaller `max` and `maxDrop`, the shorter `within`. It is commutative, associative and
    idempotent, so the order in which floors are combined does not matter.
    """
    return _joined(one, other, _evaluation)


def _evaluation(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both: dict[str, Any] = {**one, **other}
    if "within" in one and "within" in other:
        both["within"] = min(one["within"], other["within"], key=lambda length: (minutes(length), length))
    if "metrics" in one and "metrics" in other:
        both["metrics"] = _joined(one["metrics"], other["metrics"], _bound)
    if "slices" in one and "slices" in other:
        both["slices"] = _joined(one["slices"], other["slices"], _metrics)
    return both


def _metrics(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return _joined(one, other, _bound)


def _bound(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both: dict[str, Any] = {**one, **other}
    for key, choose in (("min", max), ("max", min), ("maxDrop", min)):
        if key in one and key in other:
            # 1 and 1.0 are equal: their type decides, so that the order of the two does not
            both[key] = choose(one[key], other[key], key=lambda value: (value, type(value) is float))
    return both


def _joined(
    one: Mapping[str, Any], other: Mapping[str, Any], join: Callable[[Any, Any], dict[str, Any]]
) -> dict[str, Any]:
    joined = {**one, **other}
    for key in one:
        if key in other:
            joined[key] = join(one[key], other[key])
    return joined
