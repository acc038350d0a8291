"""`unlisted-environment`: a folder of an environment that is not on the path."""

from mlgitops.rules import Rule

RULE = Rule(
    id="unlisted-environment",
    title="a folder of an environment that is not on the path",
    severity="warning",
    why=(
        "Releases reach an environment along the path of `mlgitops.yaml`. A folder beside it looks like an "
        "environment, and nothing in it is hydrated or promoted."
    ),
    mend="Add it to `path` in mlgitops.yaml, or remove its folder.",
    bad=("after: {environments/qa/README.md: a text}",),
    good=("after: {environments/dev/README.md: a text}",),
    judges="repository",
)
