"""`challenger-without-traffic`: a challenger that no request reaches."""

from mlgitops.rules import Rule

RULE = Rule(
    id="challenger-without-traffic",
    title="a challenger that no request reaches",
    severity="warning",
    why=(
        "A challenger is compared with the champion by the requests that both answer. Where the environment "
        "declares no gateway, no route is rendered that mirrors or splits them: the challenger costs its "
        "hardware and proves nothing, unless something else sends it requests."
    ),
    mend="Declare `gateway` in environment.yaml, or send it traffic by other means.",
    bad=("environment: {gateway: null}\nchallenger: {mode: shadow, percent: 10, release: {version: 1.6.0}}",),
    good=("challenger: {mode: shadow, percent: 10, release: {version: 1.6.0}}",),
    judges="state",
)
