"""Label selectors: whether they are well formed, and whether they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.metadata import labels

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_LISTED = ("In", "NotIn")
_BARE = ("Exists", "DoesNotExist")


def selector(report: Report, at: At, found: dict[str, Any] | None) -> None:
    """Judge a label selector, if there is one."""
    if not found:
        return
    if "matchLabels" in found:
        labels(report, (*at, "matchLabels"), found["matchLabels"])
    for index, expression in enumerate(found.get("matchExpressions", ())):
        _expression(report, (*at, "matchExpressions", index), expression)


def _expression(report: Report, at: At, expression: dict[str, Any]) -> None:
    operator, values = expression.get("operator", ""), expression.get("values", ())
    if operator in _LISTED:
        if not values:
            report.required((*at, "values"), f"`{operator}` needs values.")
    elif operator in _BARE:
        if values:
            report.forbidden((*at, "values"), f"`{operator}` takes none")
    else:
        report.choice((*at, "operator"), operator, (*_LISTED, *_BARE))
    report.form((*at, "key"), expression.get("key", ""), forms.QUALIFIED)
    for index, value in enumerate(values):
        report.form((*at, "values", index), value, forms.LABEL_VALUE)


def is_empty(found: dict[str, Any]) -> bool:
    """Whether a selector has no condition."""
    return not found.get("matchLabels") and not found.get("matchExpressions")


def matches(found: dict[str, Any], given: dict[str, str]) -> bool:
    """Whether labels meet every condition of a selector."""
    for key, value in found.get("matchLabels", {}).items():
        if given.get(key) != value:
            return False
    return all(_meets(expression, given) for expression in found.get("matchExpressions", ()))


def _meets(expression: dict[str, Any], given: dict[str, str]) -> bool:
    operator, value = expression.get("operator"), given.get(expression.get("key", ""))
    if operator == "In":
        return value in expression.get("values", ())
    if operator == "NotIn":
        return value is None or value not in expression.get("values", ())
    return (value is not None) == (operator == "Exists")
