"""Roles and their bindings, and classes of priority and of runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.placement import placement
from mlgitops.core.kubernetes.semantics.resources import amount, container_name
from mlgitops.core.kubernetes.semantics.selection import selector

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_GROUP = "rbac.authorization.k8s.io"
_HIGHEST = 1_000_000_000
_SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def role(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Role or a ClusterRole."""
    namespaced = manifest.get("kind") == "Role"
    for index, rule in enumerate(manifest.get("rules", ())):
        _rule(report, ("rules", index), rule, namespaced=namespaced)
    aggregated = manifest.get("aggregationRule")
    if aggregated is None:
        return
    chosen = aggregated.get("clusterRoleSelectors", ())
    if not chosen:
        report.required(("aggregationRule", "clusterRoleSelectors"))
    for index, one in enumerate(chosen):
        selector(report, ("aggregationRule", "clusterRoleSelectors", index), one)


def _rule(report: Report, at: At, rule: dict[str, Any], *, namespaced: bool) -> None:
    if not rule.get("verbs"):
        report.required((*at, "verbs"), "Say what is allowed.")
    if rule.get("nonResourceURLs"):
        if namespaced:
            report.forbidden((*at, "nonResourceURLs"), "a Role is about a namespace")
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            report.forbidden((*at, "nonResourceURLs"), "the rule is about resources")
        return
    for name in ("apiGroups", "resources"):
        if not rule.get(name):
            report.required((*at, name))


def binding(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a RoleBinding or a ClusterRoleBinding."""
    namespaced = manifest.get("kind") == "RoleBinding"
    target, at = manifest.get("roleRef", {}), ("roleRef",)
    report.choice((*at, "apiGroup"), target.get("apiGroup") or _GROUP, (_GROUP,))
    report.choice((*at, "kind"), target.get("kind", ""), ("Role", "ClusterRole") if namespaced else ("ClusterRole",))
    if not target.get("name"):
        report.required((*at, "name"))
    report.form((*at, "name"), target.get("name", ""), forms.SEGMENT)
    for index, subject in enumerate(manifest.get("subjects", ())):
        _subject(report, ("subjects", index), subject, namespaced=namespaced)


def _subject(report: Report, at: At, subject: dict[str, Any], *, namespaced: bool) -> None:
    kind, name, group = subject.get("kind", ""), subject.get("name", ""), subject.get("apiGroup")
    if not name:
        report.required((*at, "name"))
    report.choice((*at, "kind"), kind, ("ServiceAccount", "User", "Group"))
    if kind == "ServiceAccount":
        if name:
            report.form((*at, "name"), name, forms.SUBDOMAIN)
        if group:
            report.forbidden((*at, "apiGroup"), "service accounts have none")
        if not namespaced and not subject.get("namespace"):
            report.required((*at, "namespace"))
    elif kind in ("User", "Group"):
        report.choice((*at, "apiGroup"), group or _GROUP, (_GROUP,))


def priority_class(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a PriorityClass."""
    name, value = manifest.get("metadata", {}).get("name", ""), manifest.get("value", 0)
    if name.startswith("system-"):
        if _SYSTEM.get(name) != value or manifest.get("globalDefault"):
            report.add(("metadata", "name"), "begins with `system-`, which is reserved", "Choose another name.")
    elif value > _HIGHEST:
        report.add(("value",), f"is {value:,}", f"Write at most {_HIGHEST:,}.")
    if "preemptionPolicy" in manifest:
        report.choice(("preemptionPolicy",), manifest["preemptionPolicy"], ("PreemptLowerPriority", "Never"))


def runtime_class(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a RuntimeClass."""
    report.form(("handler",), manifest.get("handler", ""), forms.LABEL)
    for name, value in manifest.get("overhead", {}).get("podFixed", {}).items():
        container_name(report, ("overhead", "podFixed", name), name)
        amount(report, ("overhead", "podFixed", name), value, name)
    scheduling = manifest.get("scheduling", {})
    placement(report, ("scheduling",), scheduling)
    tolerations = scheduling.get("tolerations", [])
    for index, toleration in enumerate(tolerations):
        if toleration in tolerations[:index]:
            report.double(("scheduling", "tolerations", index), toleration)
