"""What a kube-apiserver answers to the creation of an object, in a strict dry run: nothing is kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
from support.apiserver import THREADS, base, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.apiserver import ApiServer

_CREATE = "dryRun=All&fieldValidation=Strict"


def created(server: ApiServer, manifests: Sequence[Any]) -> list[str]:
    """Why each object is refused, in order; the empty string where it is accepted. Nothing is kept."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda manifest: _refusal(server, manifest), manifests))


def _refusal(server: ApiServer, manifest: dict[str, Any]) -> str:
    version, metadata = manifest["apiVersion"], manifest.get("metadata")
    resource = server._resources(version)[manifest["kind"]]
    namespace = metadata.get("namespace", "default") if isinstance(metadata, dict) else "default"
    scope = f"/namespaces/{namespace}" if resource["namespaced"] else ""
    path = f"{base(version)}{scope}/{resource['name']}?{_CREATE}"
    try:
        answer = server.http.post(path, content=json.dumps(manifest), headers={"Content-Type": "application/json"})
    except httpx.RemoteProtocolError:  # its validation panics on a few objects
        return "the server broke off"
    return "" if answer.is_success else reason(answer) or str(answer.status_code)
