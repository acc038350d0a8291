"""`unknown-time-zone`: a window by the clock of a time zone that does not exist."""

from mlgitops.rules import Rule

_PROJECT = """
after:
  mlgitops.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: Project
    metadata: {{name: acme}}
    path: [dev, prod]
    gates: {{window: {{prod: {{timeZone: {}, open: ["Mon-Fri 09:00-16:00"]}}}}}}
"""

RULE = Rule(
    id="unknown-time-zone",
    title="a window by the clock of a time zone that does not exist",
    severity="error",
    why=(
        "Nobody can say when a window opens by a clock that nobody has, so every promotion into the environment would "
        "stop with an error, on the day that it is needed."
    ),
    mend="Write a name of the IANA time zone database, such as `Europe/Berlin` or `UTC`.",
    bad=(_PROJECT.format("Europe/Berlim"),),
    good=(_PROJECT.format("Europe/Berlin"), _PROJECT.format("UTC")),
    judges="repository",
    fixed=True,
)
