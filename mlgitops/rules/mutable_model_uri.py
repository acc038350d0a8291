"""`mutable-model-uri`: an address that gives another model tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.sources import weights
from mlgitops.core.uris import judge
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find models and artifacts whose address names whatever is current."""
    for slot in case.slots:
        for source in weights(slot):
            verdict = judge(source.uri, source.revision, source.digest)
            if verdict.moves:
                message = f"{source.what} is whatever its address gives when it is fetched ({verdict.store.name})"
                yield Fault("mutable-model-uri", (*source.pointer, "uri"), message, verdict.store.mend)


RULE = Rule(
    id="mutable-model-uri",
    title="an address that names whatever model is current",
    severity="error",
    why=(
        "Servers fetch weights when a pod starts. Where the address names a branch, an alias or a folder that is "
        "written to, two replicas of one deployment may answer with two models, and a digest beside it only says that "
        "something is wrong, too late. Each store has its own way of naming one fixed state."
    ),
    mend="Name a fixed state in the way of that store.",
    bad=(
        "release: {model: {uri: 'hf://acme/fraud'}}",
        "release: {model: {uri: 'hf://acme/fraud', revision: v1.5.0}}",
        "release: {model: {uri: 'hf://acme/fraud:0123456'}}",
        "release: {model: {uri: 's3://acme-models/fraud/current/'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model:stable'}}",
        "release: {model: {uri: 'https://huggingface.co/acme/fraud/resolve/main/model.onnx'}}",
        "release: {model: {uri: 'wandb-artifact://acme/fraud/model:best'}}",
        "release: {model: {uri: 'lakefs://models/main/fraud/'}}",
        "release: {artifacts: [{name: tokenizer, role: tokenizer, uri: 'hf://acme/t', digest: 'sha256:DIGEST'}]}",
        "challenger: {mode: shadow, percent: 10, release: {model: {uri: 'gs://acme-models/fraud/nightly'}}}",
    ),
    good=(
        "release: {model: {uri: 'hf://acme/fraud', revision: 0123456789abcdef0123456789abcdef01234567}}",
        "release: {model: {uri: 'hf://acme/fraud:0123456789abcdef0123456789abcdef01234567'}}",
        "release: {model: {uri: 's3://acme-models/current/fraud/1.5.0/'}}",
        "release: {model: {uri: 'oci://ghcr.io/acme/fraud-model:1.5.0'}}",
        "release: {model: {uri: 'models:/fraud/7'}}",
        "release: {model: {uri: 'wandb-artifact://acme/fraud/model:v7'}}",
        "release: {model: {uri: 'pvc://models/fraud/1.5.0'}}",
    ),
    judges="state",
    check=check,
    releases=True,
)
