"""`missing-affinity`: a workload that names no hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import schedulability
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase

_MEND = "Require node affinity of the pod, or give it a node selector, by labels that tell its nodes from others."


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find pods of states, and pods that need a device, for which any node will do."""
    for asked in schedulability.unplaced(case):
        yield Fault("missing-affinity", asked.pointer, "the pods require no labels of their nodes", _MEND)


_JOB = """
apiVersion: batch/v1
kind: Job
metadata: {{name: probe, namespace: ml-prod}}
spec:
  template:
    spec:
      restartPolicy: Never
      tolerations: [{{operator: Exists}}]
      containers: [{{name: main, image: ghcr.io/acme/probe:1.0.0@sha256:DIGEST, resources: {{limits: {{{}}}}}}}]
"""
_REQUIRED = """
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]
"""
_ANY = "      nodeSelector: {kubernetes.io/os: linux}\n"
_GPU = "nvidia.com/gpu: '1'"

RULE = Rule(
    id="missing-affinity",
    title="a workload that does not say which hardware it runs on",
    severity="error",
    why=(
        "Without required node affinity the scheduler takes any node with room: a model measured on one GPU answers "
        "from another with other latency, or from a processor, and nobody notices before the bill or the pager does. "
        "Preferences are no affinity, since the scheduler may pass over them, and an empty term matches no node."
    ),
    mend="Name node pools of environment.yaml: `placement: {nodePools: [t4]}`.",
    bad=(
        "deploy: {}",
        "deploy: {replicas: {min: 2}}",
        "deploy: {placement: {}}",
        "deploy: {placement: {nodePools: []}}",
        "deploy: {placement: {affinity: {}}}",
        "deploy: {placement: {tolerations: [{key: nvidia.com/gpu, operator: Exists}]}}",
        """
deploy:
  placement:
    affinity:
      nodeAffinity:
        preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 50
            preference: {matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]}
""",
        """
deploy:
  placement:
    affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}}
""",
    ),
    good=(
        "deploy: {placement: {nodePools: [t4]}}",
        """
deploy:
  placement:
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]
    tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
""",
    ),
    schema=True,
    manifests=manifests,
    bad_manifests=(_JOB.format(_GPU), _JOB.format(_GPU) + _ANY),
    good_manifests=(_JOB.format("cpu: '1'"), _JOB.format(_GPU) + _REQUIRED),
    pods=True,
)
