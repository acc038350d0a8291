"""`missing-examples`: a parameter that nothing can be tried with."""

from mlgitops.rules import Rule

_TEMPLATE = """
templates/extra/v1/template.yaml: |
  apiVersion: mlgitops.dev/v1alpha1
  kind: Template
  metadata: {{name: extra, version: v1}}
  kinds: [TrainingJob]
  parameters: {{store: {{scope: release, schema: {{type: string}}, {}description: Where.}}}}
templates/extra/v1/settings.yaml.j2: |
  apiVersion: v1
  kind: ConfigMap
  metadata: {{name: "{{{{ slot.name }}}}"}}
  data: {{store: "{{{{ values.store }}}}"}}
"""

RULE = Rule(
    id="missing-examples",
    title="a parameter that nothing can be tried with",
    severity="error",
    why=(
        "`mlgitops template check` hydrates a template over the defaults and examples of its parameters. One that has "
        "neither leaves every line untried that depends on it."
    ),
    mend="Add `examples` to the parameter.",
    bad=(_TEMPLATE.format(""),),
    good=(_TEMPLATE.format("examples: ['s3://acme'], "), _TEMPLATE.format("default: 's3://acme', ")),
    judges="template",
    fixed=True,
)
