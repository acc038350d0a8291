"""`missing-toleration`: pods that the taint of their node pool keeps off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import schedulability
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase, StateCase
    from mlgitops.core.finding import Fault, Mend


def check(case: StateCase) -> Iterator[Fault]:
    """Find raw placements that lack a toleration; named pools bring theirs."""
    return schedulability.repelled(schedulability.of_state(case))


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find pods that lack a toleration."""
    return schedulability.repelled(schedulability.of_manifest(case))


def fix(case: StateCase | ManifestCase, fault: Fault) -> Mend | None:
    """The tolerations of a raw placement, with those of the pools that its labels match and its tolerations do not."""
    return schedulability.tolerating(case, fault)


_AFFINITY = """
deploy:
  placement:
    nodePools: null
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]
"""
_POD = """
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: ml-prod}
spec:
  nodeSelector: {nvidia.com/gpu.product: Tesla-T4}
  containers: [{name: probe, image: ghcr.io/acme/probe:1.0.0@sha256:DIGEST, resources: {limits: {nvidia.com/gpu: "1"}}}]
"""

RULE = Rule(
    id="missing-toleration",
    title="pods that do not tolerate the taint of the nodes they are bound to",
    severity="error",
    why=(
        "Nodes with accelerators are tainted so that nothing else lands on them. A workload that is bound to them "
        "and does not tolerate the taint stays Pending for ever. Some clouds add the toleration by themselves when "
        "the pod is created, others do not, and a manifest should not depend on it."
    ),
    mend="Name node pools instead, which bring their tolerations, or tolerate the taint: `operator: Exists`.",
    bad=(
        _AFFINITY,
        f"{_AFFINITY}    tolerations: [{{key: nvidia.com/gpu, operator: Equal, value: 'true', effect: NoSchedule}}]\n",
        f"{_AFFINITY}    tolerations: [{{key: nvidia.com/gpu, operator: Exists, effect: NoExecute}}]\n",
    ),
    good=(
        "deploy: {placement: {nodePools: [t4]}}",
        f"{_AFFINITY}    tolerations: [{{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}}]\n",
        f"{_AFFINITY}    tolerations: [{{key: nvidia.com/gpu, value: present}}]\n",
    ),
    judges="state",
    check=check,
    manifests=manifests,
    fix=fix,
    bad_manifests=(_POD, f"{_POD}  tolerations: [{{key: sku, operator: Exists}}]\n"),
    good_manifests=(f"{_POD}  tolerations: [{{key: nvidia.com/gpu, operator: Exists}}]\n",),
    pods=True,
)
