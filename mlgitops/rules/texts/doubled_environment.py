"""`doubled-environment`: an environment that a release would pass twice."""

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
    id="doubled-environment",
    title="an environment that stands on the path twice",
    severity="error",
    why=(
        "The path says in which order releases pass the environments. One that stands there twice comes before itself."
    ),
    mend="A release passes each environment once: remove the others.",
    bad=(
        _PROJECT.format("[dev, prod, dev]"),
        _PROJECT.format("[dev, [prod, dev]]"),
    ),
    good=(_PROJECT.format("[dev, prod]"),),
    judges="repository",
    fixed=True,
)
