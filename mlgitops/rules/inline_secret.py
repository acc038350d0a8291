"""`inline-secret`: a credential written into Git."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.repeated import kept
from mlgitops.core.secrets import found
from mlgitops.core.texts import named, texts
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import ManifestCase, StateCase

_SEALED = re.compile(r"ENC\[|AgA|vault:|ref\+|<path:")
"""How values begin that tools fill in or decrypt: SOPS, Sealed Secrets, Vault, vals, Argo CD's Vault plugin."""


def check(case: StateCase) -> Iterator[Fault]:
    """Find credentials in a state, and in what it takes from its environment."""
    for slot in case.slots:
        yield from _faults(slot.release, (*slot.root, "release"))
    yield from _faults(case.slots[0].deploy, ("deploy",))


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find credentials in an object; the values of a Secret are such, unless a tool has sealed them."""
    manifest = case.manifest
    if manifest.get("kind") == "Secret" and manifest.get("apiVersion") == "v1":
        yield from _secret(manifest)
    elif case.held.secret:
        for key, part in manifest.items():
            if key not in ("apiVersion", "kind", "metadata", "status"):
                yield from _faults(part, (key,))


def _secret(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    for field in ("data", "stringData"):
        values = manifest.get(field)
        if isinstance(values, dict) and "sops" not in manifest:
            for key, value in values.items():
                if isinstance(value, str) and value and not _is_sealed(value, encoded=field == "data"):
                    yield _fault((field, key), "the value of a Secret")


def _is_sealed(value: str, *, encoded: bool) -> bool:
    if encoded:
        with contextlib.suppress(binascii.Error, ValueError):  # sealed values are often no Base64
            value = base64.b64decode(value, validate=True).decode(errors="replace")
    return bool(_SEALED.match(value))


def _faults(node: Any, pointer: tuple[str | int, ...]) -> Iterator[Fault]:
    return (_fault((*pointer, *place), what) for place, what in _hidden(node))


@kept(16)
def _hidden(node: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    hidden = any(found(name, text) for name, text in named(node))
    for place, name, text in texts(node) if hidden else ():
        what = None if _SEALED.match(text) else found(name, text)
        if what:
            yield place, what


def _fault(pointer: tuple[str | int, ...], what: str) -> Fault:
    return Fault("inline-secret", pointer, f"this looks like a credential: {what}", "")


RULE = Rule(
    id="inline-secret",
    title="a credential written into Git",
    severity="error",
    why=(
        "Git keeps what was committed for everybody who may ever read the repository, and for every clone and backup "
        "of it; taking it out again helps nobody but the next reader. Known forms of tokens, values whose name says "
        "what they are, and long random texts are taken for credentials; digests, commits and UUIDs are not. The "
        "finding never shows the value."
    ),
    mend="Revoke it, put a new one where secrets are kept, and name the Kubernetes Secret in `deploy.secrets`.",
    bad=(
        "deploy: {env: {DB_PASSWORD: hunter2}}",
        "deploy: {env: {CACHE: 'redis://app:hunter2@cache:6379'}}",
        f"release: {{env: {{HUB: hf_{'aB3dE6gH9j' * 4}}}}}",
        "release: {env: {SETTING: Zk3vQ8pLx2TmN7bRw5YcJ1hGf6DsA9eU4oIq}}",
        "release: {lineage: {hyperparameters: {apiKey: hunter22}}}",
        f"environment: {{defaults: {{deploy: {{env: {{HUB_TOKEN: ghp_{'aB3dE6gH9j' * 4}}}}}}}}}",
        "challenger: {mode: shadow, percent: 10, release: {env: {DB_PASSWORD: hunter2}}}",
    ),
    good=(
        "release: {env: {MAX_TOKEN: '4096', TOKENIZER: acme/tokenizer-large, TOKEN_FILE: /run/secrets/token}}",
        "release: {env: {DB_PASSWORD: '$(PASSWORD)', AUTH_TOKEN: '', API_KEY: /run/secrets/key}}",
        "release: {env: {TRACE: 3f2504e0-4f89-11d3-9a0c-0305e82c3301, PIN: 'sha256:DIGEST', COMMIT: DIGEST}}",
        "release: {env: {CACHE: 'redis://cache:6379', PEER: 'https://$(USER):$(PASSWORD)@acme.dev'}}",
        "release: {env: {NOTE: s3://acme/TransformerEncoderDecoderConfiguration2026/CheckpointForEvaluation01}}",
        "release: {requires: {env: [STORE, HF_TOKEN]}}\ndeploy: {secrets: {HF_TOKEN: {name: hf, key: token}}}",
    ),
    judges="state",
    check=check,
    manifests=manifests,
    bad_manifests=(
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, stringData: {token: something}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, data: {token: c29tZXRoaW5n}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {password: hunter2}}",
        """
apiVersion: v1
kind: Pod
metadata: {name: server, namespace: ml-prod}
spec:
  containers:
    - name: server
      image: ghcr.io/acme/server:1.5.0@sha256:DIGEST
      env: [{name: DB_PASSWORD, value: hunter2}]
""",
    ),
    good_manifests=(
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, stringData: {token: ''}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, stringData: {token: '<path:ml/data/hf#token>'}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, data: {token: 'ENC[AES256_GCM,data:c29t,type:str]'}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: hf}, data: {token: PHBhdGg6bWwvZGF0YS9oZiN0b2tlbj4=}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {passwordFile: /run/secrets/password}}",
    ),
)
