"""`missing-environment`: an environment of the path without its file."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: {}
"""

RULE = Rule(
    id="missing-environment",
    title="an environment of the path without its file",
    severity="error",
    why=(
        "`environment.yaml` declares namespace, node pools and defaults. Without it nothing of the environment "
        "can be hydrated, nor can a release be promoted into it."
    ),
    mend="Write `environments/<env>/environment.yaml`, or take the environment off the path.",
    bad=(
        "after: {environments/prod/environment.yaml: null}",
        _PROJECT.format("[dev, staging, prod]"),
    ),
    good=(_PROJECT.format("[dev, prod]"),),
    judges="repository",
    fixed=True,
)
