"""Amounts of resources: names of resources, quantities, requests and limits."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core import quantities
from mlgitops.core import schema_words as words
from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.names import is_qualified_name

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

HUGE_PAGES = "hugepages-"
_CONTAINER = frozenset({"cpu", "memory", "ephemeral-storage"})
_COUNTED = frozenset(
    {"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims"}
    | {"services.nodeports", "services.loadbalancers"}
)
_SHARES = frozenset(f"{way}.{name}" for way in ("requests", "limits") for name in _CONTAINER)
STANDARD = _CONTAINER | _COUNTED | _SHARES | {"storage", "requests.storage"}
"""Resources without a domain that Kubernetes knows, besides huge pages."""

_WHOLE = 10**9  # billionths of one


def amount(report: Report, at: At, value: Any, name: str = "") -> int | None:
    """Judge the amount of a resource; in billionths, None where it is no quantity."""
    nano = billionths(value)
    if nano is None:
        report.add(at, f"is no quantity: {words.shortened(value)}", "Write a number with a unit, such as 500m or 16Gi.")
    elif nano < 0:
        report.add(at, f"is {words.shortened(value)}, which is negative", "Write an amount of at least 0.")
    elif nano % _WHOLE and (name in _COUNTED or is_extended(name)):
        report.add(at, f"is {words.shortened(value)}, but `{name}` is counted", "Write a whole number.")
    return nano


@lru_cache(maxsize=8192)
def _billionths(text: str) -> int | None:
    try:
        return quantities.parse(text).nano
    except quantities.QuantityError:
        return None


def billionths(value: Any) -> int | None:
    """An amount as written, a text or a number, in billionths; None where it is no quantity."""
    return _billionths(value.strip() if isinstance(value, str) else repr(value))


def printed(value: Any) -> str:
    """An amount as an API server prints it; the empty text where it is no quantity."""
    try:
        return quantities.parse(value.strip() if isinstance(value, str) else repr(value)).printed
    except quantities.QuantityError:
        return ""


@lru_cache(maxsize=1024)
def is_native(name: str) -> bool:
    """Whether a resource is one of Kubernetes' own: without a domain, or in the domain `kubernetes.io`."""
    return "/" not in name or "kubernetes.io/" in name


@lru_cache(maxsize=1024)
def is_extended(name: str) -> bool:
    """Whether a resource is one that a device plugin offers, such as `nvidia.com/gpu`."""
    return not is_native(name) and not name.startswith("requests.") and is_qualified_name(f"requests.{name}")


def can_overcommit(name: str) -> bool:
    """Whether more of a resource may be allowed than is requested."""
    return is_native(name) and not name.startswith(HUGE_PAGES)


@lru_cache(maxsize=1024)
def _wrong_name(name: str) -> str | None:
    """How to name a resource of a container, where `name` is none."""
    if not is_qualified_name(name):
        return forms.QUALIFIED.says
    if "/" not in name and name not in _CONTAINER and not name.startswith(HUGE_PAGES):
        return "Name `cpu`, `memory`, `ephemeral-storage`, huge pages, or a device with its domain: `nvidia.com/gpu`."
    if not is_native(name) and not is_extended(name):
        return "Shorten the name of the device."
    return None


def container_name(report: Report, at: At, name: str) -> None:
    """Judge the name of a resource that a container can have."""
    mend = _wrong_name(name)
    if mend:
        report.add(at, "is no resource of a container", mend)


def requirements(report: Report, at: At, found: dict[str, Any], claims: frozenset[str] | None) -> None:
    """Judge the resources that a container requests and is limited to, of the pod's `claims` where there are such."""
    limits: dict[str, int | None] = {}
    for name, value in found.get("limits", {}).items():
        place = (*at, "limits", name)
        container_name(report, place, name)
        limits[name] = amount(report, place, value, name)
        _huge_pages(report, place, name, limits[name])
    requested = found.get("requests", {})
    for name, value in requested.items():
        place = (*at, "requests", name)
        container_name(report, place, name)
        nano = amount(report, place, value, name)
        _huge_pages(report, place, name, nano)
        _against_limit(report, place, nano, limits, found)
    named = {*limits, *requested}
    if not named & {"cpu", "memory"} and any(name.startswith(HUGE_PAGES) for name in named):
        report.add(at, "ask for huge pages alone", "Add `cpu` or `memory` to them.")
    if "claims" in found and claims is not None:
        _claims(report, (*at, "claims"), found["claims"], claims)


def _against_limit(
    report: Report, at: At, nano: int | None, limits: dict[str, int | None], found: dict[str, Any]
) -> None:
    name = str(at[-1])
    if name not in limits:
        if not can_overcommit(name):
            report.add(at, "has no limit, and cannot be overcommitted", f"Add the same amount of `{name}` to `limits`.")
        return
    limit = limits[name]
    if nano is None or limit is None:
        return
    shown = words.shortened(found["limits"][name])
    if nano != limit and not can_overcommit(name):
        report.add(at, f"differs from its limit of {shown}", "Write the same amount in both.")
    elif nano > limit:
        report.add(at, f"is more than its limit of {shown}", "Raise the limit, or lower the request.")


def _huge_pages(report: Report, at: At, name: str, nano: int | None) -> None:
    if not name.startswith(HUGE_PAGES) or nano is None:
        return
    page = billionths(name.removeprefix(HUGE_PAGES))
    if page is None or page <= 0 or nano % page:
        report.add(at, "is no multiple of the size of a page", "Write a multiple of it.")


def _claims(report: Report, at: At, found: list[dict[str, Any]], known: frozenset[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, claim in enumerate(found):
        name, request = claim.get("name", ""), claim.get("request", "")
        if not name:
            report.required((*at, index, "name"))
            continue
        if any((one == name and "" in (other, request)) or (one, other) == (name, request) for one, other in seen):
            report.double((*at, index), name)
        seen.add((name, request))
        if request:
            report.form((*at, index, "request"), request, forms.LABEL)
        if name not in known:
            report.add((*at, index, "name"), f"names no claim of the pod: {words.quoted(name)}", "Declare it there.")
