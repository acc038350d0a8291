"""`missing-template`: a template that the repository does not have."""

from mlgitops.rules import Rule

RULE = Rule(
    id="missing-template",
    title="a template that the repository does not have",
    severity="error",
    why=(
        "Templates are read from the repository alone, so that an old commit hydrates as it did and an upgrade "
        "of the program changes no manifest. A version that is not there hydrates to nothing."
    ),
    mend="Name one that is there, or copy it in: `mlgitops template list`, `mlgitops template add`.",
    bad=(
        "release: {template: plain/v9}",
        "challenger: {mode: shadow, percent: 10, release: {template: plain/v9}}",
    ),
    good=("release: {template: plain/v1}",),
    judges="state",
    fixed=True,
)
