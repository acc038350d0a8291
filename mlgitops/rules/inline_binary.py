"""`inline-binary`: bytes written into a document."""

from mlgitops.rules import Rule

_BYTES = "QmluYXJ5IGRhdGEgd3JpdHRlbiBhcyB0ZXh0" * 16

RULE = Rule(
    id="inline-binary",
    title="binary data written into a document",
    severity="error",
    why=(
        "Weights, archives and images do not belong in Git, whose history keeps every version for ever, and cannot "
        "be reviewed in a diff. A document points to them by address and digest. Data URIs and 512 or more characters "
        "of Base64 in one piece, or wrapped into lines, are taken for binary data; certificates are not."
    ),
    mend="Store it in a bucket or registry, and name its address and digest in `model` or `artifacts`.",
    bad=(
        "release: {model: {uri: 'data:application/octet-stream;base64,QUJD'}}",
        "release: {env: {LOGO: 'data:image/png;base64,iVBORw0KGgo='}}",
        f"release: {{values: {{nested: [{{weights: {_BYTES}}}]}}}}",
        f"release: {{lineage: {{hyperparameters: {{initial_weights: {_BYTES}}}}}}}",
        f"deploy: {{placement: {{nodePools: [t4]}}, env: {{STATE: '--weights={_BYTES}'}}}}",
        "release:\n  env:\n    STATE: |\n" + f"      {_BYTES[:76]}\n" * 8,
    ),
    good=(
        "release: {model: {uri: 's3://acme-models/fraud/1.5.0/'}}",
        f"release: {{env: {{CALLBACK: 'https://acme.dev/{'models/' * 80}'}}}}",
        "release: {env: {NOTE: 'data: see the model card, which is long'}}",
    ),
    schema=True,
)
