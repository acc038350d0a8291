"""Where pods may run: node selectors, affinity, tolerations, spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.metadata import labels
from mlgitops.core.kubernetes.semantics.selection import selector

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_WEIGHTS = (1, 100)
_LISTED, _BARE, _ORDERED = ("In", "NotIn"), ("Exists", "DoesNotExist"), ("Gt", "Lt")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_VALUES = (1, 33)  # since when the values of required node affinity are checked
_MERGED = (1, 34)  # since when `matchLabelKeys` are merged into the selector
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_POLICIES = ("Honor", "Ignore")


def placement(report: Report, at: At, spec: dict[str, Any]) -> None:
    """Judge what a pod spec says about nodes."""
    if "nodeSelector" in spec:
        labels(report, (*at, "nodeSelector"), spec["nodeSelector"])
    if "affinity" in spec:
        _affinity(report, (*at, "affinity"), spec["affinity"])
    for index, toleration in enumerate(spec.get("tolerations", ())):
        _toleration(report, (*at, "tolerations", index), toleration)
    if "topologySpreadConstraints" in spec:
        _spread(report, (*at, "topologySpreadConstraints"), spec["topologySpreadConstraints"])


def _affinity(report: Report, at: At, affinity: dict[str, Any]) -> None:
    nodes = affinity.get("nodeAffinity", {})
    if _REQUIRED in nodes:
        node_selector(report, (*at, "nodeAffinity", _REQUIRED), nodes[_REQUIRED])
    for index, term in enumerate(nodes.get(_PREFERRED, ())):
        place = (*at, "nodeAffinity", _PREFERRED, index)
        report.between((*place, "weight"), term.get("weight", 0), *_WEIGHTS)
        _node_term(report, (*place, "preference"), term.get("preference", {}), values=False)
    for kind in ("podAffinity", "podAntiAffinity"):
        pods = affinity.get(kind, {})
        for index, term in enumerate(pods.get(_REQUIRED, ())):
            _pod_term(report, (*at, kind, _REQUIRED, index), term)
        for index, term in enumerate(pods.get(_PREFERRED, ())):
            place = (*at, kind, _PREFERRED, index)
            report.between((*place, "weight"), term.get("weight", 0), *_WEIGHTS)
            _pod_term(report, (*place, "podAffinityTerm"), term.get("podAffinityTerm", {}))


def node_selector(report: Report, at: At, found: dict[str, Any]) -> None:
    """Judge a node selector: terms, of which one must be met."""
    terms = found.get("nodeSelectorTerms", ())
    if not terms:
        report.required((*at, "nodeSelectorTerms"), "Add a term.")
    for index, term in enumerate(terms):
        _node_term(report, (*at, "nodeSelectorTerms", index), term, values=True)


def _node_term(report: Report, at: At, term: dict[str, Any], *, values: bool) -> None:
    for index, expression in enumerate(term.get("matchExpressions", ())):
        _node_expression(report, (*at, "matchExpressions", index), expression, values=values)
    for index, expression in enumerate(term.get("matchFields", ())):
        place = (*at, "matchFields", index)
        given = expression.get("values", ())
        report.choice((*place, "operator"), expression.get("operator", ""), _LISTED)
        report.choice((*place, "key"), expression.get("key", ""), ("metadata.name",))
        if len(given) != 1:
            report.add((*place, "values"), "must be one value", "Name one node.")
        for number, value in enumerate(given):
            report.form((*place, "values", number), value, forms.SUBDOMAIN)


def _node_expression(report: Report, at: At, expression: dict[str, Any], *, values: bool) -> None:
    operator, given = expression.get("operator", ""), expression.get("values", ())
    if operator in _LISTED:
        if not given:
            report.required((*at, "values"), f"`{operator}` needs values.")
    elif operator in _BARE:
        if given:
            report.forbidden((*at, "values"), f"`{operator}` takes none")
    elif operator in _ORDERED:
        if len(given) != 1:
            report.add((*at, "values"), "must be one value", f"`{operator}` compares with one integer.")
    else:
        report.choice((*at, "operator"), operator, (*_LISTED, *_BARE, *_ORDERED))
    report.form((*at, "key"), expression.get("key", ""), forms.QUALIFIED)
    if values and report.version >= _VALUES:
        for index, value in enumerate(given):
            report.form((*at, "values", index), value, forms.LABEL_VALUE)


def _pod_term(report: Report, at: At, term: dict[str, Any]) -> None:
    key = term.get("topologyKey", "")
    report.form((*at, "topologyKey"), key, forms.QUALIFIED)
    selector(report, (*at, "labelSelector"), term.get("labelSelector"))
    selector(report, (*at, "namespaceSelector"), term.get("namespaceSelector"))
    for index, name in enumerate(term.get("namespaces", ())):
        report.form((*at, "namespaces", index), name, forms.LABEL)
    for kind in ("matchLabelKeys", "mismatchLabelKeys"):
        _label_keys(report, (*at, kind), term.get(kind, ()), term.get("labelSelector"))
    _chosen_twice(report, (*at, "matchLabelKeys"), term, merged=True)
    for index, name in enumerate(term.get("matchLabelKeys", ())):
        if name in term.get("mismatchLabelKeys", ()):
            report.double((*at, "matchLabelKeys", index), name)


def _label_keys(report: Report, at: At, keys: list[str], selecting: dict[str, Any] | None) -> None:
    if keys and selecting is None:
        report.forbidden(at, "there is no `labelSelector`")
        return
    for index, key in enumerate(keys):
        report.form((*at, index), key, forms.QUALIFIED)


def _chosen_twice(report: Report, at: At, holder: dict[str, Any], *, merged: bool) -> None:
    """No key of `matchLabelKeys` stands in the selector; where it is merged into that, once is no fault."""
    keys, selecting = holder.get("matchLabelKeys", ()), holder.get("labelSelector") or {}
    chosen = [*selecting.get("matchLabels", {})]
    chosen += [one.get("key") for one in selecting.get("matchExpressions", ())]
    for index, key in enumerate(keys):
        if chosen.count(key) > merged:
            report.double((*at, index), key)


def _toleration(report: Report, at: At, toleration: dict[str, Any]) -> None:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    if key:
        report.form((*at, "key"), key, forms.QUALIFIED)
    elif operator != "Exists":
        report.add((*at, "operator"), "must be `Exists` where no `key` is named", "Name a key, or write `Exists`.")
    effect = toleration.get("effect", "")
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        report.forbidden((*at, "tolerationSeconds"), "only the effect `NoExecute` takes time")
    if operator in ("", "Equal"):
        report.form((*at, "value"), toleration.get("value", ""), forms.LABEL_VALUE)
    elif operator == "Exists":
        if toleration.get("value"):
            report.forbidden((*at, "value"), "`Exists` takes none")
    else:
        report.choice((*at, "operator"), operator, ("Equal", "Exists"))
    if effect:
        report.choice((*at, "effect"), effect, _EFFECTS)


def _spread(report: Report, at: At, constraints: list[dict[str, Any]]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, constraint in enumerate(constraints):
        place = (*at, index)
        key, action = constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")
        report.least((*place, "maxSkew"), constraint.get("maxSkew", 0), 1)
        if not key:
            report.required((*place, "topologyKey"), "Name a label of nodes.")
        report.choice((*place, "whenUnsatisfiable"), action, _ACTIONS)
        if (key, action) in seen:
            report.double(place, key)
        seen.add((key, action))
        domains = constraint.get("minDomains")
        report.least((*place, "minDomains"), domains, 1)
        if domains is not None and action != "DoNotSchedule":
            report.forbidden((*place, "minDomains"), "it needs `whenUnsatisfiable: DoNotSchedule`")
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            report.choice((*place, policy), constraint.get(policy, "Honor"), _POLICIES)
        selecting = constraint.get("labelSelector")
        selector(report, (*place, "labelSelector"), selecting)
        _label_keys(report, (*place, "matchLabelKeys"), constraint.get("matchLabelKeys", ()), selecting)
        _chosen_twice(report, (*place, "matchLabelKeys"), constraint, merged=report.version >= _MERGED)
