"""`missing-affinity`: a workload that names no hardware."""

from mlgitops.rules import Rule

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
)
