"""`missing-parameter`: a parameter that a template requires and nothing gives."""

from mlgitops.rules import Rule

_FILES = """
after:
  templates/stored/v1/template.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Template
    metadata: {name: stored, version: v1}
    kinds: [TrainingJob]
    parameters: {store: {scope: release, schema: {type: string}, examples: ["s3://acme"], description: Where.}}
  templates/stored/v1/settings.yaml.j2: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: "{{ slot.name }}"}
    data: {store: "{{ values.store }}"}
"""
_STATE = """  environments/prod/state/retrain.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: TrainingJob
    metadata: {{name: retrain, owner: growth}}
    release:
      version: 1.0.0
      template: stored/v1
      image: ghcr.io/acme/churn-train@sha256:DIGEST
      lineage: {{code: {{repository: https://github.com/acme/churn, commit: 0123456789abcdef0123456789abcdef01234567}}}}
      values: {}
    deploy: {{placement: {{nodePools: [t4]}}}}
"""

RULE = Rule(
    id="missing-parameter",
    title="a parameter that a template requires and nothing gives",
    severity="error",
    why=(
        "A parameter without a default has no value that would be right for everybody, an address of a store "
        "for instance. Where neither the release nor the environment gives one, nothing can be hydrated."
    ),
    mend="Give it in `release.values` or `deploy.values`, whichever its template says.",
    bad=(_FILES + _STATE.format("{}"),),
    good=(_FILES + _STATE.format("{store: 's3://acme'}"),),
    judges="repository",
    fixed=True,
)
