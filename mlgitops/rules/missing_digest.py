"""`missing-digest`: something that is named, and not pinned."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.pod_images import NO_DIGEST, PLACEHOLDER, moving, unpinned
from mlgitops.core.pod_images import images as of_pods
from mlgitops.core.sources import data, images, weights
from mlgitops.core.uris import judge
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase, StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find images, models, artifacts and data that neither a digest nor a fixed revision pins."""
    for slot in case.slots:
        for pointer, what, image in images(slot):
            fault = unpinned(image)
            if fault:
                yield Fault("missing-digest", pointer, f"{what} {fault}", "")
        for source in chain(weights(slot), data(slot)):
            if source.digest is None:
                verdict = judge(source.uri, source.revision, None)
                if not (verdict.fixed or verdict.moves):
                    mend = f"Record its `digest`, or {verdict.store.mend}."
                    yield Fault("missing-digest", source.pointer, f"{source.what} has no digest", mend)
            elif source.digest == PLACEHOLDER:
                yield Fault("missing-digest", (*source.pointer, "digest"), f"{source.what} {NO_DIGEST}", "")


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find images of pods without a digest; of those whose tag moves, `mutable-tag` tells."""
    for pointer, image in of_pods(case.pods):
        fault = None if moving(image) else unpinned(image)
        if fault:
            yield Fault("missing-digest", pointer, f"the image {fault}", "")


def _pod(container: str) -> str:
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: server, namespace: ml-prod}}, spec: {{{container}}}}}"


RULE = Rule(
    id="missing-digest",
    title="an image, a model or data without a digest",
    severity="error",
    first_step="warning",
    why=(
        "A tag can be pushed again and a folder written to. Only a digest says that what was evaluated is what runs, "
        "lets a rollback bring back the same bytes, and joins evaluations to the model that they are about. In the "
        "path's first step a warning is enough: people try things out there."
    ),
    mend="Write the reference with its digest, `name:1.5.0@sha256:…`; `mlgitops digest` prints it.",
    bad=(
        "release: {image: 'ghcr.io/acme/fraud-server:1.5.0'}",
        "release: {artifacts: [{name: adapter, role: adapter, uri: 'oci://ghcr.io/acme/fraud-lora:1.5.0'}]}",
        "release: {artifacts: [{name: tokenizer, role: tokenizer, uri: 's3://acme-models/tokenizer/1/'}]}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/train:1.5.0'}}}",
        "release: {lineage: {data: [{name: training, uri: 's3://acme-data/fraud/2026-10/'}]}}",
        "challenger: {mode: shadow, percent: 10, release: {image: 'ghcr.io/acme/fraud-server:1.6.0'}}",
        f"release: {{image: 'ghcr.io/acme/fraud-server:1.5.0@{PLACEHOLDER}'}}",
        f"release: {{lineage: {{data: [{{name: training, uri: 's3://acme-data/fraud/', digest: '{PLACEHOLDER}'}}]}}}}",
    ),
    good=(
        "release: {image: 'ghcr.io/acme/fraud-server@sha256:DIGEST'}",
        "release: {artifacts: [{name: adapter, role: adapter, uri: 'oci://ghcr.io/acme/fraud-lora@sha256:DIGEST'}]}",
        "release: {artifacts: [{name: a, role: adapter, uri: 'hf://acme/fraud:0123456789abcdef0123456789abcdef01234567'}]}",
        "release: {lineage: {data: [{name: training, uri: 'gs://acme-data/fraud.parquet#1700000000000000'}]}}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/train@sha256:DIGEST'}}}",
    ),
    judges="state",
    check=check,
    manifests=manifests,
    bad_manifests=(
        _pod("containers: [{name: server, image: 'nginx:1.29.3'}]"),
        _pod(f"containers: [{{name: server, image: 'nginx:1.29.3@{PLACEHOLDER}'}}]"),
    ),
    good_manifests=(
        _pod("containers: [{name: server, image: 'nginx:1.29.3@sha256:DIGEST'}]"),
        _pod("containers: [{name: server, image: 'nginx@sha256:DIGEST'}]"),
    ),
    releases=True,
    pods=True,
)
