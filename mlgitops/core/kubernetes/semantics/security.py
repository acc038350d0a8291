"""Security contexts of pods and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_IDS = (0, 2**31 - 1)
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SUPPLEMENTAL = ("Merge", "Strict")


def pod_security(report: Report, at: At, context: dict[str, Any], spec: dict[str, Any]) -> None:
    """Judge the security context of a pod."""
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        report.between((*at, name), context.get(name), *_IDS)
    for index, group in enumerate(context.get("supplementalGroups", ())):
        report.between((*at, "supplementalGroups", index), group, *_IDS)
    report.choice((*at, "fsGroupChangePolicy"), context.get("fsGroupChangePolicy", "Always"), _CHANGES)
    report.choice((*at, "supplementalGroupsPolicy"), context.get("supplementalGroupsPolicy", "Merge"), _SUPPLEMENTAL)
    report.choice((*at, "seLinuxChangePolicy"), context.get("seLinuxChangePolicy", "Recursive"), _RELABELS)
    _profiles(report, at, context)
    _sysctls(report, (*at, "sysctls"), context.get("sysctls", ()), spec)


_CHANGES = ("OnRootMismatch", "Always")
_RELABELS = ("Recursive", "MountOption")


def container_security(report: Report, at: At, context: dict[str, Any], *, host_users: bool) -> None:
    """Judge the security context of a container in a pod that uses the host's users, or not."""
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
    if mount is not None:
        report.choice((*at, "procMount"), mount, ("Default", "Unmasked"))
        if mount == "Unmasked" and host_users:
            report.forbidden((*at, "procMount"), "`Unmasked` needs `hostUsers: false`")
    _profiles(report, at, context)


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
