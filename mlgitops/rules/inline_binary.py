"""`inline-binary`: bytes written into a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.inline_bytes import found
from mlgitops.core.texts import texts
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase

_BUNDLES = frozenset({"caBundle", "certificate-authority-data", "ca.crt", "tls.crt", "cert-manager.io/inject-ca-from"})


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find bytes in objects: ConfigMaps with `binaryData`, data URIs, and Base64 that is longer than keys are."""
    manifest = case.manifest
    if manifest.get("kind") == "ConfigMap" and manifest.get("binaryData"):
        yield Fault("inline-binary", ("binaryData",), "the ConfigMap holds bytes", "")
    if case.held.data:
        for pointer, name, value in texts({key: part for key, part in manifest.items() if key != "binaryData"}):
            if name not in _BUNDLES and found(value):
                yield Fault("inline-binary", pointer, "it holds binary data written as text", "")


_BYTES = "QmluYXJ5IGRhdGEgd3JpdHRlbiBhcyB0ZXh0" * 16

_LINE = f"    {_BYTES[:64]}\n"


def _map(content: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: model, namespace: ml-prod}}\n{content}"


RULE = Rule(
    id="inline-binary",
    title="binary data written into a document",
    severity="error",
    why=(
        "Weights, archives and images do not belong in Git, whose history keeps every version for ever, and cannot "
        "be reviewed in a diff. A document points to them by address and digest. Data URIs and 512 or more characters "
        "of Base64 in one piece, or wrapped into lines, are taken for binary data; certificates are not."
    ),
    mend="Store it in a bucket or registry, and name its address and digest in `model` or `artifacts`.",
    bad=(
        "release: {model: {uri: 'data:application/octet-stream;base64,QUJD'}}",
        "release: {env: {LOGO: 'data:image/png;base64,iVBORw0KGgo='}}",
        f"release: {{values: {{nested: [{{weights: {_BYTES}}}]}}}}",
        f"release: {{lineage: {{hyperparameters: {{initial_weights: {_BYTES}}}}}}}",
        f"deploy: {{placement: {{nodePools: [t4]}}, env: {{STATE: '--weights={_BYTES}'}}}}",
        "release:\n  env:\n    STATE: |\n" + f"      {_BYTES[:76]}\n" * 8,
    ),
    good=(
        "release: {model: {uri: 's3://acme-models/fraud/1.5.0/'}}",
        f"release: {{env: {{CALLBACK: 'https://acme.dev/{'models/' * 80}'}}}}",
        "release: {env: {NOTE: 'data: see the model card, which is long'}}",
    ),
    schema=True,
    manifests=manifests,
    bad_manifests=(
        _map("binaryData: {model.onnx: CAAS}"),
        _map(f"data: {{weights: {_BYTES}}}"),
        _map("data: {icon: 'data:image/png;base64,iVBORw0KGgo='}"),
        _map("data:\n  weights: |\n" + f"    {_BYTES[:76]}\n" * 8),
    ),
    good_manifests=(
        _map("data: {note: 'data: see the model card'}"),
        _map(f"data:\n  ca.pem: |\n    -----BEGIN CERTIFICATE-----\n{_LINE * 9}    -----END CERTIFICATE-----\n"),
        _map(f"data: {{callback: 'https://acme.dev/{'models/' * 80}'}}"),
    ),
)
