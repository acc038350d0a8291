"""Environment variables of containers, and the fields of a pod that they and files may show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.resources import billionths, printed

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlgitops.core.kubernetes.semantics.report import At, Report

_RELAXED = (1, 32)  # since when names of variables may hold any printable ASCII
_FROM_FILES = (1, 35)  # since when files may give them
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS = frozenset(
    {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "spec.host"}
    | {"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"}
)
FILE_FIELDS = frozenset({"metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels"}) | {
    "metadata.annotations"
}
"""Fields of a pod that a file may show."""

_SUBSCRIPTED = ("metadata.annotations", "metadata.labels")
_RESOURCES = frozenset(
    f"{way}.{name}" for way in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
_PAGES = ("requests.hugepages-", "limits.hugepages-")
_CPU_DIVISORS = ("1m", "1")
_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def environment(report: Report, at: At, container: dict[str, Any]) -> None:
    """Judge `env` and `envFrom` of a container; a name that stands twice is no fault, the last one counts."""
    form = forms.RELAXED_ENV_NAME if report.version >= _RELAXED else forms.ENV_NAME
    for index, variable in enumerate(container.get("env", ())):
        name = variable.get("name", "")
        if not form.fits(name):
            report.form((*at, "env", index, "name"), name, form)
        if "valueFrom" in variable:
            _source(report, (*at, "env", index, "valueFrom"), variable)
    for index, source in enumerate(container.get("envFrom", ())):
        _whole(report, (*at, "envFrom", index), source)
        if source.get("prefix"):
            report.form((*at, "envFrom", index, "prefix"), source["prefix"], form)


def _source(report: Report, at: At, variable: dict[str, Any]) -> None:
    source = variable["valueFrom"]
    known = _SOURCES if report.version >= _FROM_FILES else _SOURCES[:4]
    given = [name for name in known if name in source]
    if not given:
        report.add(at, "names no source", f"Add one of {', '.join(_SOURCES[:4])}.")
    elif variable.get("value"):
        report.forbidden(at, "there is a `value` already")
    elif len(given) > 1:
        report.add(at, f"names {len(given)} sources: {', '.join(given)}", "Keep one of them.")
    for name in given:
        place = (*at, name)
        if name == "fieldRef":
            field(report, place, source[name], _FIELDS)
        elif name == "resourceFieldRef":
            resource(report, place, source[name], in_file=False)
        elif name == "fileKeyRef":
            _file_key(report, place, source[name])
        else:
            _key(report, place, source[name])


def _key(report: Report, at: At, reference: dict[str, Any]) -> None:
    report.form((*at, "name"), reference.get("name", ""), forms.SUBDOMAIN)
    report.form((*at, "key"), reference.get("key", ""), forms.DATA_KEY)


def _file_key(report: Report, at: At, reference: dict[str, Any]) -> None:
    report.form((*at, "key"), reference.get("key", ""), forms.RELAXED_ENV_NAME)
    report.form((*at, "volumeName"), reference.get("volumeName", ""), forms.LABEL)
    if not reference.get("path"):
        report.required((*at, "path"))
    else:
        report.form((*at, "path"), reference["path"], forms.NO_CLIMB)


def _whole(report: Report, at: At, source: dict[str, Any]) -> None:
    given = [name for name in ("configMapRef", "secretRef") if name in source]
    if len(given) != 1:
        report.add(at, "names no source" if not given else "names two sources", "Name a ConfigMap or a Secret.")
    for name in given:
        referred = source[name].get("name", "")
        # A server takes this name for a prefix, after which more may come.
        whole = f"{referred[:-1]}a" if len(referred) > 1 and referred[-1] == "-" else referred
        if not forms.SUBDOMAIN.fits(whole):
            report.form((*at, name, "name"), referred, forms.SUBDOMAIN)


def field(report: Report, at: At, reference: dict[str, Any], allowed: Collection[str]) -> None:
    """Judge a reference to a field of the pod, which is one of `allowed`, or one label or annotation."""
    if (reference.get("apiVersion") or "v1") != "v1":
        report.choice((*at, "apiVersion"), reference["apiVersion"], ("v1",))
        return
    path = reference.get("fieldPath", "")
    whole, bracket, key = path.removesuffix("']").partition("['")
    if path.endswith("']") and bracket and whole in _SUBSCRIPTED:
        report.form((*at, "fieldPath"), key, forms.ANNOTATION if whole == _SUBSCRIPTED[0] else forms.QUALIFIED)
    else:
        report.choice((*at, "fieldPath"), path, allowed)


def resource(report: Report, at: At, reference: dict[str, Any], *, in_file: bool) -> None:
    """Judge a reference to a resource of a container."""
    name = reference.get("resource", "")
    if in_file and not reference.get("containerName"):
        report.required((*at, "containerName"))
    if not name.startswith(_PAGES):
        report.choice((*at, "resource"), name, _RESOURCES)
    divisor = reference.get("divisor", 0)
    known = _CPU_DIVISORS if name.endswith(".cpu") else _DIVISORS
    if billionths(divisor) != 0 and printed(divisor) not in known:
        report.choice((*at, "divisor"), divisor, known)
