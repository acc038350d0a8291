"""`invalid-yaml`: a file that cannot be read as YAML."""

from mlgitops.rules import Rule

RULE = Rule(
    id="invalid-yaml",
    title="a file that cannot be read as YAML",
    severity="error",
    why=(
        "What one reader takes and another refuses, or both take differently, is no declaration: keys that "
        "stand twice, tags, control characters and files beyond all bounds are refused as broken syntax is."
    ),
    mend="Correct the line that the finding names.",
    bad=(
        "after: {environments/prod/state/broken.yaml: 'release: [1.5.0'}",
        "after: {environments/prod/manifests/broken.yaml: '{kind: Pod, kind: Job}'}",
        "after: {environments/dev/environment.yaml: '!!python/object {}'}",
    ),
    good=(
        "after: {environments/prod/manifests/settings.yaml: '{kind: ConfigMap, apiVersion: v1, metadata: {name: a}}'}",
    ),
    judges="repository",
    fixed=True,
)
