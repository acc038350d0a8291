"""Pods and templates of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.addresses import address
from mlgitops.core.kubernetes.semantics.annotations import pod_annotations
from mlgitops.core.kubernetes.semantics.containers import RESTARTS, Pod, containers
from mlgitops.core.kubernetes.semantics.metadata import described
from mlgitops.core.kubernetes.semantics.placement import placement
from mlgitops.core.kubernetes.semantics.report import Report
from mlgitops.core.kubernetes.semantics.resources import HUGE_PAGES, amount, billionths, container_name
from mlgitops.core.kubernetes.semantics.security import pod_security
from mlgitops.core.kubernetes.semantics.volumes import volumes
from mlgitops.core.repeated import alike

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At

_GRACE = 30  # seconds, the default
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTIONS = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
_NAMES = {
    "serviceAccountName": forms.SUBDOMAIN,
    "serviceAccount": forms.SUBDOMAIN,
    "nodeName": forms.SUBDOMAIN,
    "hostname": forms.LABEL,
    "subdomain": forms.LABEL,
    "priorityClassName": forms.SUBDOMAIN,
}
_SHORT = (1, 2**31 - 1)
_SERVERS_MOST, _SEARCHES_MOST, _SEARCH_LENGTH = 3, 32, 2048
_UNDERSCORED = (1, 33)  # since when search paths may hold `_`
_OVERRIDDEN = (1, 35)  # since when the host name may be overridden
_SHARED = (1, 34)  # since when resources may be asked for by a whole pod
_OWN_USERS = (1, 33)  # since when pods may have users of their own; an older server drops that unseen
_CLAIMED = (1, 34)  # since when pods may claim devices; an older server drops that unseen


def pod(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Pod."""
    spec = manifest.get("spec", {})
    pod_spec(report, ("spec",), spec, alone=True)
    pod_annotations(report, ("metadata",), manifest.get("metadata", {}), spec)
    if spec.get("ephemeralContainers"):
        report.forbidden(("spec", "ephemeralContainers"), "a Pod is not created with them")
    if not spec.get("serviceAccountName") and not spec.get("serviceAccount"):
        for index, volume in enumerate(spec.get("volumes", ())):
            for number, source in enumerate(volume.get("projected", {}).get("sources", ())):
                if "serviceAccountToken" in source:
                    place = ("spec", "volumes", index, "projected", "sources", number, "serviceAccountToken")
                    report.forbidden(place, "the pod names no service account")


def template(report: Report, at: At, found: dict[str, Any]) -> None:
    """Judge a template of pods."""
    spec = found.get("spec", {})
    template_metadata(report, at, found)
    pod_spec(report, (*at, "spec"), spec)
    if spec.get("ephemeralContainers"):
        report.forbidden((*at, "spec", "ephemeralContainers"), "a template has none")


def template_metadata(report: Report, at: At, found: dict[str, Any]) -> None:
    """Judge the metadata of a template of pods."""
    metadata, place = found.get("metadata", {}), (*at, "metadata")
    described(report, place, metadata)
    pod_annotations(report, place, metadata, found.get("spec", {}))


def pod_spec(report: Report, at: At, spec: dict[str, Any], *, alone: bool = False) -> None:
    """Judge the spec of a pod; `alone` where it is no template."""
    if not _is_good(_judged(spec), report.version, report.privileged, alone):
        _spec(report, at, spec, alone=alone)


def _judged(spec: dict[str, Any]) -> dict[str, Any]:
    """What is judged of a pod spec, which few pods have to themselves: not what they run, and with which values."""
    return {
        key: list(map(_judged_container, value)) if key in ("containers", "initContainers") else value
        for key, value in spec.items()
    }


def _judged_container(container: dict[str, Any]) -> dict[str, Any]:
    judged = {key: value for key, value in container.items() if key not in ("args", "command")}
    image = judged.get("image")
    if image and image == image.strip():
        judged["image"] = "image"
    if "env" in judged:
        judged["env"] = [
            variable if "valueFrom" in variable else {"name": variable["name"]} for variable in judged["env"]
        ]
    return judged


