"""Generated GPU pods and nodes: node affinity, taints and resources as the scheduler's own code decides."""

from __future__ import annotations

from typing import Any

from mlgitops.core import scheduling


def judge(case: dict[str, Any]) -> str | None:
    spec, node = case["pod"]["spec"], case["node"]
    try:
        affinity = scheduling.matches_affinity(spec, node["metadata"].get("labels", {}), node["metadata"]["name"])
    except scheduling.SelectorError:
        affinity = False
        if "affinityErr" not in case:
            return "we cannot read a selector that the scheduler reads"
    tolerated = scheduling.untolerated(spec.get("tolerations", []), node["spec"].get("taints", []))
    used: dict[str, int] = {}
    for pod in case["existing"]:
        for name, amount in scheduling.pod_requests(pod["spec"]).items():
            used[name] = used.get(name, 0) + amount
    lacking = list(
        scheduling.shortages(
            scheduling.pod_requests(spec),
            used,
            scheduling.amounts(node["status"]["allocatable"]),
            len(case["existing"]),
        )
    )
    ours = {
        "affinity": affinity,
        "tolerates": tolerated is None,
        "insufficient": [shortage._asdict() for shortage in lacking],
        "fits": affinity and tolerated is None and not lacking,
    }
    theirs = {key: case[key] for key in ours}
    theirs["insufficient"] = theirs["insufficient"] or []
    parted = [key for key in ours if _plain(ours[key]) != _plain(theirs[key])]
    return (
        f"{parted}: ours {[ours[key] for key in parted]}, theirs {[theirs[key] for key in parted]}" if parted else None
    )


def _plain(value: Any) -> Any:
    return sorted(value, key=lambda item: item["resource"]) if isinstance(value, list) else value
