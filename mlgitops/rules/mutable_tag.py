"""`mutable-tag`: a reference that names other content tomorrow."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.references import ImageReferenceError, parse_normalized
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase

_MOVING = re.compile(
    "(?:.*[._-])?latest(?:[._-].*)?|main|master|trunk|stable|nightly|dev|develop|edge|head|snapshot|v?[0-9]{1,2}",
    re.IGNORECASE,
)
"""Tags that people push again: names of branches and channels, and major versions alone."""


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find containers and image volumes of pods whose image has no digest and no fixed tag."""
    for pods in case.pods:
        for container, pointer in zip(_list(pods.spec.get("containers")), pods.containers, strict=False):
            yield from _faults(container, pointer, "image")
        for index, container in enumerate(_list(pods.spec.get("initContainers"))):
            yield from _faults(container, (*pods.pointer, "initContainers", index), "image")
        for index, volume in enumerate(_list(pods.spec.get("volumes"))):
            if isinstance(volume, dict):
                yield from _faults(volume.get("image"), (*pods.pointer, "volumes", index, "image"), "reference")


def _faults(holder: Any, pointer: tuple[str | int, ...], key: str) -> Iterator[Fault]:
    image = holder.get(key) if isinstance(holder, dict) else None
    tag = _moving(image) if isinstance(image, str) else None
    if tag is not None:
        what = f"the tag `{tag}`" if tag else "an image without tag and digest, which is `latest`,"
        yield Fault("mutable-tag", (*pointer, key), f"{what} names another image tomorrow", "")


@lru_cache(maxsize=4096)
def _moving(image: str) -> str | None:
    """The tag of an image whose content can change; empty where it has none; None where nothing is wrong with it."""
    try:
        reference = parse_normalized(image)
    except ImageReferenceError:
        return None
    if reference.digest:
        return None
    return reference.tag if reference.tag and _MOVING.fullmatch(reference.tag) else None if reference.tag else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


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
)
