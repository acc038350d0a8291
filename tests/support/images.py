"""Small images for registries: made of bytes, pushed with plain PUTs."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from typing import NamedTuple

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

_CONFIG = b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'


class Manifest(NamedTuple):
    """A manifest or an index, and the manifests an index lists."""

    media_type: str
    body: bytes
    children: tuple[Manifest, ...] = ()

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"


def image(note: str = "", media_type: str = OCI_MANIFEST) -> Manifest:
    """An image without layers; another `note` makes it another image."""
    config_type = (
        "application/vnd.docker.container.image.v1+json"
        if media_type == DOCKER_MANIFEST
        else "application/vnd.oci.image.config.v1+json"
    )
    config = {"mediaType": config_type, "digest": _digest(_CONFIG), "size": len(_CONFIG)}
    document = {"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": []}
    if note:
        document["annotations"] = {"note": note}
    return Manifest(media_type, json.dumps(document).encode())


def index(images: dict[str, Manifest], media_type: str = OCI_INDEX) -> Manifest:
    """An index of images by platform, as `linux/arm64/v8`; an empty platform stands for none."""
    entries = []
    for platform, child in images.items():
        entry = {"mediaType": child.media_type, "digest": child.digest, "size": len(child.body)}
        if platform:
            entry["platform"] = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
        entries.append(entry)
    document = {"schemaVersion": 2, "mediaType": media_type, "manifests": entries}
    return Manifest(media_type, json.dumps(document).encode(), tuple(images.values()))


def push(address: str, repository: str, tag: str, manifest: Manifest) -> None:
    """Put a manifest, what it lists, and the blob they need into a registry on loopback."""
    base = f"http://{address}/v2/{repository}"
    for child in manifest.children:
        push(address, repository, child.digest, child)
    if not manifest.children:
        with _send("POST", f"{base}/blobs/uploads/") as started:
            place = started.headers["Location"]
        joint = "&" if "?" in place else "?"
        _send("PUT", f"{place}{joint}digest={_digest(_CONFIG)}", _CONFIG, "application/octet-stream").close()
    _send("PUT", f"{base}/manifests/{tag}", manifest.body, manifest.media_type).close()


def delete(address: str, repository: str, digest: str) -> None:
    """Remove a manifest from a registry on loopback."""
    _send("DELETE", f"http://{address}/v2/{repository}/manifests/{digest}").close()


def _send(method: str, url: str, body: bytes = b"", media_type: str = ""):
    headers = {"Content-Type": media_type} if media_type else {}
    return urllib.request.urlopen(urllib.request.Request(url, body or None, headers, method=method), timeout=10)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
