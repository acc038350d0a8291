"""`unknown-rule`: a policy about a rule that does not exist."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: [dev, prod]
    policy: {}
"""

RULE = Rule(
    id="unknown-rule",
    title="a policy about a rule that does not exist",
    severity="error",
    why=(
        "A misspelt name in `policy` grades or accepts nothing, and nobody notices that until the findings that were "
        "thought to be dealt with stop a release."
    ),
    mend="Correct the name; `mlgitops rules` lists all of them.",
    bad=(
        _PROJECT.format("{severity: {pickle-weight: {prod: error}}}"),
        _PROJECT.format('{suppressions: [{rule: pickle-weight, reason: later, until: "9999-12-31"}]}'),
    ),
    good=(_PROJECT.format("{severity: {pickle-weights: {prod: error}}}"),),
    judges="repository",
    fixed=True,
)