@alike(1024)
def _is_good(spec: dict[str, Any], version: tuple[int, int], privileged: bool, alone: bool) -> bool:
    """Whether nothing is wrong with pods of which this is judged."""
    report = Report(version, privileged=privileged)
    _spec(report, ("spec",), spec, alone=alone)
    return not report.faults


def _spec(report: Report, at: At, spec: dict[str, Any], *, alone: bool) -> None:
    claims = None
    if report.version >= _CLAIMED:
        claims = _claims(report, (*at, "resourceClaims"), spec.get("resourceClaims", ()))
    grace = spec.get("terminationGracePeriodSeconds", _GRACE)
    shared = Pod(
        volumes=volumes(report, (*at, "volumes"), spec.get("volumes", [])),
        claims=claims,
        grace=grace,
        restart=spec.get("restartPolicy") or "Always",
        spec=spec,
        alone=alone,
    )
    containers(report, at, spec, shared)
    placement(report, at, spec)
    _choices(report, at, spec)
    _names(report, at, spec)
    if "securityContext" in spec:
        pod_security(report, (*at, "securityContext"), spec["securityContext"], spec)
    _host(report, at, spec)
    _dns(report, at, spec)
    if "resources" in spec and report.version >= _SHARED:
        _resources(report, (*at, "resources"), spec["resources"], spec)
    for name, value in spec.get("overhead", {}).items():
        container_name(report, (*at, "overhead", name), name)
        amount(report, (*at, "overhead", name), value, name)


def _choices(report: Report, at: At, spec: dict[str, Any]) -> None:
    report.choice((*at, "restartPolicy"), spec.get("restartPolicy") or "Always", RESTARTS)
    report.choice((*at, "dnsPolicy"), spec.get("dnsPolicy") or "ClusterFirst", _DNS_POLICIES)
    report.choice((*at, "preemptionPolicy"), spec.get("preemptionPolicy", "Never"), _PREEMPTIONS)
    if "os" in spec:
        report.choice((*at, "os", "name"), spec["os"].get("name", ""), _SYSTEMS)
    report.between((*at, "activeDeadlineSeconds"), spec.get("activeDeadlineSeconds"), *_SHORT)


def _names(report: Report, at: At, spec: dict[str, Any]) -> None:
    for field, form in _NAMES.items():
        if spec.get(field):
            report.form((*at, field), spec[field], form)
    if "runtimeClassName" in spec:
        report.form((*at, "runtimeClassName"), spec["runtimeClassName"], forms.SUBDOMAIN)
    for index, gate in enumerate(spec.get("readinessGates", ())):
        report.form((*at, "readinessGates", index, "conditionType"), gate.get("conditionType", ""), forms.QUALIFIED)
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates", ())):
        name = gate.get("name", "")
        report.form((*at, "schedulingGates", index, "name"), name, forms.QUALIFIED)
        if name in seen:
            report.double((*at, "schedulingGates", index), name)
        seen.add(name)


def _host(report: Report, at: At, spec: dict[str, Any]) -> None:
    if spec.get("hostUsers") is False and report.version >= _OWN_USERS:
        for name in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(name):
                report.forbidden((*at, name), "the pod does not use the host's users")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        report.forbidden((*at, "shareProcessNamespace"), "the pod uses the host's processes")
    override = spec.get("hostnameOverride")
    if override is not None and report.version >= _OVERRIDDEN:
        report.form((*at, "hostnameOverride"), override, forms.SUBDOMAIN)
        if len(override) > 64:  # noqa: PLR2004 (the most that Linux takes)
            report.add((*at, "hostnameOverride"), "is longer than 64 characters", "Shorten it.")
        if spec.get("setHostnameAsFQDN") or spec.get("hostNetwork"):
            report.forbidden((*at, "hostnameOverride"), "the pod takes its name from elsewhere")
    for index, alias in enumerate(spec.get("hostAliases", ())):
        address(report, (*at, "hostAliases", index, "ip"), alias.get("ip", ""))
        for number, name in enumerate(alias.get("hostnames", ())):
            report.form((*at, "hostAliases", index, "hostnames", number), name, forms.SUBDOMAIN)


