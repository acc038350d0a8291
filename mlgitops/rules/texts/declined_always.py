"""`declined-always`: a template that takes nothing that is tried."""

from mlgitops.rules import Rule

_TEMPLATE = """
templates/extra/v1/template.yaml: |
  apiVersion: mlgitops.dev/v1alpha1
  kind: Template
  metadata: {{name: extra, version: v1}}
  kinds: [TrainingJob]
  parameters: {{store: {{scope: release, schema: {{type: string}}, examples: {}, description: Where.}}}}
templates/extra/v1/settings.yaml.j2: |
  apiVersion: v1
  kind: ConfigMap
  metadata: {{name: "{{{{ slot.name }}}}"}}
  data: {{store: "{{{{ values.store or ('it needs a store' | fail) }}}}"}}
"""

RULE = Rule(
    id="declined-always",
    title="a template that declines whatever is tried",
    severity="error",
    why=(
        "A template may decline a combination by `fail`, in words of its own. One that declines all examples of its "
        "parameters was tried with nothing, so nobody knows whether it hydrates at all."
    ),
    mend="Add examples that it takes, or mend the condition before its `fail`.",
    bad=(_TEMPLATE.format("['']"),),
    good=(_TEMPLATE.format("['', 's3://acme']"),),
    judges="template",
    fixed=True,
)
