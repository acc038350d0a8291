"""`expired-suppression`: findings that were accepted until a day that has passed."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: [dev, prod]
    policy: {{suppressions: [{{rule: pickle-weights, reason: converted in the next release, until: "{}"}}]}}
"""

RULE = Rule(
    id="expired-suppression",
    title="a suppression whose last day has passed",
    severity="error",
    why=(
        "A suppression is a promise with a date. Once the date has passed it hides nothing any more, and the promise "
        "is either kept, so that the suppression can go, or to be made anew before somebody's eyes."
    ),
    mend="Remove the suppression, or set a new date in a change that says why.",
    bad=(_PROJECT.format("2020-01-31"),),
    good=(_PROJECT.format("9999-12-31"),),
    judges="repository",
    fixed=True,
)
