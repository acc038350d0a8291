"""`invalid-document`: a document that is not as its schema says."""

from mlgitops.rules import Rule

RULE = Rule(
    id="invalid-document",
    title="a document that breaks the schema of its kind",
    severity="error",
    why=(
        "A field that is misspelt would be ignored in silence, and a value of the wrong type would surface as a broken "
        "manifest in a cluster. Everything that is not known is refused while the author still looks at it."
    ),
    mend="Do what the finding says; `mlgitops schema` prints the schemas, which editors can use too.",
    bad=(
        "release: {versoin: 1.5.0}",
        "release: {version: 1.5}",
        "release: {env: {THRESHOLD: 0.83}}",
        "release: {requires: {memory: null}}",
        "deploy: {placement: {nodePools: [t4]}, replica: {min: 2}}",
        'deploy: {placement: {nodePools: [t4]}, replicas: {min: "2"}}',
        "deploy: {placement: {nodePools: [t4]}, rollout: {strategy: roling}}",
        "metadata: {name: Fraud_Detector}",
    ),
    good=(
        "release: {version: 1.5.0}",
        'release: {env: {THRESHOLD: "0.83"}}',
        "deploy: {placement: {nodePools: [t4]}, replicas: {min: 2}}",
        "metadata: {name: fraud-detector}",
    ),
    schema=True,
)
