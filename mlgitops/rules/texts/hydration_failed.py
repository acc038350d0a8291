"""`hydration-failed`: a state and a template from which no manifests can be made."""

from mlgitops.rules import Rule

_TEMPLATE = """
after:
  templates/extra/v1/template.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Template
    metadata: {{name: extra, version: v1}}
    kinds: [TrainingJob]
  templates/extra/v1/settings.yaml.j2: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: settings}}
    data: {{store: "{}"}}
"""
_STATE = """  environments/prod/state/retrain.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: TrainingJob
    metadata: {name: retrain, owner: growth}
    release:
      version: 1.0.0
      template: extra/v1
      image: ghcr.io/acme/churn-train@sha256:DIGEST
      lineage: {code: {repository: https://github.com/acme/churn, commit: 0123456789abcdef0123456789abcdef01234567}}
    deploy: {placement: {nodePools: [t4]}}
"""

RULE = Rule(
    id="hydration-failed",
    title="a state and a template from which no manifests can be made",
    severity="error",
    why=(
        "An expression asks for what is not there, a template declines a combination by `fail`, two objects "
        "have one name, or a bound on work and size is passed. Nothing is written then: half of a service is no "
        "service."
    ),
    mend="Do what the finding says, in the state, or in a new version of the template.",
    bad=(
        _TEMPLATE.format("{{ values.store }}") + _STATE,
        _TEMPLATE.format("{{ 'it needs a store' | fail }}") + _STATE,
        _TEMPLATE.format("{{ slot.name }") + _STATE,
    ),
    good=(_TEMPLATE.format("{{ slot.name }}") + _STATE,),
    judges="repository",
    fixed=True,
)
