"""Containers of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.environment import environment
from mlgitops.core.kubernetes.semantics.probes import PORTS, hooks, probes
from mlgitops.core.kubernetes.semantics.resources import requirements
from mlgitops.core.kubernetes.semantics.security import container_security
from mlgitops.core.kubernetes.semantics.volumes import mounts

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

PROTOCOLS = ("TCP", "UDP", "SCTP")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
RESTARTS = ("Always", "OnFailure", "Never")
_MESSAGES = ("File", "FallbackToLogsOnError")
_RESIZED = ("cpu", "memory")
_RESIZES = ("NotRequired", "RestartContainer")
_RULES_MOST = 20
_RESIZABLE = (1, 33)  # since when containers may be resized; an older server drops the policies unseen
_DROPPED = (1, 34)  # since when such a policy is passed over, and any but `Always` of an init container
_RULED = (1, 35)  # since when a container of its own may be restarted by its own policy
_ALONE = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


class Pod(NamedTuple):
    """What containers share.

    Attributes:
        volumes: Kind of each volume by its name.
        claims: Names of the pod's resource claims; None where the server drops all claims unseen.
        grace: Seconds that its end may take.
        restart: Its restart policy.
        spec: All that it is.
        alone: Whether it is an object of its own, not a template.
    """

    volumes: dict[str, str]
    claims: frozenset[str] | None
    grace: int
    restart: str
    spec: dict[str, Any]
    alone: bool


def containers(report: Report, at: At, spec: dict[str, Any], pod: Pod) -> None:
    """Judge all containers of a pod."""
    found = spec.get("containers", ())
    if not found:
        report.required((*at, "containers"), "Add a container.")
    seen: set[str] = set()
    for index, container in enumerate(found):
        place = (*at, "containers", index)
        _container(report, place, container, pod)
        _named(report, place, container, seen)
        _running(report, place, container, pod)
        _restart(report, place, container)
    for index, container in enumerate(spec.get("initContainers", ())):
        place = (*at, "initContainers", index)
        _container(report, place, container, pod)
        _named(report, place, container, seen)
        _first(report, place, container, pod)
        _host_ports(report, (*at, "initContainers"), [container], spec, pod)
    _host_ports(report, (*at, "containers"), found, spec, pod)


def _named(report: Report, at: At, container: dict[str, Any], seen: set[str]) -> None:
    name = container.get("name", "")
    if name in seen:
        report.double((*at, "name"), name)
    seen.add(name)


def _running(report: Report, at: At, container: dict[str, Any], pod: Pod) -> None:
    if "lifecycle" in container:
        hooks(report, (*at, "lifecycle"), container["lifecycle"], pod.grace)
    probes(report, at, container)


def _first(report: Report, at: At, container: dict[str, Any], pod: Pod) -> None:
    restart = container.get("restartPolicy")
    if restart is not None and not _DROPPED <= report.version < _RULED:
        report.choice((*at, "restartPolicy"), restart, RESTARTS if report.version >= _RULED else ("Always",))
    if restart == "Always":
        _running(report, at, container, pod)
        return
    for name in _ALONE:
        if name in container:
            report.forbidden((*at, name), "an init container without `restartPolicy: Always` runs to its end")


def _restart(report: Report, at: At, container: dict[str, Any]) -> None:
    restart, rules = container.get("restartPolicy"), container.get("restartPolicyRules", ())
    if report.version < _RULED:
        if restart is not None and report.version < _DROPPED:
            report.forbidden((*at, "restartPolicy"), "only init containers have one of their own")
        return
    if restart is not None:
        report.choice((*at, "restartPolicy"), restart, RESTARTS)
    elif rules:
        report.required((*at, "restartPolicy"), "Add it to the rules.")
    if len(rules) > _RULES_MOST:
        report.add((*at, "restartPolicyRules"), f"are {len(rules)}", f"Write at most {_RULES_MOST}.")


def _container(report: Report, at: At, container: dict[str, Any], pod: Pod) -> None:
    report.form((*at, "name"), container.get("name", ""), forms.LABEL)
    image = container.get("image", "")
    if not image:
        report.required((*at, "image"), "Name an image.")
    elif pod.alone and image != image.strip():
        report.add((*at, "image"), "begins or ends with a space", "Remove the space.")
    report.choice((*at, "terminationMessagePolicy"), container.get("terminationMessagePolicy") or "File", _MESSAGES)
    report.choice((*at, "imagePullPolicy"), container.get("imagePullPolicy") or "Always", PULL_POLICIES)
    if "ports" in container:
        _ports(report, (*at, "ports"), container["ports"])
    environment(report, at, container)
    mounts(report, at, container, pod.volumes)
    if "resources" in container:
        requirements(report, (*at, "resources"), container["resources"], pod.claims)
    if "securityContext" in container:
        container_security(report, (*at, "securityContext"), container["securityContext"], pod.spec)
    if "resizePolicy" in container and report.version >= _RESIZABLE:
        _resize(report, (*at, "resizePolicy"), container["resizePolicy"], pod)


def _ports(report: Report, at: At, ports: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for index, port in enumerate(ports):
        name, place = port.get("name"), (*at, index)
        if name:
            report.form((*place, "name"), name, forms.PORT_NAME)
            if name in seen:
                report.double((*place, "name"), name)
            seen.add(name)
        report.between((*place, "containerPort"), port.get("containerPort", 0), *PORTS)
        if port.get("hostPort"):
            report.between((*place, "hostPort"), port["hostPort"], *PORTS)
        report.choice((*place, "protocol"), port.get("protocol") or "TCP", PROTOCOLS)


def _host_ports(report: Report, at: At, found: list[dict[str, Any]], spec: dict[str, Any], pod: Pod) -> None:
    seen: set[tuple[Any, ...]] = set()
    shared = bool(spec.get("hostNetwork"))
    for index, container in enumerate(found):
        for number, port in enumerate(container.get("ports", ())):
            inner, place = port.get("containerPort", 0), (*at, index, "ports", number, "hostPort")
            outer = port.get("hostPort") or (inner if shared and pod.alone else 0)
            if not outer:
                continue
            key = (port.get("protocol") or "TCP", port.get("hostIP", ""), outer)
            if key in seen:
                report.double(place, outer)
            seen.add(key)
            if shared and outer != inner and at[-1] == "containers":
                report.add(place, f"differs from `containerPort` {inner}", "Use one number: the pod is on the host.")


def _resize(report: Report, at: At, policies: list[dict[str, Any]], pod: Pod) -> None:
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        report.choice((*at, index, "resourceName"), name, _RESIZED)
        report.choice((*at, index, "restartPolicy"), restart, _RESIZES)
        if name in seen:
            report.double((*at, index), name)
        if pod.restart == "Never" and restart != "NotRequired":
            report.add((*at, index, "restartPolicy"), "restarts in a pod that never does", "Write `NotRequired`.")
        seen.add(name)
