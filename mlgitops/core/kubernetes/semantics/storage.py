"""Claims of volumes, and classes of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms
from mlgitops.core.kubernetes.semantics.metadata import described
from mlgitops.core.kubernetes.semantics.placement import node_selector
from mlgitops.core.kubernetes.semantics.resources import amount
from mlgitops.core.kubernetes.semantics.selection import selector
from mlgitops.core.kubernetes.semantics.volumes import source_details

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_ACCESS = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_MODES = ("Block", "Filesystem")
_RECLAIMS = ("Delete", "Retain")
_BINDINGS = ("Immediate", "WaitForFirstConsumer")
_CLASSED = (1, 34)  # since when volumes have classes of attributes; an older server drops their names unseen
_SOURCES = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))
_PARAMETERS, _PARAMETERS_SIZE = 512, 256 * 1024
_SETTINGS = frozenset({"accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity"}) | {
    *("persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode")
}


def claim(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a PersistentVolumeClaim."""
    claim_spec(report, ("spec",), manifest.get("spec", {}), alone=True)


def claim_template(report: Report, at: At, source: dict[str, Any]) -> None:
    """Judge the template of a claim in an ephemeral volume."""
    place, found = (*at, "volumeClaimTemplate"), source.get("volumeClaimTemplate")
    if found is None:
        report.required(place)
        return
    metadata = found.get("metadata", {})
    described(report, (*place, "metadata"), metadata)
    for name in metadata:
        if name not in ("labels", "annotations") and metadata[name]:
            report.forbidden((*place, "metadata", name), "a template has labels and annotations only")
    claim_spec(report, (*place, "spec"), found.get("spec", {}))


def _modes(report: Report, at: At, modes: list[str]) -> None:
    if not modes:
        report.required(at, "Add an access mode.")
    for index, mode in enumerate(modes):
        report.choice((*at, index), mode, _ACCESS)
    if "ReadWriteOncePod" in modes and {*modes} & {*_ACCESS[:3]}:
        report.add(at, "hold ReadWriteOncePod and others", "Keep it alone.")


def claim_spec(report: Report, at: At, spec: dict[str, Any], *, alone: bool = False) -> None:
    """Judge the spec of a claim; `alone` where it is no template."""
    _modes(report, (*at, "accessModes"), spec.get("accessModes", []))
    selector(report, (*at, "selector"), spec.get("selector"))
    requests = spec.get("resources", {}).get("requests", {})
    place = (*at, "resources", "requests", "storage")
    if "storage" not in requests:
        report.required(place, "Say how much is asked for.")
    for name, value in requests.items():
        nano = amount(report, (*at, "resources", "requests", name), value, name)
        if name == "storage" and nano == 0:
            report.add(place, "is nothing", "Ask for more.")
    for name in ("storageClassName", "volumeAttributesClassName")[: 1 + (report.version >= _CLASSED)]:
        if spec.get(name):
            report.form((*at, name), spec[name], forms.SUBDOMAIN)
    if "volumeMode" in spec:
        report.choice((*at, "volumeMode"), spec["volumeMode"], _MODES)
    _sources(report, at, spec, alone=alone)


def _sources(report: Report, at: At, spec: dict[str, Any], *, alone: bool) -> None:
    """What a claim is filled from, which the two fields for it say alike."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if alone and reference is not None and reference.get("namespace"):
        reference = None  # a server drops what leads elsewhere (`CrossNamespaceVolumeDataSource` is off by default)
    if reference is not None:
        _source(report, (*at, "dataSourceRef"), reference)
    if source is None:
        return
    if reference is not None:
        _source(report, (*at, "dataSource"), source)
        if any(source.get(name, "") != reference.get(name, "") for name in ("apiGroup", "kind", "name")):
            report.add((*at, "dataSource"), "differs from `dataSourceRef`", "Remove one of the two.")
    elif not alone or (source.get("apiGroup", ""), source.get("kind")) in _SOURCES:  # a server drops any other
        _source(report, (*at, "dataSource"), source)


def _source(report: Report, at: At, source: dict[str, Any]) -> None:
    for name in ("name", "kind"):
        if not source.get(name):
            report.required((*at, name))
    group = source.get("apiGroup", "")
    if group:
        report.form((*at, "apiGroup"), group, forms.SUBDOMAIN)
    elif source.get("kind") != "PersistentVolumeClaim":
        report.add((*at, "kind"), "needs its `apiGroup`", "Add it, or name a PersistentVolumeClaim.")


def volume(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a PersistentVolume."""
    spec = manifest.get("spec", {})
    _modes(report, ("spec", "accessModes"), spec.get("accessModes", []))
    _capacity(report, spec.get("capacity", {}))
    sources = [name for name in spec if name not in _SETTINGS]
    if len(sources) != 1:
        report.add(("spec",), f"names {len(sources)} kinds of volume", "Name one.")
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy:
        report.choice(("spec", "persistentVolumeReclaimPolicy"), policy, (*_RECLAIMS, "Recycle"))
    if "volumeMode" in spec:
        report.choice(("spec", "volumeMode"), spec["volumeMode"], _MODES)
    _classes(report, spec)
    affinity = spec.get("nodeAffinity", {})
    if "required" in affinity:
        node_selector(report, ("spec", "nodeAffinity", "required"), affinity["required"])
    elif "local" in spec or "nodeAffinity" in spec:
        report.required(("spec", "nodeAffinity", "required"), "Say on which nodes the volume is.")
    for name in sources:
        _required_of(report, ("spec", name), name, spec[name])
    if policy == "Recycle" and spec.get("hostPath", {}).get("path") == "/":
        report.forbidden(("spec", "persistentVolumeReclaimPolicy"), "the whole disk of a node would be emptied")


