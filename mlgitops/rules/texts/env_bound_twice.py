"""`env-bound-twice`: a variable that is bound in two places."""

from mlgitops.rules import Rule

RULE = Rule(
    id="env-bound-twice",
    title="a variable that is bound in two places",
    severity="error",
    why=(
        "A container has one value a variable. Whether the release, the environment or a secret decides must "
        "not depend on the order in which a program reads them."
    ),
    mend="Remove it from one: what travels belongs in `release.env`, the rest in `deploy.env` or `deploy.secrets`.",
    bad=(
        "release: {env: {STORE: 'redis://other:6379'}}",
        "deploy: {secrets: {STORE: {name: store, key: url}}}",
        "environment: {defaults: {deploy: {secrets: {STORE: {name: store, key: url}}}}}",
    ),
    good=("release: {env: {THRESHOLD: '0.83'}}\ndeploy: {secrets: {TOKEN: {name: store, key: token}}}",),
    judges="state",
    fixed=True,
)
