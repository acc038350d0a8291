"""The judge of Kubernetes objects, as the program has it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from mlgitops.adapters import packaged
from mlgitops.core.kubernetes import judging
from mlgitops.core.kubernetes.schemas import KubernetesSchemas, Name

if TYPE_CHECKING:
    from mlgitops.core.finding import Fault


@functools.cache
def schemas() -> KubernetesSchemas:
    """The schemas that ship with the program."""
    return KubernetesSchemas(packaged.kubernetes_schemas)


def faults(manifest: Any, version: str, *, privileged: bool = True) -> list[Fault] | None:
    """What is wrong with an object; None where no schema of its kind is known."""
    if schemas().kind(version, Name.of(manifest)) is None:
        return None
    return judging.faults(manifest, version, schemas(), privileged=privileged)
