"""`misplaced-file`: a file that stands where it is not read, or not as it seems."""

from mlgitops.rules import Rule

RULE = Rule(
    id="misplaced-file",
    title="a file that stands where it does not belong",
    severity="error",
    why=(
        "States, evaluations and templates are found by where they stand: a state that is called otherwise "
        "would be left out in silence. Under `hydrated/`, a link or a file such as `kustomization.yaml` makes "
        "the GitOps controller apply what nobody judged."
    ),
    mend="Do what the finding says: rename it, or move it out of the folder.",
    bad=(
        "after: {environments/prod/state/notes.txt: a text}",
        "after: {environments/prod/state/Fraud_Detector.yaml: a text}",
        "after: {environments/prod/state/risk/cards/fraud.yaml: a text}",
        "after: {environments/prod/evaluations/fraud-detector/README.md: a text}",
        "after: {environments/prod/hydrated/fraud-detector/kustomization.yaml: 'resources: []'}",
        "after: {templates/plain/claim.yaml.j2: a text}",
    ),
    good=("after: {environments/prod/README.md: a text, templates/README.md: a text}",),
    judges="repository",
    fixed=True,
)
