"""`misnamed-environment`: an environment whose name is not that of its folder."""

from mlgitops.rules import Rule

RULE = Rule(
    id="misnamed-environment",
    title="an environment whose name is not that of its folder",
    severity="error",
    why=(
        "The path, policies and commands go by the name of the folder. A file that calls itself otherwise was "
        "most likely copied from another environment, with what else it says."
    ),
    mend="Rename one of them.",
    bad=("environment: {metadata: {name: staging}}",),
    good=("environment: {metadata: {name: prod}}",),
    judges="state",
    fixed=True,
)
