"""Services."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.addresses import address, cidr, parsed
from mlgitops.core.kubernetes.semantics.containers import PROTOCOLS
from mlgitops.core.kubernetes.semantics.metadata import labels
from mlgitops.core.kubernetes.semantics.probes import PORTS, port

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.addresses import Address
    from mlgitops.core.kubernetes.semantics.report import At, Report

_SPEC: At = ("spec",)
_KINDS = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
_OUTSIDE = ("NodePort", "LoadBalancer")
_DAY = 86400  # seconds, the longest affinity
_FAMILIES = ("IPv4", "IPv6")
_DUAL = ("SingleStack", "PreferDualStack", "RequireDualStack")
_REACH = ("Cluster", "Local")
_CLOSE = ("PreferClose",)
_CLOSER = (*_CLOSE, "PreferSameZone", "PreferSameNode")
_CLOSER_SINCE = (1, 34)
_KUBELET, _KUBELET_FREE = 10250, (1, 33)
_MULTICAST = (ip_network("224.0.0.0/24"), ip_network("ff02::/16"))  # on a link
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"


def service(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Service."""
    spec = manifest.get("spec", {})
    kind = spec.get("type") or "ClusterIP"
    report.choice(("spec", "type"), kind, _KINDS)
    headless = spec.get("clusterIP") == "None" or spec.get("clusterIPs", [""])[:1] == ["None"]
    ports = spec.get("ports", ())
    if not ports and not headless and kind != "ExternalName":
        report.required(("spec", "ports"), "Add a port.")
    if headless and kind in _OUTSIDE:
        report.add(("spec", "clusterIP"), f"is `None` in a Service of the type `{kind}`", "Remove it.")
    _ports(report, ports, kind)
    if "selector" in spec:
        labels(report, ("spec", "selector"), spec["selector"])
    if kind == "ExternalName":
        _external(report, spec)
    else:
        _addresses(report, spec)
    _outer(report, spec)
    _affinity(report, spec)
    _balancer(report, spec, kind, manifest.get("metadata", {}).get("annotations", {}))
    _traffic(report, spec, kind)


def _ports(report: Report, ports: list[dict[str, Any]], kind: str) -> None:
    names: set[str] = set()
    numbers: set[tuple[str, str, int]] = set()
    for index, one in enumerate(ports):
        at, name, protocol = ("spec", "ports", index), one.get("name", ""), one.get("protocol") or "TCP"
        if name:
            report.form((*at, "name"), name, forms.LABEL)
            if name in names:
                report.double((*at, "name"), name)
            names.add(name)
        elif len(ports) > 1:
            report.required((*at, "name"), "Name each of several ports.")
        report.between((*at, "port"), one.get("port", 0), *PORTS)
        report.choice((*at, "protocol"), protocol, PROTOCOLS)
        target = one.get("targetPort")
        if target not in (None, 0, ""):  # the default is `port`
            port(report, (*at, "targetPort"), target)
        if "appProtocol" in one:
            report.form((*at, "appProtocol"), one["appProtocol"], forms.QUALIFIED)
        for field in ("port", "nodePort"):
            key = (field, protocol, one.get(field, 0))
            if key in numbers and key[2]:
                report.double((*at, field), key[2])
            numbers.add(key)
        _outer_ports(report, at, one, kind)


def _outer_ports(report: Report, at: At, one: dict[str, Any], kind: str) -> None:
    if one.get("nodePort") and kind == "ClusterIP":
        report.forbidden((*at, "nodePort"), "the type is `ClusterIP`")
    if one.get("port") == _KUBELET and kind == "LoadBalancer" and report.version < _KUBELET_FREE:
        report.add((*at, "port"), f"is {_KUBELET}, which the kubelet uses", "Choose another one.")


