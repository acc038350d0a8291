"""Jobs and CronJobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms, schedules
from mlgitops.core.kubernetes.semantics.pods import template
from mlgitops.core.kubernetes.semantics.selection import is_empty, matches, selector
from mlgitops.core.schema_words import quoted

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_NUMBERS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"),
    *("backoffLimitPerIndex", "maxFailedIndexes"),
)
_MOST = 100_000  # indexes, pods at once
_MANY = 10_000  # the same where there are more indexes than that
_RULES_MOST, _CODES_MOST, _MANAGER_LENGTH = 20, 255, 63
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_STATES = ("True", "False", "Unknown")
_CRON_NAME = 52  # characters, so that its jobs have room for a suffix
_CONCURRENCY = ("Allow", "Forbid", "Replace")
_ENDING = ("OnFailure", "Never")
_OWN = ("job-name", "batch.kubernetes.io/job-name")  # labels that a server gives the template itself
_OWNER = ("controller-uid", "batch.kubernetes.io/controller-uid")


def job(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Job."""
    spec, name = manifest.get("spec", {}), manifest.get("metadata", {}).get("name", "")
    job_spec(report, ("spec",), spec)
    chosen = spec.get("selector")
    if spec.get("manualSelector"):
        if chosen is None:
            report.required(("spec", "selector"), "Select the labels of the template, or drop `manualSelector`.")
        elif not matches(chosen, spec.get("template", {}).get("metadata", {}).get("labels", {})):
            place = ("spec", "template", "metadata", "labels")
            report.add(place, "are not what `spec.selector` selects", "Give the template the labels that are selected.")
        selector(report, ("spec", "selector"), chosen)
    else:
        report.form(("metadata", "name"), name, forms.LABEL_VALUE)  # which its pods are labelled with
        if chosen and not is_empty(chosen):
            report.forbidden(("spec", "selector"), "it is made for each Job")
        _own_labels(report, spec.get("template", {}).get("metadata", {}).get("labels", {}), name)
    last = (spec.get("completions") or 0) - 1
    if spec.get("completionMode") == "Indexed" and last >= 0 and name and not forms.LABEL.fits(f"{name}-{last}"):
        report.add(("metadata", "name"), f"gives pods no host name: {quoted(f'{name}-{last}')}", forms.LABEL.says)


def _own_labels(report: Report, labels: dict[str, str], name: str) -> None:
    """Judge labels that an API server gives the template of a Job: they cannot say anything else."""
    at = ("spec", "template", "metadata", "labels")
    for key in _OWNER:
        if key in labels:
            report.forbidden((*at, key), "it is made for each Job")
    for key in _OWN:
        if name and labels.get(key, name) != name:
            report.add((*at, key), f"is {quoted(labels[key])}, not the name of the Job", "Remove it.")


