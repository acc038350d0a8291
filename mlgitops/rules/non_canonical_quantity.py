"""`non-canonical-quantity`: an amount that the cluster stores under another spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import quantities
from mlgitops.core.finding import Fault, Mend
from mlgitops.core.schema_words import shortened
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase, StateCase

_AMOUNTS = ("limits", "requests", "hard", "capacity", "overhead")
_AMOUNT = "sizeLimit"


def check(case: StateCase) -> Iterator[Fault]:
    """Find amounts that a release requires in another spelling; hydration brings them to the canonical one."""
    for slot in case.slots:
        requires = slot.release.get("requires", {})
        pointer = (*slot.root, "release", "requires")
        asked = [((*pointer, name), requires[name]) for name in ("cpu", "memory") if name in requires]
        accelerator = requires.get("accelerator", {})
        if "memory" in accelerator:
            asked.append(((*pointer, "accelerator", "memory"), accelerator["memory"]))
        for place, amount in asked:
            yield from (fault._replace(severity="info") for fault in _judged(place, amount))


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find amounts of resources that are not in their canonical form; hydration brings them to it."""
    if case.generated:
        return
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), case.manifest)]
    while pending:
        pointer, node = pending.pop()
        if isinstance(node, list):
            pending += [((*pointer, index), item) for index, item in enumerate(node)]
        elif isinstance(node, dict):
            for key, value in node.items():
                if key in _AMOUNTS and isinstance(value, dict):
                    yield from (found for name, one in value.items() for found in _judged((*pointer, key, name), one))
                elif key == _AMOUNT:
                    yield from _judged((*pointer, key), value)
                else:
                    pending.append(((*pointer, key), value))


def _judged(pointer: tuple[str | int, ...], amount: Any) -> Iterator[Fault]:
    if type(amount) not in (str, float):
        return
    try:
        canonical = quantities.canonical(str(amount))
    except quantities.QuantityError:
        return  # which `invalid-manifest` tells
    if canonical != amount:
        message = f"{shortened(amount)} is stored as {shortened(canonical)}"
        yield Fault("non-canonical-quantity", pointer, message, f'Write "{canonical}".')


def fix(case: StateCase | ManifestCase, fault: Fault) -> Mend | None:
    """The amount as the cluster prints it."""
    from mlgitops.core.cases import StateCase  # only where something is mended

    node: Any = case.state if isinstance(case, StateCase) else case.manifest
    for part in fault.pointer:
        node = node[part]
    return Mend(fault.pointer, quantities.canonical(str(node)))


def _pod(resources: str, volume: str = "{}") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: ml-prod}}
spec:
  containers: [{{name: server, image: "ghcr.io/acme/server:1.5.0@sha256:DIGEST", resources: {resources}}}]
  volumes: [{{name: scratch, emptyDir: {volume}}}]
"""


RULE = Rule(
    id="non-canonical-quantity",
    title="an amount that the cluster stores under another spelling",
    severity="warning",
    why=(
        "An API server, or the webhook of a custom resource, stores `1500m` of `1.5` and `1` of `1000m`. What is in "
        "Git then differs from what is in the cluster for ever: Argo CD shows the object as out of sync."
    ),
    mend="Write the amount as Kubernetes prints it.",
    bad=(
        "release: {requires: {cpu: 4000m}}",
        "release: {requires: {memory: 16384Mi}}",
        "release: {requires: {accelerator: {vendor: nvidia, count: 1, memory: 14336Mi}}}",
        "challenger: {mode: shadow, percent: 10, release: {requires: {cpu: 4000m}}}",
    ),
    good=(
        'release: {requires: {cpu: "4", memory: 16Gi}}',
        "release: {requires: {cpu: 1500m}}",
    ),
    judges="state",
    check=check,
    manifests=manifests,
    bad_manifests=(
        _pod('{requests: {cpu: "1.5"}}'),
        _pod("{limits: {memory: 1024Mi}}"),
        _pod("{limits: {cpu: 0.5}}"),
        _pod("{}", "{sizeLimit: 2048Mi}"),
        """
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: ml-prod}
spec: {hard: {requests.cpu: 1000m}}
""",
    ),
    good_manifests=(
        _pod("{requests: {cpu: 1500m}, limits: {memory: 1Gi, cpu: 2}}"),
        _pod("{}", "{sizeLimit: 2Gi}"),
    ),
    fix=fix,
    releases=True,
)
