"""`misnamed-state`: a state whose name is not that of its file."""

from mlgitops.rules import Rule

RULE = Rule(
    id="misnamed-state",
    title="a state whose name is not that of its file",
    severity="error",
    why=(
        "Manifests, evaluations and pull requests go by the name of the file, people by the one that is written "
        "in it. Where they differ, somebody promotes another service than they think."
    ),
    mend="Rename one of them.",
    bad=("metadata: {name: fraud}",),
    good=("metadata: {name: fraud-detector}",),
    judges="state",
    fixed=True,
)
