"""Autoscalers of pods, of both versions that are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.resources import billionths, container_name

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_HOUR, _HALF_HOUR = 3600, 1800  # seconds
_TOLERANT = (1, 35)  # since when tolerances are read; an older server drops them unseen
_GROUPED = (1, 34)  # since when the group of what is scaled is checked
_SOURCES = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "External": "external",
    "ContainerResource": "containerResource",
}
_TARGETS = ("Utilization", "Value", "AverageValue")
_SELECTS = ("Max", "Min", "Disabled")
_AMOUNTS = {
    "object": ("value", "averageValue"),
    "pods": ("averageValue",),
    "resource": ("averageUtilization", "averageValue"),
    "external": ("value", "averageValue"),
    "containerResource": ("averageUtilization", "averageValue"),
}
_ONE_AMOUNT = ("resource", "external", "containerResource")


def autoscaler(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a HorizontalPodAutoscaler."""
    spec = manifest.get("spec", {})
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    report.least(("spec", "minReplicas"), least, 1)
    report.least(("spec", "maxReplicas"), most, 1)
    if least is not None and 1 <= most < least:
        report.add(("spec", "maxReplicas"), f"is {most}, less than `minReplicas` {least}", "Raise it.")
    target = spec.get("scaleTargetRef", {})
    _reference(report, ("spec", "scaleTargetRef"), target)
    if report.version >= _GROUPED:
        _grouped(report, ("spec", "scaleTargetRef", "apiVersion"), target)
    report.least(("spec", "targetCPUUtilizationPercentage"), spec.get("targetCPUUtilizationPercentage"), 1)
    for index, metric in enumerate(spec.get("metrics", ())):
        _metric(report, ("spec", "metrics", index), metric)
    for direction, rules in spec.get("behavior", {}).items():
        _rules(report, ("spec", "behavior", direction), rules)


def _reference(report: Report, at: At, reference: dict[str, Any]) -> None:
    for name in ("kind", "name"):
        if not reference.get(name):
            report.required((*at, name))
        else:
            report.form((*at, name), reference[name], forms.SEGMENT)


def _grouped(report: Report, at: At, target: dict[str, Any]) -> None:
    group, slash, version = target.get("apiVersion", "").partition("/")
    if "/" in version or (not (slash and group) and target.get("kind") != "ReplicationController"):
        report.add(at, "names no API group", "Write it like `apps/v1`.")


def _metric(report: Report, at: At, metric: dict[str, Any]) -> None:
    kind = metric.get("type", "")
    report.choice((*at, "type"), kind, _SOURCES)
    given = [name for name in _SOURCES.values() if name in metric]
    wanted = _SOURCES.get(kind)
    if wanted and wanted not in given:
        report.required((*at, wanted), f"Add it: the type is `{kind}`.")
    for name in given:
        if name != wanted and wanted:
            report.forbidden((*at, name), f"the type is `{kind}`")
    for name in given[:1]:
        _source(report, (*at, name), name, metric[name])


def _source(report: Report, at: At, kind: str, source: dict[str, Any]) -> None:
    if kind == "object":
        _reference(report, (*at, "describedObject"), source.get("describedObject", {}))
    if kind in ("resource", "containerResource"):
        if not source.get("name"):
            report.required((*at, "name"), "Name a resource.")
        elif kind == "containerResource":
            container_name(report, (*at, "name"), source["name"])
        if kind == "containerResource":
            report.form((*at, "container"), source.get("container", ""), forms.LABEL)
    else:
        name = source.get("metric", {}).get("name", "")
        if not name:
            report.required((*at, "metric", "name"), "Name a metric.")
        report.form((*at, "metric", "name"), name, forms.SEGMENT)
    _target(report, (*at, "target"), kind, source.get("target", {}))


def _target(report: Report, at: At, kind: str, target: dict[str, Any]) -> None:
    report.choice((*at, "type"), target.get("type", ""), _TARGETS)
    for name in ("value", "averageValue"):
        if name in target:
            nano = billionths(target[name])
            if nano is None or nano <= 0:
                report.add((*at, name), "is no amount above 0", "Write a quantity.")
    report.least((*at, "averageUtilization"), target.get("averageUtilization"), 1)
    amounts = _AMOUNTS[kind]
    given = [name for name in amounts if name in target]
    if not given:
        report.add(at, "sets no amount", f"Add {' or '.join(amounts)}.")
    if len(given) > 1 and kind in _ONE_AMOUNT:
        report.add(at, f"sets both {' and '.join(given)}", "Keep one of the two.")


def _rules(report: Report, at: At, rules: dict[str, Any]) -> None:
    report.between((*at, "stabilizationWindowSeconds"), rules.get("stabilizationWindowSeconds"), 0, _HOUR)
    if "selectPolicy" in rules:
        report.choice((*at, "selectPolicy"), rules["selectPolicy"], _SELECTS)
    if rules.get("policies") == []:
        report.add((*at, "policies"), "are none", "Add one, or leave them out.")
    for index, policy in enumerate(rules.get("policies", ())):
        place = (*at, "policies", index)
        report.choice((*place, "type"), policy.get("type", ""), ("Pods", "Percent"))
        report.least((*place, "value"), policy.get("value", 0), 1)
        report.between((*place, "periodSeconds"), policy.get("periodSeconds", 0), 1, _HALF_HOUR)
    if "tolerance" in rules:
        nano = billionths(rules["tolerance"])
        if nano is None or (nano < 0 and report.version >= _TOLERANT):
            report.add((*at, "tolerance"), "is no amount", "Write a fraction in quotes.")
