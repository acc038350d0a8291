"""Ingresses, their classes, and network policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.addresses import cidr, parsed
from mlgitops.core.kubernetes.semantics.containers import PROTOCOLS
from mlgitops.core.kubernetes.semantics.probes import PORTS, port
from mlgitops.core.kubernetes.semantics.selection import selector

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_PATHS = ("Exact", "Prefix", "ImplementationSpecific")
_REFUSED = ("//", "/./", "/../", "%2f", "%2F")
_CLASS = "kubernetes.io/ingress.class"
_CONTROLLER_LENGTH = 250
_DIRECTIONS = {"ingress": "from", "egress": "to"}


def ingress(report: Report, manifest: dict[str, Any]) -> None:
    """Judge an Ingress."""
    spec = manifest.get("spec", {})
    rules = spec.get("rules", ())
    if "defaultBackend" in spec:
        _backend(report, ("spec", "defaultBackend"), spec["defaultBackend"])
    elif not rules:
        report.add(("spec",), "leads nowhere", "Add `rules` or a `defaultBackend`.")
    for index, rule in enumerate(rules):
        _rule(report, ("spec", "rules", index), rule)
    for index, tls in enumerate(spec.get("tls", ())):
        for number, host in enumerate(tls.get("hosts", ())):
            report.form(("spec", "tls", index, "hosts", number), host, forms.HOST)
        if tls.get("secretName"):
            report.form(("spec", "tls", index, "secretName"), tls["secretName"], forms.SUBDOMAIN)
    name = spec.get("ingressClassName")
    if name is not None:
        report.form(("spec", "ingressClassName"), name, forms.SUBDOMAIN)
        if manifest.get("metadata", {}).get("annotations", {}).get(_CLASS, name) != name:
            report.add(("metadata", "annotations", _CLASS), "differs from `ingressClassName`", "Remove it.")


def _rule(report: Report, at: At, rule: dict[str, Any]) -> None:
    host = rule.get("host")
    if host:
        if parsed(host):
            report.add((*at, "host"), "is an address", "Write a DNS name.")
        report.form((*at, "host"), host, forms.HOST)
    if "http" not in rule:
        return
    paths = rule["http"].get("paths", ())
    if not paths:
        report.required((*at, "http", "paths"), "Add a path.")
    for index, one in enumerate(paths):
        _path(report, (*at, "http", "paths", index), one)


def _path(report: Report, at: At, one: dict[str, Any]) -> None:
    path, kind = one.get("path", ""), one.get("pathType")
    if kind is None:
        report.required((*at, "pathType"), f"Write one of {', '.join(_PATHS)}.")
    else:
        report.choice((*at, "pathType"), kind, _PATHS)
    if not path.startswith("/") and (path or kind in _PATHS[:2]):
        report.add((*at, "path"), "is no absolute path", "Begin it with `/`.")
    if kind in _PATHS[:2] and (any(part in path for part in _REFUSED) or path.endswith(("/..", "/."))):
        report.add((*at, "path"), "is not in its plain form", "Write it without `//`, `.`, `..` and `%2F`.")
    _backend(report, (*at, "backend"), one.get("backend", {}))


def _backend(report: Report, at: At, backend: dict[str, Any]) -> None:
    service, resource = backend.get("service"), backend.get("resource")
    if (service is None) == (resource is None):
        report.add(at, "needs one of `service` and `resource`", "Give one of them.")
    elif resource is not None:
        _reference(report, (*at, "resource"), resource)
    elif service is not None:
        report.form((*at, "service", "name"), service.get("name", ""), forms.service(report.version))
        name, number = service.get("port", {}).get("name"), service.get("port", {}).get("number")
        if bool(name) == bool(number):
            report.add((*at, "service", "port"), "needs a name or a number", "Give one of the two.")
        elif name:
            report.form((*at, "service", "port", "name"), name, forms.PORT_NAME)
        else:
            report.between((*at, "service", "port", "number"), number, *PORTS)


def _reference(report: Report, at: At, reference: dict[str, Any]) -> None:
    if "apiGroup" in reference:
        report.form((*at, "apiGroup"), reference["apiGroup"], forms.SUBDOMAIN)
    for name in ("kind", "name"):
        if not reference.get(name):
            report.required((*at, name))
        else:
            report.form((*at, name), reference[name], forms.SEGMENT)


def ingress_class(report: Report, manifest: dict[str, Any]) -> None:
    """Judge an IngressClass."""
    spec = manifest.get("spec", {})
    controller = spec.get("controller", "")
    report.form(("spec", "controller"), controller, forms.DOMAIN_PATH)
    if len(controller) > _CONTROLLER_LENGTH:
        place = ("spec", "controller")
        report.add(place, f"is {len(controller)} characters long", f"Shorten it to {_CONTROLLER_LENGTH}.")
    parameters, at = spec.get("parameters"), ("spec", "parameters")
    if parameters is None:
        return
    _reference(report, at, parameters)
    scope, namespace = parameters.get("scope") or "Cluster", parameters.get("namespace")
    report.choice((*at, "scope"), scope, ("Cluster", "Namespace"))
    if scope == "Namespace" and not namespace:
        report.required((*at, "namespace"))
    elif scope == "Namespace":
        report.form((*at, "namespace"), namespace or "", forms.LABEL)
    if scope == "Cluster" and namespace is not None:
        report.forbidden((*at, "namespace"), "the scope is `Cluster`")


def network_policy(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a NetworkPolicy."""
    spec = manifest.get("spec", {})
    selector(report, ("spec", "podSelector"), spec.get("podSelector"))
    for direction, peers in _DIRECTIONS.items():
        for index, rule in enumerate(spec.get(direction, ())):
            at = ("spec", direction, index)
            for number, one in enumerate(rule.get("ports", ())):
                _port(report, (*at, "ports", number), one)
            for number, peer in enumerate(rule.get(peers, ())):
                _peer(report, (*at, peers, number), peer)
    kinds = spec.get("policyTypes", ())
    if len(kinds) > len(_DIRECTIONS):
        report.add(("spec", "policyTypes"), f"are {len(kinds)}", "Write each once.")
    for index, kind in enumerate(kinds):
        report.choice(("spec", "policyTypes", index), kind, ("Ingress", "Egress"))


