"""`mutable-tag`: a reference that names other content tomorrow."""

from mlgitops.rules import Rule

RULE = Rule(
    id="mutable-tag",
    title="a reference whose content can change under its name",
    severity="error",
    why=(
        "`latest`, a branch or an alias is whatever someone pushed last. Git would say that nothing changed while "
        "the cluster serves another image or model, no evaluation would be about what runs, and a rollback would "
        "bring back a name instead of the content that worked."
    ),
    mend="Write a fixed version, or a digest: `name:1.5.0@sha256:…`.",
    bad=(
        "release: {image: ghcr.io/acme/fraud-server}",
        "release: {image: 'ghcr.io/acme/fraud-server:latest'}",
        "release: {version: latest}",
        "release: {model: {uri: 'models:/fraud/latest'}}",
        "release: {model: {uri: 'models:/fraud@champion'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model'}}",
        "release: {model: {uri: 'hf://acme/fraud', revision: main}}",
        "release: {artifacts: [{name: tokenizer, role: tokenizer, uri: 's3://acme-models/tokenizer/latest/'}]}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/train:latest'}}}",
        """
challenger:
  mode: shadow
  percent: 10
  release: {version: 1.6.0-rc1, template: kserve/v1, image: ghcr.io/acme/fraud-server}
""",
    ),
    good=(
        "release: {image: 'ghcr.io/acme/fraud-server:1.5.0'}",
        f"release: {{image: 'localhost:5000/fraud@sha256:{'1b4f0e98' * 8}'}}",
        "release: {model: {uri: 'models:/fraud/7'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model:1.5.0'}}",
        "release: {model: {uri: 'hf://acme/fraud', revision: 0123456789abcdef0123456789abcdef01234567}}",
        "release: {model: {uri: 's3://acme-models/latest-attempt/1.5.0/'}}",
    ),
    schema=True,
)