def cron_job(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a CronJob."""
    spec, name = manifest.get("spec", {}), manifest.get("metadata", {}).get("name", "")
    if len(name) > _CRON_NAME:
        report.add(("metadata", "name"), f"is {len(name)} characters long", f"Shorten it to {_CRON_NAME}.")
    schedule = spec.get("schedule", "")
    wrong = schedules.fault(schedule) if schedule else "is empty"
    if "TZ" in schedule:
        wrong = "names a time zone"
    if wrong:
        report.add(("spec", "schedule"), wrong, "Write five fields, such as `0 3 * * *`, and the zone in `timeZone`.")
    _time_zone(report, spec.get("timeZone"))
    report.choice(("spec", "concurrencyPolicy"), spec.get("concurrencyPolicy") or "Allow", _CONCURRENCY)
    names = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    report.numbers(("spec",), spec, names)
    inner, at = spec.get("jobTemplate", {}).get("spec", {}), ("spec", "jobTemplate", "spec")
    job_spec(report, at, inner)
    if "selector" in inner:
        report.forbidden((*at, "selector"), "it is made for each Job")
    if inner.get("manualSelector"):
        report.forbidden((*at, "manualSelector"), "the selector is made for each Job")


def _time_zone(report: Report, zone: str | None) -> None:
    if zone is not None and zone not in report.time_zones:
        report.add(("spec", "timeZone"), f"is no time zone: {quoted(zone)}", "Write it like `Etc/UTC`.")


def job_spec(report: Report, at: At, spec: dict[str, Any]) -> None:
    """Judge the spec of a Job, its selector left out."""
    report.numbers(at, spec, _NUMBERS)
    manager = spec.get("managedBy")
    if manager is not None:
        report.form((*at, "managedBy"), manager, forms.DOMAIN_PATH)
        if len(manager) > _MANAGER_LENGTH:
            report.add((*at, "managedBy"), f"is {len(manager)} characters long", f"Shorten it to {_MANAGER_LENGTH}.")
    mode = spec.get("completionMode", "NonIndexed")
    report.choice((*at, "completionMode"), mode, ("Indexed", "NonIndexed"))
    if mode == "Indexed":
        _indexed(report, at, spec)
    else:
        for name in ("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"):
            if name in spec:
                report.forbidden((*at, name), "it needs `completionMode: Indexed`")
    if "maxFailedIndexes" in spec and "backoffLimitPerIndex" not in spec:
        report.required((*at, "backoffLimitPerIndex"), "Add it to `maxFailedIndexes`.")
    _policies(report, at, spec, mode)
    template(report, (*at, "template"), spec.get("template", {}))
    restart = spec.get("template", {}).get("spec", {}).get("restartPolicy") or "Always"
    place = (*at, "template", "spec", "restartPolicy")
    if restart not in _ENDING:
        report.add(place, f"is `{restart}`, and a Job has an end", "Write `OnFailure` or `Never`.")
    elif "podFailurePolicy" in spec and restart != "Never":
        report.add(place, f"is `{restart}` beside a `podFailurePolicy`", "Write `Never`.")


def _indexed(report: Report, at: At, spec: dict[str, Any]) -> None:
    completions, failed = spec.get("completions"), spec.get("maxFailedIndexes", 0)
    if completions is None:
        report.required((*at, "completions"), "Say how many indexes there are.")
        return
    most = _MANY if completions > _MOST and "backoffLimitPerIndex" in spec else _MOST
    report.between((*at, "parallelism"), max(spec.get("parallelism", 0), 0), 0, most)
    report.between((*at, "maxFailedIndexes"), max(failed, 0), 0, max(min(most, completions), 0))
    if most == _MANY and "maxFailedIndexes" not in spec:
        report.required((*at, "maxFailedIndexes"), f"Add it: there are more than {_MOST:,} indexes.")


def _policies(report: Report, at: At, spec: dict[str, Any], mode: str) -> None:
    failure = spec.get("podFailurePolicy")
    replaced = spec.get("podReplacementPolicy")
    if replaced is not None:
        allowed = ("Failed",) if failure is not None else ("Failed", "TerminatingOrFailed")
        report.choice((*at, "podReplacementPolicy"), replaced, allowed)
    if failure is not None:
        rules = failure.get("rules", ())
        place = (*at, "podFailurePolicy", "rules")
        if len(rules) > _RULES_MOST:
            report.add(place, f"are {len(rules)}", f"Write at most {_RULES_MOST}.")
        for index, rule in enumerate(rules):
            _rule(report, (*place, index), rule, spec)
    if "successPolicy" in spec and mode == "Indexed":
        _success(report, (*at, "successPolicy"), spec["successPolicy"], spec.get("completions") or 0)


def _rule(report: Report, at: At, rule: dict[str, Any], spec: dict[str, Any]) -> None:
    action = rule.get("action", "")
    report.choice((*at, "action"), action, _ACTIONS)
    if action == "FailIndex" and "backoffLimitPerIndex" not in spec:
        report.add((*at, "action"), "is `FailIndex` without a `backoffLimitPerIndex`", "Add the limit.")
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions", ())
    if (codes is None) == (not conditions):
        report.add(at, "needs one of `onExitCodes` and `onPodConditions`", "Give one of them.")
    if codes is not None:
        _codes(report, (*at, "onExitCodes"), codes, spec)
    for index, condition in enumerate(conditions):
        report.form((*at, "onPodConditions", index, "type"), condition.get("type", ""), forms.QUALIFIED)
        report.choice((*at, "onPodConditions", index, "status"), condition.get("status") or "True", _STATES)


def _codes(report: Report, at: At, codes: dict[str, Any], spec: dict[str, Any]) -> None:
    operator, values = codes.get("operator", ""), codes.get("values", [])
    report.choice((*at, "operator"), operator, ("In", "NotIn"))
    pod = spec.get("template", {}).get("spec", {})
    names = {one.get("name") for kind in ("containers", "initContainers") for one in pod.get(kind, ())}
    if "containerName" in codes and codes["containerName"] not in names:
        report.choice((*at, "containerName"), codes["containerName"], {name for name in names if name})
    if not 0 < len(values) <= _CODES_MOST:
        report.add((*at, "values"), f"are {len(values)}", f"Write 1 to {_CODES_MOST}.")
    if values != sorted(set(values)):
        report.add((*at, "values"), "are not in order, each once", "Sort them.")
    if operator == "In" and 0 in values:
        report.add((*at, "values"), "hold 0, which is success", "Remove 0.")


def _success(report: Report, at: At, policy: dict[str, Any], completions: int) -> None:
    rules = policy.get("rules", ())
    if not 0 < len(rules) <= _RULES_MOST:
        report.add((*at, "rules"), f"are {len(rules)}", f"Write 1 to {_RULES_MOST}.")
    for index, rule in enumerate(rules):
        place, count, indexes = (*at, "rules", index), rule.get("succeededCount"), rule.get("succeededIndexes")
        if count is None and indexes is None:
            report.add(place, "says nothing", "Add `succeededCount` or `succeededIndexes`.")
        total = completions if indexes is None else _total(indexes, completions)
        if total is None:
            report.add(
                (*place, "succeededIndexes"), f"are no indexes: {quoted(str(indexes))}", "Write them like 0-2,5."
            )
        else:
            report.between((*place, "succeededCount"), count, 0, total)


def _total(indexes: str, completions: int) -> int | None:
    """How many indexes a text such as `0-2,5` names; None where it is none."""
    last, total = -1, 0
    for part in indexes.split(",") if indexes else ():
        ends = part.split("-")
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() for end in ends):  # noqa: PLR2004 (two ends)
            return None
        first, final = int(ends[0]), int(ends[-1])
        if first <= last or final >= completions or (len(ends) > 1 and first >= final):
            return None
        last, total = final, total + final - first + 1
    return total
