"""`unknown-parameter`: a value for a parameter that the template does not have."""

from mlgitops.rules import Rule

RULE = Rule(
    id="unknown-parameter",
    title="a value for a parameter that the template does not have",
    severity="error",
    why=(
        "A value that no template reads has no effect, which nobody notices until the setting is needed. A "
        "parameter travels with the release or stays in the environment, never both: on the other side it is "
        "unknown, too."
    ),
    mend="Correct the name, or move the value to the block that the finding names: `mlgitops template show` lists all.",
    bad=(
        "release: {values: {bach: 32}}",
        "deploy: {values: {batch: 32}}",
        "environment: {defaults: {deploy: {values: {surges: 1}}}}",
    ),
    good=("release: {values: {batch: 32}}\ndeploy: {values: {surge: 2}}",),
    judges="state",
    fixed=True,
)
