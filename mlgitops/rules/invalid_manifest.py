"""`invalid-manifest`: an object that an API server would refuse."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.familiar import INSTRUCTIONS
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlgitops.core.cases import ManifestCase

_SEALED = ("ENC[", "<path:")  # what SOPS and the Vault plugin of Argo CD replace


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find what the API server of the declared version would refuse."""
    for name in ("apiVersion", "kind"):
        if not isinstance(case.manifest.get(name), str):
            yield Fault("invalid-manifest", (name,), f"the object has no `{name}`", "Add it, or move the file.")
            return
    if case.manifest["apiVersion"].startswith(INSTRUCTIONS):
        return
    if not _is_sealed(case.manifest):
        yield from _judge()(case.manifest, case.schemas.nearest(case.kubernetes), case.schemas)


@cache
def _judge() -> Callable[..., list[Fault]]:
    from mlgitops.core.kubernetes.judging import faults  # 7 ms that a state needs not, whose rules are all loaded

    return faults


def _is_sealed(manifest: Mapping[str, Any]) -> bool:
    """Whether an object is written so that its controller first puts in what is secret."""
    data = manifest.get("data") if manifest["kind"] == "Secret" else None
    texts = data.values() if isinstance(data, dict) else ()
    return "sops" in manifest or any(isinstance(text, str) and text.startswith(_SEALED) for text in texts)


def _deployment(spec: str = "", container: str = "", name: str = "server") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: ml-prod}}
spec:
  selector: {{matchLabels: {{app: server}}}}
  template:
    metadata: {{labels: {{app: server}}}}
    spec:
      containers:
        - name: server
          image: ghcr.io/acme/server:1.5.0@sha256:DIGEST
          ports: [{{name: http, containerPort: 8080}}]
{container}
{spec}
"""


RULE = Rule(
    id="invalid-manifest",
    title="an object that an API server would refuse",
    severity="error",
    why=(
        "What a cluster refuses is found when the controller syncs, after the merge, and holds up everything behind "
        "it. Objects are judged by the schemas of the Kubernetes version that the environment declares, of the custom "
        "resources that were imported, and by what an API server checks beyond schemas: names, quantities, selectors, "
        "probes, volumes, tolerations, affinity."
    ),
    mend="Do what the finding says, in the template or the manifest that the object comes from.",
    bad=(
        _deployment(spec="  replica: 2"),
        _deployment(spec='  replicas: "2"'),
        _deployment(name="Server"),
        _deployment(container="          readinessProbe: {httpGet: {port: http}, exec: {command: [x]}}"),
        _deployment(container="          volumeMounts: [{name: model, mountPath: /model}]"),
        _deployment(container="          resources: {requests: {memory: 4Gi}, limits: {memory: 2Gi}}"),
        _deployment(spec="  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}"),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {'..a': 'ENC['}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: 'vault:secret/data/a#token'}}",
        "kind: Deployment\nmetadata: {name: a}\napiVersion: [apps/v1]",
    ),
    good=(
        "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [server.yaml]}",
        _deployment(spec="  replicas: 2"),
        _deployment(container="          readinessProbe: {httpGet: {path: /ready, port: http}}"),
        _deployment(container="          resources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}"),
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: 'ENC[AES256_GCM,data:c29t]'}, sops: {}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: 'ENC[AES256_GCM,data:c29t]'}}",
    ),
    judges="manifest",
    check=check,
)
