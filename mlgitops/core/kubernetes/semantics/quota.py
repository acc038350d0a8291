"""Bounds of namespaces: ResourceQuota and LimitRange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.resources import (
    HUGE_PAGES,
    STANDARD,
    amount,
    billionths,
    can_overcommit,
    container_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.core.kubernetes.semantics.report import At, Report

_QUOTA = STANDARD - {"storage"}
_PODS = frozenset({"pods"})
_COMPUTED = _PODS | {"cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
_VOLUMES = frozenset({"persistentvolumeclaims", "requests.storage"})
_SCOPES = {
    "Terminating": _COMPUTED,
    "NotTerminating": _COMPUTED,
    "NotBestEffort": _COMPUTED,
    "PriorityClass": _COMPUTED,
    "CrossNamespacePodAffinity": _COMPUTED,
    "BestEffort": _PODS,
    "VolumeAttributesClass": _VOLUMES,
}
_APART = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_VALUED = ("PriorityClass", "VolumeAttributesClass")
_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_BOUNDS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_ORDER = (
    *(("min", "max"), ("min", "defaultRequest"), ("defaultRequest", "max")),
    *(("defaultRequest", "default"), ("min", "default"), ("default", "max")),
)


def resource_quota(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a ResourceQuota."""
    spec = manifest.get("spec", {})
    hard = spec.get("hard", {})
    for name, value in hard.items():
        place = ("spec", "hard", name)
        report.form(place, name, forms.QUALIFIED)
        if "/" not in name and name not in _QUOTA and not _is_pages(name):
            report.add(place, "is no resource of a quota", "Name one with its domain: `requests.nvidia.com/gpu`.")
        amount(report, place, value, name)
    _scopes(report, ("spec", "scopes"), spec.get("scopes", ()), hard)
    expressions = spec.get("scopeSelector", {}).get("matchExpressions", ())
    for index, one in enumerate(expressions):
        _scoped(report, ("spec", "scopeSelector", "matchExpressions", index), one)
    _scopes(report, ("spec", "scopeSelector"), [one.get("scopeName", "") for one in expressions], hard)


def _is_pages(name: str) -> bool:
    return name.removeprefix("requests.").startswith(HUGE_PAGES)


def _scopes(report: Report, at: At, scopes: Iterable[str], hard: dict[str, Any]) -> None:
    for scope in scopes:
        report.choice(at, scope, _SCOPES)
        for name in hard:
            if (name in _QUOTA or _is_pages(name)) and name not in _SCOPES.get(scope, _QUOTA):
                report.add(at, f"cannot bound `{name}` in the scope `{scope}`", "Remove one of the two.")
    for pair in _APART:
        if {*pair} <= {*scopes}:
            report.add(at, f"hold both {' and '.join(pair)}", "Remove one of the two.")


def _scoped(report: Report, at: At, one: dict[str, Any]) -> None:
    operator, values = one.get("operator", ""), one.get("values", ())
    report.choice((*at, "operator"), operator, ("In", "NotIn", "Exists", "DoesNotExist"))
    if operator in ("In", "NotIn") and not values:
        report.required((*at, "values"))
    if operator in ("Exists", "DoesNotExist") and values:
        report.forbidden((*at, "values"), f"`{operator}` takes none")
    if one.get("scopeName") not in _VALUED and operator != "Exists":
        report.add((*at, "operator"), f"is `{operator}` for a scope without values", "Write `Exists`.")


def limit_range(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a LimitRange."""
    seen: set[str] = set()
    for index, limit in enumerate(manifest.get("spec", {}).get("limits", ())):
        at, kind = ("spec", "limits", index), limit.get("type", "")
        report.form((*at, "type"), kind, forms.QUALIFIED)
        if "/" not in kind:
            report.choice((*at, "type"), kind, _TYPES)
        if kind in seen:
            report.double((*at, "type"), kind)
        seen.add(kind)
        _limit(report, at, kind, limit)


def _limit(report: Report, at: At, kind: str, limit: dict[str, Any]) -> None:
    for bound in _BOUNDS:
        if bound.startswith("default") and kind == "Pod" and limit.get(bound):
            report.forbidden((*at, bound), "a Pod has none")
            continue
        for name, value in limit.get(bound, {}).items():
            place = (*at, bound, name)
            if kind in ("Pod", "Container"):
                container_name(report, place, name)
            else:
                report.form(place, name, forms.QUALIFIED)
                if "/" not in name and name not in STANDARD:
                    report.add(place, "is no resource", "Name `storage`.")
            if billionths(value) is None:
                amount(report, place, value)
            elif bound == "maxLimitRequestRatio":
                _ratio(report, place, limit)
    if kind == "PersistentVolumeClaim" and not any("storage" in limit.get(bound, {}) for bound in ("min", "max")):
        report.add(at, "bounds no storage", "Add `min` or `max` of `storage`.")
    _ordered(report, at, limit)


def _ordered(report: Report, at: At, limit: dict[str, Any]) -> None:
    for lower, upper in _ORDER:
        for name, value in limit.get(lower, {}).items():
            least, most = billionths(value), billionths(limit.get(upper, {}).get(name, "none"))
            if least is not None and most is not None and least > most:
                report.add((*at, lower, name), f"is more than `{upper}`", "Lower it.")
            if (
                (lower, upper) == ("defaultRequest", "default")
                and not can_overcommit(name)
                and most not in (None, least)
            ):
                report.add((*at, lower, name), "differs from `default`", "Write the same amount in both.")


def _ratio(report: Report, at: At, limit: dict[str, Any]) -> None:
    name = at[-1]
    ratio, least, most = (
        billionths(limit.get(bound, {}).get(name, "none")) for bound in ("maxLimitRequestRatio", "min", "max")
    )
    if ratio is not None and ratio < 10**9:
        report.add(at, "is less than 1", "Write at least 1.")
    if ratio is not None and least and most is not None and ratio * least > most * 10**9:
        report.add(at, "is more than `max` divided by `min`", "Lower it.")
