"""Annotations of pods that an API server reads: old ways to say what fields say by now.

The reference is `ValidatePodSpecificAnnotations` of Kubernetes (v1.32).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_COST = "controller.kubernetes.io/pod-deletion-cost"
_MIRROR = "kubernetes.io/config.mirror"
_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP = ("seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/")
_LOCAL = "localhost/"
_ARMORED = ("", "runtime/default", "unconfined")
_FILTERED = ("runtime/default", "docker/default", "unconfined")


def pod_annotations(report: Report, at: At, metadata: dict[str, Any], spec: dict[str, Any]) -> None:
    """Judge the annotations of a pod, or of a template of pods, whose metadata stand at `at`."""
    for key, value in metadata.get("annotations", {}).items():
        place = (*at, "annotations", key)
        if key == _COST:
            _cost(report, place, value)
        elif key == _MIRROR:
            if not spec.get("nodeName"):
                report.forbidden(place, "the pod names no node")
        elif key.startswith(_ARMOR):
            _armor(report, place, value, spec)
        elif key == _SECCOMP[0] or key.startswith(_SECCOMP[1]):
            _seccomp(report, place, value)


def _cost(report: Report, at: At, cost: str) -> None:
    digits = cost.removeprefix("-")
    proper = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    if not proper or not -(2**31) <= int(cost) < 2**31 or cost == "-0":
        report.add(at, "is no integer of 32 bits", 'Write a number in quotes: "100".')


def _armor(report: Report, at: At, profile: str, spec: dict[str, Any]) -> None:
    name = str(at[-1]).removeprefix(_ARMOR)
    kinds = ("containers", "initContainers")
    if not any(one.get("name") == name for kind in kinds for one in spec.get(kind, ())):
        report.add(at, "names no container of the pod", "Name one, or set `securityContext.appArmorProfile`.")
    if profile not in _ARMORED and not profile.startswith(_LOCAL):
        report.add(at, "is no profile of AppArmor", "Write `runtime/default`, or `localhost/` and its name.")


def _seccomp(report: Report, at: At, profile: str) -> None:
    if profile.startswith(_LOCAL):
        report.form(at, profile.removeprefix(_LOCAL), forms.BELOW)
    elif profile not in _FILTERED:
        report.add(at, "is no profile of seccomp", "Write `runtime/default`, or `localhost/` and its file.")
