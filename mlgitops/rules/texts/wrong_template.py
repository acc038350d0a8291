"""`wrong-template`: a template that cannot hydrate what uses it."""

from mlgitops.rules import Rule

RULE = Rule(
    id="wrong-template",
    title="a template for another kind of state, or for another challenger",
    severity="error",
    why=(
        "A template says which kinds of states it hydrates: one for models knows nothing of the command of a "
        "training job. And where a route splits traffic, champion and challenger must be of one template, whose "
        "route knows both."
    ),
    mend="Name a template for this kind; for a challenger, a version of the champion's: `mlgitops template list`.",
    bad=("release: {template: job/v1}", "challenger: {mode: shadow, percent: 10, release: {template: job/v1}}"),
    good=("release: {template: plain/v1}",),
    judges="state",
    fixed=True,
)
