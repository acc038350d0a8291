"""`fixed-rule`: a policy about a rule that none can change."""

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
    id="fixed-rule",
    title="a policy about a rule that no policy can change",
    severity="error",
    why=(
        "What the JSON Schemas of documents decide is decided alike by every editor and validator, so it is an error "
        "everywhere; and a document that cannot be read or hydrated stays so, whatever a policy says."
    ),
    mend="Take the rule out of `policy`, and mend what it finds.",
    bad=(
        _PROJECT.format("{severity: {invalid-document: {prod: warning}}}"),
        _PROJECT.format('{suppressions: [{rule: invalid-document, reason: later, until: "9999-12-31"}]}'),
    ),
    good=(_PROJECT.format("{severity: {pickle-weights: {prod: error}}}"),),
    judges="repository",
    fixed=True,
)
