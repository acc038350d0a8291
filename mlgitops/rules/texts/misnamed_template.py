"""`misnamed-template`: a template whose name or version is not that of its folder."""

from mlgitops.rules import Rule

_TEMPLATE = """
after:
  templates/extra/v1/template.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Template
    metadata: {}
    kinds: [TrainingJob]
"""

RULE = Rule(
    id="misnamed-template",
    title="a template whose name or version is not that of its folder",
    severity="error",
    why=(
        "A release names its template by the folder, `<name>/<version>`. A document that says otherwise was "
        "most likely copied, and a version that calls itself by another one's name is not known to be "
        "immutable."
    ),
    mend="Write the name and version of the folder, or rename the folder.",
    bad=(
        _TEMPLATE.format("{name: other, version: v1}"),
        _TEMPLATE.format("{name: extra, version: v2}"),
    ),
    good=(_TEMPLATE.format("{name: extra, version: v1}"),),
    judges="repository",
    fixed=True,
)
