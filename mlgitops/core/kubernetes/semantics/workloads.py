"""Workloads that keep pods running: Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.pods import template, template_metadata
from mlgitops.core.kubernetes.semantics.selection import is_empty, matches, selector

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_SPEC: At = ("spec",)
_SHARE = "25%"  # the default of a Deployment's surge and of what may be missing
_PROGRESS = 600  # seconds, the default
_KEPT = ("Retain", "Delete")
_STATEFUL = (1, 34)  # since when the pods and claims of a StatefulSet are checked
_SERVICE_LABEL = (1, 33)  # since when the name of a StatefulSet's Service is checked
_NUMBERS = ("replicas", "minReadySeconds", "revisionHistoryLimit")


def deployment(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Deployment."""
    spec = manifest.get("spec", {})
    _replicated(report, spec)
    strategy, at = spec.get("strategy", {}), ("spec", "strategy")
    kind = strategy.get("type") or "RollingUpdate"
    report.choice((*at, "type"), kind, ("Recreate", "RollingUpdate"))
    if "rollingUpdate" in strategy:
        if kind == "Recreate":
            report.forbidden((*at, "rollingUpdate"), "the strategy is `Recreate`")
        elif kind == "RollingUpdate":
            _rolling(report, (*at, "rollingUpdate"), strategy["rollingUpdate"])
    deadline = spec.get("progressDeadlineSeconds", _PROGRESS)
    report.least(("spec", "progressDeadlineSeconds"), deadline)
    if deadline <= spec.get("minReadySeconds", 0):
        place = ("spec", "progressDeadlineSeconds")
        report.add(place, f"is {deadline}, not more than `minReadySeconds`", "Raise it.")


def _rolling(report: Report, at: At, found: dict[str, Any]) -> None:
    missing, surge = found.get("maxUnavailable", _SHARE), found.get("maxSurge", _SHARE)
    share(report, (*at, "maxUnavailable"), missing)
    share(report, (*at, "maxSurge"), surge, most=None)
    if _is_none(missing) and _is_none(surge):
        report.add(at, "allows neither a pod more nor one less", "Raise `maxSurge` or `maxUnavailable`.")


def share(report: Report, at: At, value: int | str, most: int | None = 100) -> None:
    """Judge a number of pods, or a percentage of them that is `most` at most."""
    if isinstance(value, int):
        report.between(at, value, 0, 2**31 - 1)
        return
    report.form(at, value, forms.PERCENT)
    if most is not None and forms.PERCENT.fits(value) and int(value[:-1]) > most:
        report.add(at, f"is {value}", f"Write at most {most}%.")


def _is_none(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and not value.removesuffix("%").strip("0"))


