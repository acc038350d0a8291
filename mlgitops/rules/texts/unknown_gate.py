"""`unknown-gate`: a setting of a gate that does not exist."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: [dev, prod]
    gates: {}
"""

RULE = Rule(
    id="unknown-gate",
    title="a setting of a gate that does not exist",
    severity="error",
    why=(
        "A misspelt name under `gates` lets nobody override anything, or sets up a gate that is not there, and nobody "
        "notices that until a release has to go out, or should not have. A gate of another package is known where the "
        "package is installed."
    ),
    mend="Correct the name; `docs/gates` lists all gates, and a package may bring more.",
    bad=(
        _PROJECT.format("{overridable: {prod: [soaks]}}"),
        _PROJECT.format("{settings: {change-ticket: {project: OPS}}}"),
    ),
    good=(_PROJECT.format("{overridable: {prod: [soak, window]}}"),),
    judges="repository",
    fixed=True,
)