def _port(report: Report, at: At, one: dict[str, Any]) -> None:
    report.choice((*at, "protocol"), one.get("protocol", "TCP"), PROTOCOLS)
    number, end = one.get("port"), one.get("endPort")
    if number is not None:
        port(report, (*at, "port"), number)
    if end is not None:
        report.between((*at, "endPort"), end, *PORTS)
        if not isinstance(number, int):
            report.forbidden((*at, "endPort"), "there is no `port` by number")
        elif end < number:
            report.add((*at, "endPort"), "is less than `port`", "Raise it.")


def _peer(report: Report, at: At, peer: dict[str, Any]) -> None:
    if not peer:
        report.add(at, "names nobody", "Add a selector or an `ipBlock`.")
    for name in ("podSelector", "namespaceSelector"):
        selector(report, (*at, name), peer.get(name))
    block = peer.get("ipBlock")
    if block is None:
        return
    if len(peer) > 1:
        report.forbidden((*at, "ipBlock"), "there is a selector already")
    whole = cidr(report, (*at, "ipBlock", "cidr"), block.get("cidr", ""))
    for index, text in enumerate(block.get("except", ())):
        place = (*at, "ipBlock", "except", index)
        part = cidr(report, place, text)
        if part and whole and (part.version != whole.version or not _is_within(part, whole)):
            report.add(place, "is no part of `cidr`", "Write a network within it.")


def _is_within(part: Any, whole: Any) -> bool:
    return bool(part.prefixlen > whole.prefixlen and part.subnet_of(whole))
