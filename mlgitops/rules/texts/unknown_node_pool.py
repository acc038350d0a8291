"""`unknown-node-pool`: a node pool that the environment does not declare."""

from mlgitops.rules import Rule

RULE = Rule(
    id="unknown-node-pool",
    title="a node pool that the environment does not declare",
    severity="error",
    why=(
        "A pool's labels and taints become the affinity and tolerations of the pods. A name that "
        "`environment.yaml` does not declare has neither, and the pods would run anywhere or nowhere."
    ),
    mend="Name a pool of environment.yaml, or declare this one there.",
    bad=(
        "deploy: {placement: {nodePools: [a100]}}",
        "deploy: {placement: {nodePools: [t4, t5]}}",
    ),
    good=("deploy: {placement: {nodePools: [t4]}}",),
    judges="state",
    fixed=True,
)
