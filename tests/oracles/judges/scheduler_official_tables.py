"""Kubernetes' own test tables of the NodeAffinity, TaintToleration and NodeResourcesFit filters."""

from __future__ import annotations

from typing import Any

from mlgitops.core import scheduling

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def judge(case: dict[str, Any]) -> str | None:
    ours = {"nodeaffinity": _affinity, "tainttoleration": _taints, "noderesources": _resources}
    reasons = ours[case["kind"].partition(".")[0]](case)
    theirs = sorted(case["wantReasons"] or [])
    return None if sorted(reasons) == theirs else f"ours {reasons}, theirs {theirs}"


def _affinity(case: dict[str, Any]) -> list[str]:
    labels, name = case["nodeLabels"] or {}, case["nodeName"]
    added = (case["args"]["AddedAffinity"] or {}).get(REQUIRED)
    try:
        if added and not scheduling.matches_terms(added["nodeSelectorTerms"], labels, name):
            return ["node(s) didn't match scheduler-enforced node affinity"]
        if scheduling.matches_affinity(case["pod"]["spec"], labels, name):
            return []
    except scheduling.SelectorError:
        pass
    return ["node(s) didn't match Pod's node affinity/selector"]


def _taints(case: dict[str, Any]) -> list[str]:
    taint = scheduling.untolerated(
        case["pod"]["spec"].get("tolerations") or [], case["node"]["spec"].get("taints") or []
    )
    return [f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"] if taint else []


def _resources(case: dict[str, Any]) -> list[str]:
    args = case["args"] or {}
    ignored, groups = args.get("IgnoredResources") or [], args.get("IgnoredResourceGroups") or []
    used: dict[str, int] = {}
    for pod in case["existing"]:
        for name, amount in scheduling.pod_requests(pod["spec"]).items():
            used[name] = used.get(name, 0) + amount
    requests = {
        name: amount
        for name, amount in scheduling.pod_requests(case["pod"]["spec"]).items()
        if name not in ignored and name.partition("/")[0] not in groups and name != "pods"
    }
    allocatable = scheduling.amounts(case["node"]["status"]["allocatable"])
    found = scheduling.shortages(requests, used, allocatable, len(case["existing"]))
    return ["Too many pods" if one.resource == "pods" else f"Insufficient {one.resource}" for one in found]
