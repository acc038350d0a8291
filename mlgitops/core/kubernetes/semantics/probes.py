"""Probes and hooks of containers: what is asked of them, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

PORTS = (1, 65535)
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_ASKED = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOKED = ("exec", "httpGet", "tcpSocket", "sleep")
_ONCE = ("livenessProbe", "startupProbe")
_KINDS = ("livenessProbe", "readinessProbe", "startupProbe")
_ZERO_SLEEP = (1, 33)  # since when a hook may sleep for no time
_SCHEMES = ("HTTP", "HTTPS")


def port(report: Report, at: At, value: int | str) -> None:
    """Judge a port by number or by name."""
    if isinstance(value, str):
        report.form(at, value, forms.PORT_NAME)
    else:
        report.between(at, value, *PORTS)


def probes(report: Report, at: At, container: dict[str, Any]) -> None:
    """Judge the probes of a container."""
    for kind in _KINDS:
        probe = container.get(kind)
        if probe is not None:
            _probe(report, (*at, kind), probe, kind)


def _probe(report: Report, at: At, probe: dict[str, Any], kind: str) -> None:
    _handler(report, at, probe, _ASKED)
    report.numbers(at, probe, _NUMBERS)
    if kind in _ONCE and probe.get("successThreshold") not in (None, 0, 1):
        report.add((*at, "successThreshold"), f"is {probe['successThreshold']}", "Write 1, or leave it out.")
    grace = probe.get("terminationGracePeriodSeconds")
    if kind == "readinessProbe" and grace is not None:
        report.forbidden((*at, "terminationGracePeriodSeconds"), "a readiness probe ends nothing")
    report.least((*at, "terminationGracePeriodSeconds"), grace, 1)


def hooks(report: Report, at: At, lifecycle: dict[str, Any], grace: int) -> None:
    """Judge what a container does after its start and before its end; `grace` is how many seconds the end may take."""
    for name in ("postStart", "preStop"):
        hook = lifecycle.get(name)
        if hook is not None:
            _handler(report, (*at, name), hook, _HOOKED)
            seconds = hook.get("sleep", {}).get("seconds", 0) if "sleep" in hook else None
            least = 0 if report.version >= _ZERO_SLEEP else 1
            report.between((*at, name, "sleep", "seconds"), seconds, least, max(grace, least))


def _handler(report: Report, at: At, holder: dict[str, Any], known: tuple[str, ...]) -> None:
    given = [name for name in known if name in holder]
    if not given:
        report.add(at, "asks nothing", f"Add one of {', '.join(known)}.")
        return
    for name in given[1:]:
        report.forbidden((*at, name), f"there is `{given[0]}` already")
    _ask(report, (*at, given[0]), given[0], holder[given[0]])


def _ask(report: Report, at: At, kind: str, asked: dict[str, Any]) -> None:
    if kind == "exec" and not asked.get("command"):
        report.required((*at, "command"))
    elif kind in ("httpGet", "tcpSocket"):
        port(report, (*at, "port"), asked.get("port", 0))
    elif kind == "grpc":
        report.between((*at, "port"), asked.get("port", 0), *PORTS)
    if kind == "httpGet":
        report.choice((*at, "scheme"), asked.get("scheme") or "HTTP", _SCHEMES)
        for index, header in enumerate(asked.get("httpHeaders", ())):
            report.form((*at, "httpHeaders", index, "name"), header.get("name", ""), forms.HEADER)
