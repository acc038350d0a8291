"""A client of one kube-apiserver: defines kinds and judges objects by a strict server-side dry run.

The requests are those of `kubectl apply --server-side --dry-run=server --validate=strict`, without a process and a
discovery for each run: https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

import functools
import json
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
from support.verdict import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

THREADS = 4
APPLY = "dryRun=All&fieldValidation=Strict&fieldManager=mlgitops&force=true"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class ApiServer:
    """A kube-apiserver on a loopback port, which accepts `token` and shows `certificate`."""

    def __init__(self, port: int, token: str, certificate: Path) -> None:
        self.address = f"https://127.0.0.1:{port}"
        self.token = token
        self.certificate = certificate
        self._namespaces = {"default"}

    @functools.cached_property
    def http(self) -> httpx.Client:
        """The client of all requests; the certificate must have been written, which the server does as it starts."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.certificate)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return httpx.Client(base_url=self.address, headers=headers, verify=context, timeout=60, trust_env=False)

    def ready(self) -> bool:
        """Whether it answers that it is ready."""
        try:
            return self.http.get("/readyz").is_success
        except (OSError, httpx.TransportError):
            return False

    def close(self) -> None:
        """Closes all connections."""
        self.http.close()

    def define(self, documents: Iterable[dict[str, Any]]) -> None:
        """Creates custom resource definitions and waits until all are served; RuntimeError if one never is."""
        wanted = list(documents)
        for document in wanted:
            answer = self.http.post(DEFINITIONS, json=document)
            if not answer.is_success and answer.status_code != httpx.codes.CONFLICT:
                raise RuntimeError(f"{document['metadata']['name']}: {reason(answer)}")
        deadline = time.monotonic() + 60
        for document in wanted:
            while not self._serves(document["spec"]):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"not served after a minute: {document['metadata']['name']}")
                time.sleep(0.1)

    def dry_run(self, manifests: Sequence[Any]) -> list[Verdict]:
        """Applies each object server-side and strictly, persisting none; verdicts in the order of `manifests`.

        Namespaces that the objects name are created first, for a namespaced object is refused without its own.
        """
        for namespace in {manifest["metadata"].get("namespace", "default") for manifest in manifests}:
            self._ensure_namespace(namespace)
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(self._judge, manifests))

    def _judge(self, manifest: Any) -> Verdict:
        path = self._path(manifest)
        if path is None:
            return verdict(manifest, "refused", f"{manifest['apiVersion']} {manifest['kind']} is not served")
        kind = {"Content-Type": "application/apply-patch+yaml"}
        answer = self.http.patch(f"{path}?{APPLY}", content=json.dumps(manifest), headers=kind)
        warnings = tuple(re.sub(r'^299 - "(.*)"$', r"\1", told) for told in answer.headers.get_list("Warning"))
        if answer.is_success:
            return verdict(manifest, "accepted", warnings=warnings)
        return verdict(manifest, "refused", reason(answer), warnings)

    def _path(self, manifest: Any) -> str | None:
        """Path of the object, or None where its kind is not served."""
        version, metadata = manifest["apiVersion"], manifest["metadata"]
        resource = self._resources(version).get(manifest["kind"])
        if resource is None:
            return None
        namespace = quote(metadata.get("namespace", "default"), safe="")
        scope = f"/namespaces/{namespace}" if resource["namespaced"] else ""
        return f"{base(version)}{scope}/{resource['name']}/{quote(metadata['name'], safe='')}"

    @functools.cache  # noqa: B019 — a server lives as long as the test run
    def _resources(self, version: str) -> dict[str, Any]:
        """What the server knows of each kind of one group and version."""
        answer = self.http.get(base(version))
        listed = answer.json()["resources"] if answer.is_success else ()
        return {resource["kind"]: resource for resource in listed if "/" not in resource["name"]}

    def _serves(self, definition: dict[str, Any]) -> bool:
        """Whether discovery lists a defined kind in all its served versions."""
        self._resources.cache_clear()
        versions = [version["name"] for version in definition["versions"] if version["served"]]
        kind = definition["names"]["kind"]
        return all(kind in self._resources(f"{definition['group']}/{version}") for version in versions)

    def _ensure_namespace(self, name: str) -> None:
        """Creates a namespace once; a name that is no namespace's is left for the object's own refusal."""
        if name not in self._namespaces:
            self.http.post("/api/v1/namespaces", json={"metadata": {"name": name}})
            self._namespaces.add(name)


def base(version: str) -> str:
    """Path of a group and version: the core group has one of its own."""
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def reason(answer: httpx.Response) -> str:
    """The message of a refusal."""
    is_status = answer.headers.get("Content-Type", "").startswith("application/json")
    return str(answer.json()["message"]) if is_status else answer.text
