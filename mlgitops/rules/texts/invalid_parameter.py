"""`invalid-parameter`: a value that its parameter does not take."""

from mlgitops.rules import Rule

RULE = Rule(
    id="invalid-parameter",
    title="a value that its parameter does not take",
    severity="error",
    why=(
        "A template says by a JSON Schema what a parameter may be. A value outside of it would come out as a "
        "broken manifest, or as one that means something else; a default or an example outside of it proves "
        "that the schema is wrong."
    ),
    mend="Write a value that the parameter's schema takes, or correct the schema in a new version of the template.",
    bad=(
        "release: {values: {batch: many}}",
        "deploy: {values: {surge: 1.5}}",
    ),
    good=("release: {values: {batch: 64}}",),
    judges="state",
    fixed=True,
)
