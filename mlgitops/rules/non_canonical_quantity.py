"""`non-canonical-quantity`: an amount that the cluster stores under another spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import quantities
from mlgitops.core.finding import Fault
from mlgitops.core.schema_words import shortened
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase

_AMOUNTS = ("limits", "requests", "hard", "capacity", "overhead")
_AMOUNT = "sizeLimit"


def check(case: ManifestCase) -> Iterator[Fault]:
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


def _pod(resources: str, volume: str = "{}") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: ml-prod}}
spec:
  containers: [{{name: server, image: "ghcr.io/acme/server:1.5.0", resources: {resources}}}]
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
    good=(
        _pod("{requests: {cpu: 1500m}, limits: {memory: 1Gi, cpu: 2}}"),
        _pod("{}", "{sizeLimit: 2Gi}"),
    ),
    judges="manifest",
    check=check,
)