def replica_set(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a ReplicaSet."""
    _replicated(report, manifest.get("spec", {}))


def _replicated(report: Report, spec: dict[str, Any]) -> None:
    report.numbers(_SPEC, spec, _NUMBERS)
    _selected(report, spec)
    _template(report, spec)


def _selected(report: Report, spec: dict[str, Any]) -> None:
    chosen, at = spec.get("selector"), ("spec", "selector")
    if chosen is None:
        report.required(at, "Select the labels of the template.")
        return
    selector(report, at, chosen)
    if is_empty(chosen):
        report.add(at, "selects every pod", "Select the labels of the template.")
    elif not matches(chosen, spec.get("template", {}).get("metadata", {}).get("labels", {})):
        place = ("spec", "template", "metadata", "labels")
        report.add(place, "are not what `spec.selector` selects", "Give the template the labels that are selected.")


def _template(report: Report, spec: dict[str, Any], without: tuple[str, ...] = ()) -> None:
    """Judge the template, but for the fields `without`, and that it lets its pods run for ever."""
    at, found = ("spec", "template"), spec.get("template", {})
    if without:
        found = {**found, "spec": {key: item for key, item in found.get("spec", {}).items() if key not in without}}
    template(report, at, found)
    _for_ever(report, found.get("spec", {}))


def _for_ever(report: Report, inner: dict[str, Any]) -> None:
    at = ("spec", "template", "spec")
    report.choice((*at, "restartPolicy"), inner.get("restartPolicy") or "Always", ("Always",))
    if "activeDeadlineSeconds" in inner:
        report.forbidden((*at, "activeDeadlineSeconds"), "its pods run for ever")


def replication_controller(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a ReplicationController, which selects what its template is labelled unless it says otherwise."""
    spec = manifest.get("spec", {})
    report.numbers(_SPEC, spec, _NUMBERS)
    given = spec.get("template", {}).get("metadata", {}).get("labels", {})
    chosen = spec.get("selector") or given
    if not chosen:
        report.required(("spec", "selector"), "Select the labels of the template.")
    if any(given.get(key) != value for key, value in chosen.items()):
        report.add(("spec", "selector"), "does not match the template's labels", "Select labels that it has.")
    if "template" not in spec:
        report.required(("spec", "template"))
    else:
        _template(report, spec)


def stateful_set(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a StatefulSet."""
    from mlgitops.core.kubernetes.semantics.storage import claim_spec

    spec = manifest.get("spec", {})
    report.numbers(_SPEC, spec, ("replicas", "minReadySeconds"))
    report.choice(
        ("spec", "podManagementPolicy"), spec.get("podManagementPolicy") or "OrderedReady", ("OrderedReady", "Parallel")
    )
    _stateful_update(report, spec)
    for name, kept in spec.get("persistentVolumeClaimRetentionPolicy", {}).items():
        report.choice(("spec", "persistentVolumeClaimRetentionPolicy", name), kept or "Retain", _KEPT)
    claims = spec.get("volumeClaimTemplates", ())
    if report.version >= _STATEFUL:
        for index, claim in enumerate(claims):
            claim_spec(report, ("spec", "volumeClaimTemplates", index, "spec"), claim.get("spec", {}))
    report.least(("spec", "ordinals", "start"), spec.get("ordinals", {}).get("start"))
    if spec.get("serviceName") and report.version >= _SERVICE_LABEL:
        report.form(("spec", "serviceName"), spec["serviceName"], forms.LABEL)
    _selected(report, spec)
    if report.version >= _STATEFUL:
        _template(report, _with_claims(spec, claims), ("subdomain", "hostname"))
    else:
        template_metadata(report, ("spec", "template"), spec.get("template", {}))
        _for_ever(report, spec.get("template", {}).get("spec", {}))


def _stateful_update(report: Report, spec: dict[str, Any]) -> None:
    update, at = spec.get("updateStrategy", {}), ("spec", "updateStrategy")
    kind = update.get("type") or "RollingUpdate"
    report.choice((*at, "type"), kind, ("OnDelete", "RollingUpdate"))
    rolling = update.get("rollingUpdate")
    if rolling is None:
        return
    if kind == "OnDelete":
        report.forbidden((*at, "rollingUpdate"), "the strategy is `OnDelete`")
    report.least((*at, "rollingUpdate", "partition"), rolling.get("partition"))


def _with_claims(spec: dict[str, Any], claims: Any) -> dict[str, Any]:
    """The spec with a volume for each claim that no volume of the template has the name of."""
    if not claims:
        return spec
    pod = spec.get("template", {}).get("spec", {})
    given = [*pod.get("volumes", ())]
    names = [claim.get("metadata", {}).get("name", "") for claim in claims]
    kept = [{"name": one["name"], "emptyDir": {}} if one.get("name") in names else one for one in given]
    known = {volume.get("name") for volume in given}
    added = [
        {"name": name, "persistentVolumeClaim": {"claimName": name}}
        for name in dict.fromkeys(names)
        if name not in known
    ]
    template_ = {**spec.get("template", {}), "spec": {**pod, "volumes": kept + added}}
    return {**spec, "template": template_}


def daemon_set(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a DaemonSet."""
    spec = manifest.get("spec", {})
    report.numbers(_SPEC, spec, _NUMBERS)
    _selected(report, spec)
    _template(report, spec)
    update, at = spec.get("updateStrategy", {}), ("spec", "updateStrategy")
    kind = update.get("type") or "RollingUpdate"
    report.choice((*at, "type"), kind, ("OnDelete", "RollingUpdate"))
    if kind != "RollingUpdate" or "rollingUpdate" not in update:
        return
    rolling = update["rollingUpdate"]
    missing, surge = rolling.get("maxUnavailable", 1), rolling.get("maxSurge", 0)
    share(report, (*at, "rollingUpdate", "maxUnavailable"), missing)
    share(report, (*at, "rollingUpdate", "maxSurge"), surge)
    if _is_none(missing) == _is_none(surge):
        report.add((*at, "rollingUpdate"), "needs one of `maxUnavailable` and `maxSurge`", "Set the other one to 0.")


def pod_template(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a PodTemplate."""
    template(report, ("template",), manifest.get("template", {}))


def disruption_budget(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a PodDisruptionBudget."""
    spec = manifest.get("spec", {})
    given = [name for name in ("minAvailable", "maxUnavailable") if name in spec]
    if len(given) > 1:
        report.add(_SPEC, "sets both `minAvailable` and `maxUnavailable`", "Keep one of the two.")
    for name in given:
        share(report, ("spec", name), spec[name])
    selector(report, ("spec", "selector"), spec.get("selector"))
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None:
        report.choice(("spec", "unhealthyPodEvictionPolicy"), policy, ("IfHealthyBudget", "AlwaysAllow"))
