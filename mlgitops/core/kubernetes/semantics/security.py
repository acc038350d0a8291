"""Security contexts of pods and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_IDS = (0, 2**31 - 1)
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SUPPLEMENTAL = ("Merge", "Strict")
_GATED = (1, 33)  # since when a server reads the three newest fields; an older one drops them unseen


def pod_security(report: Report, at: At, context: dict[str, Any], spec: dict[str, Any]) -> None:
    """Judge the security context of a pod."""
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        report.between((*at, name), context.get(name), *_IDS)
    for index, group in enumerate(context.get("supplementalGroups", ())):
        report.between((*at, "supplementalGroups", index), group, *_IDS)
    report.choice((*at, "fsGroupChangePolicy"), context.get("fsGroupChangePolicy", "Always"), _CHANGES)
    if report.version >= _GATED:
        supplemental = context.get("supplementalGroupsPolicy", "Merge")
        report.choice((*at, "supplementalGroupsPolicy"), supplemental, _SUPPLEMENTAL)
        report.choice((*at, "seLinuxChangePolicy"), context.get("seLinuxChangePolicy", "Recursive"), _RELABELS)
    _profiles(report, at, context)
    _windows(report, at, context, spec)
    _sysctls(report, (*at, "sysctls"), context.get("sysctls", ()), spec)


_CHANGES = ("OnRootMismatch", "Always")
_RELABELS = ("Recursive",)  # a feature gate that is off by default (`SELinuxMount`) allows more


def container_security(report: Report, at: At, context: dict[str, Any], spec: dict[str, Any]) -> None:
    """Judge the security context of a container of a pod with `spec`."""
    for name in ("runAsUser", "runAsGroup"):
        report.between((*at, name), context.get(name), *_IDS)
    privileged = context.get("privileged")
    if privileged and not report.privileged:
        report.forbidden((*at, "privileged"), "the cluster's policy disallows it")
    if context.get("allowPrivilegeEscalation") is False:
        if privileged:
            report.add(at, "is privileged and forbids escalation", "Remove one of the two.")
        if "CAP_SYS_ADMIN" in context.get("capabilities", {}).get("add", ()):
            report.add(at, "adds CAP_SYS_ADMIN and forbids escalation", "Remove one of the two.")
    mount = context.get("procMount")
    if mount is not None and report.version >= _GATED:
        report.choice((*at, "procMount"), mount, ("Default", "Unmasked"))
        if mount == "Unmasked" and spec.get("hostUsers", True):
            report.forbidden((*at, "procMount"), "`Unmasked` needs `hostUsers: false`")
    _profiles(report, at, context)
    _windows(report, at, context, spec)


def _profiles(report: Report, at: At, context: dict[str, Any]) -> None:
    for kind in ("seccompProfile", "appArmorProfile"):
        profile = context.get(kind)
        if profile is None:
            continue
        place, name = (*at, kind), profile.get("localhostProfile")
        report.choice((*place, "type"), profile.get("type", ""), _PROFILES)
        if profile.get("type") != "Localhost":
            if name is not None:
                report.forbidden((*place, "localhostProfile"), "the type is not `Localhost`")
        elif name is None or (kind == "appArmorProfile" and not name.strip()):
            report.required((*place, "localhostProfile"))
        elif kind == "seccompProfile":
            report.form((*place, "localhostProfile"), name, forms.BELOW)
        elif name != name.strip():
            report.add((*place, "localhostProfile"), "begins or ends with a space", "Remove the space.")


def _windows(report: Report, at: At, context: dict[str, Any], spec: dict[str, Any]) -> None:
    """What is said to Windows alone: its users have names that are not judged further."""
    options, place = context.get("windowsOptions"), (*at, "windowsOptions")
    if options is None:
        return
    if spec.get("os", {}).get("name") == "linux":
        report.forbidden(place, "the pod runs on Linux")
    for name in ("gmsaCredentialSpec", "runAsUserName"):
        if options.get(name) == "":
            report.add((*place, name), "is empty", "Write it, or remove it.")
    if "gmsaCredentialSpecName" in options:
        report.form((*place, "gmsaCredentialSpecName"), options["gmsaCredentialSpecName"], forms.SUBDOMAIN)
    if options.get("hostProcess") and not (report.privileged and spec.get("hostNetwork")):
        report.forbidden((*place, "hostProcess"), "it needs `hostNetwork: true`, and a cluster that allows it")


def _sysctls(report: Report, at: At, found: list[dict[str, Any]], spec: dict[str, Any]) -> None:
    seen: set[str] = set()
    for index, one in enumerate(found):
        name = one.get("name", "")
        report.form((*at, index, "name"), name, forms.SYSCTL)
        if name in seen:
            report.double((*at, index, "name"), name)
        seen.add(name)
        space = name.replace("/", ".")
        if spec.get("hostNetwork") and space.startswith("net."):
            report.forbidden((*at, index, "name"), "the pod uses the host's network")
        if spec.get("hostIPC") and space.startswith(("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
            report.forbidden((*at, index, "name"), "the pod uses the host's IPC")
