"""`unbound-env`: a variable that a release requires and nothing binds."""

from mlgitops.rules import Rule

RULE = Rule(
    id="unbound-env",
    title="a variable that a release requires and nothing binds",
    severity="error",
    why=(
        "A release says in `requires.env` which variables it cannot do without. Where the environment binds one of "
        "them neither in `deploy.env` nor in `deploy.secrets`, the server crashes when it starts, or takes a default "
        "that was meant for somebody's laptop."
    ),
    mend="Bind it in `deploy.env`, or in `deploy.secrets` if its value is secret.",
    bad=(
        "release: {requires: {env: [HF_TOKEN, STORE]}}",
        "deploy: {env: null}",
        "challenger: {mode: shadow, percent: 10, release: {requires: {env: [CACHE]}}}",
    ),
    good=(
        "deploy: {secrets: {HF_TOKEN: {name: hf, key: token}}}\nrelease: {requires: {env: [HF_TOKEN, STORE]}}",
        "release: {env: {CACHE: /cache}, requires: {env: [CACHE, STORE]}}",
    ),
    judges="state",
    fixed=True,
)