def _external(report: Report, spec: dict[str, Any]) -> None:
    for name in ("clusterIPs", "clusterIP", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(name) or (name == "ipFamilyPolicy" and name in spec):
            report.forbidden(("spec", name), "the type is `ExternalName`")
    report.form(("spec", "externalName"), spec.get("externalName", "").removesuffix("."), forms.SUBDOMAIN)


def _addresses(report: Report, spec: dict[str, Any]) -> None:
    first, all_ = spec.get("clusterIP", ""), spec.get("clusterIPs", ())
    listed = list(all_) or ([first] if first else [])
    if all_ and all_[0] != first:
        report.add(("spec", "clusterIPs"), "do not begin with `clusterIP`", "Write the first one there too.")
    at = ("spec", "clusterIPs") if all_ else ("spec", "clusterIP")
    for one in listed:
        if one != "None":
            address(report, at, one)
    kinds = [found.version for found in map(parsed, listed) if found]
    if len(listed) > 1 and ("None" in listed or len(listed) > 2 or len(set(kinds)) < len(listed)):  # noqa: PLR2004 (two families)
        report.add(at, "hold more than one address of a family", "Write one of each family.")
    families = spec.get("ipFamilies", [])
    for index, family in enumerate(families):
        report.choice(("spec", "ipFamilies", index), family, _FAMILIES)
        if family in families[:index]:
            report.double(("spec", "ipFamilies", index), family)
    if any(_FAMILIES.index(family) != (kind == 6) for family, kind in zip(families, kinds) if family in _FAMILIES):  # noqa: B905, PLR2004 (the shorter decides; IP version 6)
        report.add(("spec", "ipFamilies"), "are not those of the addresses", "Write them in the same order.")
    policy = spec.get("ipFamilyPolicy")
    if policy is not None:
        report.choice(("spec", "ipFamilyPolicy"), policy, _DUAL)
        if policy == "SingleStack" and (len(families) > 1 or len(listed) > 1):
            report.add(("spec", "ipFamilyPolicy"), "is `SingleStack` beside two families", "Remove one family.")


def _outer(report: Report, spec: dict[str, Any]) -> None:
    for index, one in enumerate(spec.get("externalIPs", ())):
        place = ("spec", "externalIPs", index)
        address(report, place, one)
        found = parsed(one)
        if found and (found.is_unspecified or found.is_loopback or found.is_link_local or _is_multicast(found)):
            report.add(place, f"is {one}, which leads nowhere", "Write an address that can be reached.")


def _is_multicast(found: Address) -> bool:
    """Whether an address is one of many on a link."""
    return any(found in one for one in _MULTICAST if one.version == found.version)


def _affinity(report: Report, spec: dict[str, Any]) -> None:
    affinity, config = spec.get("sessionAffinity") or "None", spec.get("sessionAffinityConfig")
    report.choice(("spec", "sessionAffinity"), affinity, ("ClientIP", "None"))
    if affinity == "ClientIP" and config is not None:
        seconds = (config.get("clientIP") or {}).get("timeoutSeconds")
        report.between(("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"), seconds, 1, _DAY)


def _balancer(report: Report, spec: dict[str, Any], kind: str, annotations: dict[str, str]) -> None:
    ranges = spec.get("loadBalancerSourceRanges", ())
    for index, one in enumerate(ranges):
        cidr(report, ("spec", "loadBalancerSourceRanges", index), one.strip())
    if not ranges and annotations.get(_RANGES, "").strip():
        for one in annotations[_RANGES].split(","):
            cidr(report, ("metadata", "annotations", _RANGES), one.strip())
    if kind != "LoadBalancer":
        for name in ("loadBalancerSourceRanges", "allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if name in spec and spec[name] != []:
                report.forbidden(("spec", name), "the type is not `LoadBalancer`")
        if _RANGES in annotations and not ranges:
            report.forbidden(("metadata", "annotations", _RANGES), "the type is not `LoadBalancer`")
    elif "loadBalancerClass" in spec:
        report.form(("spec", "loadBalancerClass"), spec["loadBalancerClass"], forms.QUALIFIED)


def _traffic(report: Report, spec: dict[str, Any], kind: str) -> None:
    reachable = kind in _OUTSIDE or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
    outer, place = spec.get("externalTrafficPolicy"), ("spec", "externalTrafficPolicy")
    if outer and reachable:
        report.choice(place, outer, _REACH)
    elif outer:
        report.forbidden(place, "nothing outside the cluster reaches the Service")
    check = spec.get("healthCheckNodePort")
    if check and not (kind == "LoadBalancer" and outer == "Local"):
        report.forbidden(("spec", "healthCheckNodePort"), "it needs a LoadBalancer with local traffic")
    elif check:
        report.between(("spec", "healthCheckNodePort"), check, *PORTS)
    inner = spec.get("internalTrafficPolicy")
    if inner is not None:
        report.choice(("spec", "internalTrafficPolicy"), inner, _REACH)
    close = spec.get("trafficDistribution")
    if close is not None:
        allowed = _CLOSER if report.version >= _CLOSER_SINCE else _CLOSE
        report.choice(("spec", "trafficDistribution"), close, allowed)
