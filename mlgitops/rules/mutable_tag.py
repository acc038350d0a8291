"""`mutable-tag`: a reference that names other content tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.pod_images import images, moving
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find images of pods that have no digest and no fixed tag."""
    for pointer, image in images(case.pods):
        what = moving(image)
        if what:
            yield Fault("mutable-tag", pointer, f"{what} names another image tomorrow", "")


def _pod(container: str) -> str:
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: server, namespace: ml-prod}}, spec: {{{container}}}}}"


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
        "release: {image: 'ghcr.io/acme/fraud-server:main'}",
        "release: {image: 'ghcr.io/acme/fraud-server:Stable'}",
        "release: {image: 'localhost:5000/fraud-server:v1'}",
        "release: {version: latest}",
        "release: {model: {uri: 'models:/fraud/latest'}}",
        "release: {model: {uri: 'models:/fraud@champion'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model'}}",
        "release: {model: {uri: 'hf://acme/fraud', revision: main}}",
        "release: {artifacts: [{name: tokenizer, role: tokenizer, uri: 's3://acme-models/tokenizer/latest/'}]}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/train:latest'}}}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/train:nightly'}}}",
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
        f"release: {{image: 'ghcr.io/acme/fraud-server:main@sha256:{'1b4f0e98' * 8}'}}",
        "release: {image: 'ghcr.io/main/dev:v1.5'}",
        "release: {model: {uri: 'models:/fraud/7'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model:1.5.0'}}",
        "release: {model: {uri: 'hf://acme/fraud', revision: 0123456789abcdef0123456789abcdef01234567}}",
        "release: {model: {uri: 's3://acme-models/latest-attempt/1.5.0/'}}",
    ),
    schema=True,
    manifests=manifests,
    bad_manifests=(
        _pod("containers: [{name: server, image: nginx}]"),
        _pod("containers: [{name: server, image: 'nginx:latest'}]"),
        _pod("containers: [{name: server, image: 'ghcr.io/acme/server:main'}]"),
        _pod("containers: [{name: server, image: 'localhost:5000/acme/server:v1'}]"),
        _pod("containers: [{name: a, image: 'a:1.5.0'}], initContainers: [{name: b, image: b}]"),
        _pod("containers: [{name: a, image: 'a:1.5.0'}], volumes: [{name: m, image: {reference: 'm:latest'}}]"),
        """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: fraud, namespace: ml-prod, annotations: {serving.kserve.io/deploymentMode: Standard}}
spec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: 's3://models/fraud/1.5.0/', image: 'acme:stable'}}}
""",
    ),
    good_manifests=(
        _pod("containers: [{name: server, image: 'nginx:1.29.3'}]"),
        _pod("containers: [{name: server, image: 'nginx@sha256:DIGEST'}]"),
        _pod("containers: [{name: server, image: 'nginx:latest@sha256:DIGEST'}]"),
        _pod("containers: [{name: server, image: 'localhost:5000/acme/server:2026-11-01'}]"),
    ),
    pods=True,
)