def _classes(report: Report, spec: dict[str, Any]) -> None:
    """The classes that a PersistentVolume names."""
    if spec.get("storageClassName"):
        report.form(("spec", "storageClassName"), spec["storageClassName"], forms.SUBDOMAIN)
    if "volumeAttributesClassName" in spec and report.version >= _CLASSED:
        report.form(("spec", "volumeAttributesClassName"), spec["volumeAttributesClassName"], forms.SUBDOMAIN)
        if "csi" not in spec:
            report.forbidden(("spec", "volumeAttributesClassName"), "only a `csi` volume has such a class")


def _capacity(report: Report, capacity: dict[str, Any]) -> None:
    if [*capacity] != ["storage"]:
        report.add(("spec", "capacity"), "must be of `storage` alone", "Write `capacity: {storage: 10Gi}`.")
    for name, value in capacity.items():
        if amount(report, ("spec", "capacity", name), value) == 0:
            report.add(("spec", "capacity", name), "is nothing", "Write how much there is.")


_REQUIRED_OF = {"csi": ("driver", "volumeHandle"), "hostPath": ("path",), "local": ("path",), "nfs": ("server", "path")}


def _required_of(report: Report, at: At, kind: str, source: dict[str, Any]) -> None:
    for name in _REQUIRED_OF.get(kind, ()):
        if not source.get(name):
            report.required((*at, name))
    if kind in ("hostPath", "local"):
        report.form((*at, "path"), source.get("path", ""), forms.NO_CLIMB)
    if kind in ("csi", "hostPath", "nfs"):
        source_details(report, at, kind, source)


def storage_class(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a StorageClass."""
    report.form(("provisioner",), manifest.get("provisioner", "").lower(), forms.QUALIFIED)
    parameters = manifest.get("parameters", {})
    size = sum(len(key.encode()) + len(value.encode()) for key, value in parameters.items())
    if len(parameters) > _PARAMETERS or size > _PARAMETERS_SIZE:
        report.add(("parameters",), "are too many", f"Keep them to {_PARAMETERS}, and below 256 KiB.")
    if "" in parameters:
        report.add(("parameters", ""), "has no name", "Name it.")
    if manifest.get("reclaimPolicy"):
        report.choice(("reclaimPolicy",), manifest["reclaimPolicy"], _RECLAIMS)
    if "volumeBindingMode" in manifest:
        report.choice(("volumeBindingMode",), manifest["volumeBindingMode"], _BINDINGS)
    terms = manifest.get("allowedTopologies", [])
    for index, term in enumerate(terms):
        place = ("allowedTopologies", index)
        if term in terms[:index]:
            report.double(place, term)
        _topology(report, (*place, "matchLabelExpressions"), term.get("matchLabelExpressions", ()))


def _topology(report: Report, at: At, expressions: list[dict[str, Any]]) -> None:
    if not expressions:
        report.required(at, "Name a label of nodes and its values.")
    keys: set[str] = set()
    for index, one in enumerate(expressions):
        key, values = one.get("key", ""), one.get("values", [])
        report.form((*at, index, "key"), key, forms.QUALIFIED)
        if key in keys:
            report.double((*at, index, "key"), key)
        keys.add(key)
        if not values:
            report.required((*at, index, "values"))
        if len({*values}) < len(values):
            report.add((*at, index, "values"), "hold a value twice", "Remove one of the two.")
