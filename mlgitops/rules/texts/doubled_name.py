"""`doubled-name`: a name that two states of an environment have."""

from mlgitops.rules import Rule

_JOB = """
    apiVersion: mlgitops.dev/v1alpha1
    kind: TrainingJob
    metadata: {name: retrain, owner: growth}
    release:
      version: 1.0.0
      template: job/v1
      image: ghcr.io/acme/churn-train@sha256:DIGEST
      lineage: {code: {repository: https://github.com/acme/churn, commit: 0123456789abcdef0123456789abcdef01234567}}
    deploy: {placement: {nodePools: [t4]}}
"""

RULE = Rule(
    id="doubled-name",
    title="a name that two states of an environment have",
    severity="error",
    why=(
        "Objects in the cluster are called after their state, whatever the folder of its team: two states of "
        "one name would fight for the same objects, and nobody could say which of them a promotion is about."
    ),
    mend="Names are unique in an environment, whatever the team: rename one.",
    bad=(f"after:\n  environments/prod/state/a/retrain.yaml: |{_JOB}  environments/prod/state/retrain.yaml: |{_JOB}",),
    good=(f"after:\n  environments/dev/state/a/retrain.yaml: |{_JOB}  environments/prod/state/retrain.yaml: |{_JOB}",),
    judges="repository",
    fixed=True,
)
