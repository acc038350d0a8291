"""Namespaces, and the labels by which they choose how secure their pods must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import Report

# https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces
_SECURITY = "pod-security.kubernetes.io/"
_MODES = ("enforce", "audit", "warn")
_LEVELS = ("privileged", "baseline", "restricted")
_VERSION = re.compile(r"latest|v1\.(?:0|[1-9][0-9]*)")


def namespace(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Namespace."""
    for index, finalizer in enumerate(manifest.get("spec", {}).get("finalizers", ())):
        if finalizer != "kubernetes":
            form = forms.QUALIFIED if "/" in finalizer else forms.DOMAIN_PATH
            report.form(("spec", "finalizers", index), finalizer, form)
    labels = manifest.get("metadata", {}).get("labels", {})
    for mode in _MODES:
        level, version = labels.get(f"{_SECURITY}{mode}"), labels.get(f"{_SECURITY}{mode}-version")
        if level is not None:
            report.choice(("metadata", "labels", f"{_SECURITY}{mode}"), level, _LEVELS)
        if version is not None and not _VERSION.fullmatch(version):
            place = ("metadata", "labels", f"{_SECURITY}{mode}-version")
            report.add(place, "is no version of Kubernetes", "Write `latest`, or a version such as `v1.34`.")
