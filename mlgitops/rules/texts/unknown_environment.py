"""`unknown-environment`: a setting for an environment that is not on the path."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: [dev, prod]
    {}
"""

RULE = Rule(
    id="unknown-environment",
    title="a setting for an environment that is not on the path",
    severity="error",
    why=(
        "A misspelt environment under `gates` or `policy` switches off what it was to switch on: no soak is asked for, "
        "no window is closed, no rule is graded. It looks right, and nothing happens."
    ),
    mend="Correct the name: `path` lists all environments.",
    bad=(
        _PROJECT.format("gates: {soak: {prdo: 24h}}"),
        _PROJECT.format('gates: {window: {pord: {timeZone: UTC, open: ["Mon-Fri 09:00-16:00"]}}}'),
        _PROJECT.format("gates: {overridable: {production: [soak]}}"),
        _PROJECT.format("policy: {severity: {pickle-weights: {prodd: error}}}"),
        _PROJECT.format(
            'policy: {suppressions: [{rule: pickle-weights, environment: devel, reason: later, until: "9999-12-31"}]}'
        ),
    ),
    good=(
        _PROJECT.format("gates: {soak: {prod: 24h}, overridable: {prod: [soak]}}"),
        _PROJECT.format("policy: {severity: {pickle-weights: {prod: error}}}"),
    ),
    judges="repository",
    fixed=True,
)
