"""A real OCI registry, which knows the digests that images have."""

from __future__ import annotations

import hashlib

import httpx
import pytest

pytestmark = pytest.mark.servers

INDEX = "application/vnd.oci.image.index.v1+json"


def test_a_pushed_manifest_is_found_by_its_digest_and_by_its_tag(image_registry: str) -> None:
    manifest = b'{"schemaVersion": 2, "mediaType": "' + INDEX.encode() + b'", "manifests": []}'
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    with httpx.Client(base_url=f"http://{image_registry}/v2/acme/fraud", trust_env=False) as http:
        pushed = http.put("/manifests/1.5.0", content=manifest, headers={"Content-Type": INDEX})
        assert pushed.status_code == 201, pushed.text
        for reference in ("1.5.0", digest):
            found = http.head(f"/manifests/{reference}", headers={"Accept": INDEX})
            assert found.headers["Docker-Content-Digest"] == digest
        assert http.head(f"/manifests/sha256:{'0' * 64}", headers={"Accept": INDEX}).status_code == 404