def _dns(report: Report, at: At, spec: dict[str, Any]) -> None:
    config, place = spec.get("dnsConfig"), (*at, "dnsConfig")
    servers = (config or {}).get("nameservers", ())
    if spec.get("dnsPolicy") == "None" and not servers:
        report.required((*place, "nameservers"), "Add one, since `dnsPolicy` is `None`.")
    if not config:
        return
    searches = config.get("searches", ())
    if len(servers) > _SERVERS_MOST:
        report.add((*place, "nameservers"), f"are {len(servers)}", f"Write at most {_SERVERS_MOST}.")
    for index, server in enumerate(servers):
        address(report, (*place, "nameservers", index), server)
    if len(searches) > _SEARCHES_MOST or len(" ".join(searches)) > _SEARCH_LENGTH:
        report.add(
            (*place, "searches"), "are too many", f"Write at most {_SEARCHES_MOST}, {_SEARCH_LENGTH} characters."
        )
    form = forms.SEARCH if report.version >= _UNDERSCORED else forms.SUBDOMAIN
    for index, search in enumerate(searches):
        if search != "." or report.version < _UNDERSCORED:
            report.form((*place, "searches", index), search.removesuffix("."), form)
    for index, option in enumerate(config.get("options", ())):
        if not option.get("name"):
            report.required((*place, "options", index, "name"))


def _claims(report: Report, at: At, found: list[dict[str, Any]]) -> frozenset[str]:
    seen: set[str] = set()
    for index, claim in enumerate(found):
        name, place = claim.get("name", ""), (*at, index)
        report.form((*place, "name"), name, forms.LABEL)
        if name in seen:
            report.double((*place, "name"), name)
        seen.add(name)
        given = [key for key in ("resourceClaimName", "resourceClaimTemplateName") if key in claim]
        if len(given) != 1:
            report.add(place, "needs a claim or the template of one", "Name one of the two.")
        for key in given:
            report.form((*place, key), claim[key], forms.SUBDOMAIN)
    return frozenset(seen - {""})


def _resources(report: Report, at: At, found: dict[str, Any], spec: dict[str, Any]) -> None:
    """What a pod asks for as a whole: at least what its containers request together, and no more than they may."""
    if found.get("claims"):
        report.forbidden((*at, "claims"), "claims belong to containers")
    for way in ("requests", "limits"):
        for name, value in found.get(way, {}).items():
            place = (*at, way, name)
            if name not in ("cpu", "memory") and not name.startswith(HUGE_PAGES):
                report.add(place, "is no resource of a whole pod", "Ask for it in a container.")
            nano = amount(report, place, value, name)
            inner = [_nano(container, way, name) for container in spec.get("containers", ())]
            if nano is not None and way == "requests" and sum(inner) > nano:
                report.add(place, "is less than its containers request together", "Raise it.")
            if nano is not None and way == "limits" and max(inner, default=0) > nano:
                report.add(place, "is less than the limit of a container", "Raise it.")
            if way == "requests" and nano is not None and name in found.get("limits", {}):
                limit = billionths(found["limits"][name])
                if limit is not None and nano > limit:
                    report.add(place, "is more than its limit", "Raise the limit, or lower the request.")


def _nano(container: dict[str, Any], way: str, name: str) -> int:
    resources = container.get("resources", {})
    value = resources.get(way, {}).get(name)
    if value is None and way == "requests":
        value = resources.get("limits", {}).get(name)  # which is the default of a request
    return 0 if value is None else billionths(value) or 0
