"""`min-above-max`: fewer replicas at most than at least."""

from mlgitops.rules import Rule

RULE = Rule(
    id="min-above-max",
    title="fewer replicas at most than at least",
    severity="error",
    why=(
        "An autoscaler with these bounds is refused by the cluster. Each file may be right by itself: one of "
        "the numbers may be a default of the environment."
    ),
    mend="Set both: one of them may come from the environment's defaults.",
    bad=(
        "deploy: {replicas: {min: 7}}",
        "deploy: {replicas: {min: 4, max: null}}\nenvironment: {defaults: {deploy: {replicas: {max: 3}}}}",
    ),
    good=(
        "deploy: {replicas: {min: 6}}",
        "deploy: {replicas: {min: 7, max: null}}",
    ),
    judges="state",
    fixed=True,
)
