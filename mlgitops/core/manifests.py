"""What becomes of an object between its template and its file: namespace, labels, canonical quantities, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import digests, quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKLOAD_DIGEST = "mlgitops.dev/workload-digest"
"""Annotation of the objects of a slot; it changes when, and only when, the workload does."""

COPIED_TO_PODS = frozenset({"InferenceGraph", "InferenceService", "LLMInferenceService"})
"""Kinds whose controllers copy annotations to pods (kserve/kserve#3710).

They are not annotated: a workload changes with its number of replicas too, and scaling must restart no pod.
"""

CLUSTER_SCOPED = frozenset(
    {
        "ClusterRole", "ClusterRoleBinding", "ClusterServingRuntime", "ClusterStorageContainer",
        "ClusterTrainingRuntime", "CustomResourceDefinition", "DeviceClass", "IngressClass", "LocalModelCache",
        "LocalModelNodeGroup", "Namespace", "PersistentVolume", "PriorityClass", "ResourceFlavor", "RuntimeClass",
        "StorageClass",
    }
)  # fmt: skip
"""Kinds that have no namespace, of Kubernetes itself and of the targets."""

_AMOUNTS = frozenset({"limits", "requests"})


def stamp(manifest: dict[str, Any], namespace: str | None, labels: Mapping[str, str]) -> dict[str, Any]:
    """The object with the environment's namespace, the identity labels and canonical quantities; a new mapping."""
    metadata = dict(manifest["metadata"])
    if namespace and "namespace" not in metadata and manifest["kind"] not in CLUSTER_SCOPED:
        metadata["namespace"] = namespace
    metadata["labels"] = {**metadata.get("labels", {}), **labels}
    stamped = {**manifest, "metadata": metadata}
    if "spec" in manifest:
        stamped["spec"] = canonical_quantities(manifest["spec"])
    return stamped


def canonical_quantities(node: Any) -> Any:
    """`node` with the quantities of container resources as Kubernetes stores them, so that no controller sees drift.

    What is no quantity stays as it is, for validation to find. Parts without quantities are shared, not copied.
    """
    if type(node) is list:
        return [canonical_quantities(item) for item in node]
    if type(node) is not dict:
        return node
    return {
        key: _canonical_amounts(value)
        if key in _AMOUNTS and type(value) is dict
        else _canonical(value)
        if key == "sizeLimit"
        else canonical_quantities(value)
        if type(value) in (dict, list)
        else value
        for key, value in node.items()
    }


def _canonical_amounts(amounts: dict[str, Any]) -> dict[str, Any]:
    return {name: _canonical(amount) for name, amount in amounts.items()}


def _canonical(amount: Any) -> Any:
    if type(amount) not in (str, int):
        return amount
    try:
        return quantities.canonical(str(amount))
    except quantities.QuantityError:
        return amount


def name_by_content(manifest: dict[str, Any]) -> dict[str, Any]:
    """The object renamed `<name>-<10 hex>` of its content without name and annotation: a change is a new object."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in ("name", "annotations")}
    content = digests.digest({**manifest, "metadata": metadata})
    return renamed(manifest, f"{manifest['metadata']['name']}-{digests.short(content, 10)}")


def renamed(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """The object with another name."""
    return {**manifest, "metadata": {**manifest["metadata"], "name": name}}


def workload_digest(manifests: list[dict[str, Any]]) -> str:
    """The digest of one slot's objects, whatever their order, before the annotation is set."""
    ordered = sorted(manifests, key=lambda manifest: (manifest["kind"], manifest["metadata"]["name"]))
    return digests.digest(ordered)


def annotated(manifest: dict[str, Any], workload: str) -> dict[str, Any]:
    """The object with the workload digest in its annotation, unless its pods would get it too."""
    if manifest["kind"] in COPIED_TO_PODS:
        return manifest
    annotations = {**manifest["metadata"].get("annotations", {}), WORKLOAD_DIGEST: workload}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}


def file_name(manifest: dict[str, Any]) -> str:
    """`<kind>-<object>.yaml`, in lower case."""
    return f"{manifest['kind'].lower()}-{manifest['metadata']['name']}.yaml"
