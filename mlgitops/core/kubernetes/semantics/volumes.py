"""Volumes of pods, and where containers mount them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import schema_words as words
from mlgitops.core.kubernetes.semantics import environment, forms
from mlgitops.core.kubernetes.semantics.resources import billionths

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_MODES = (0, 0o777)
_HOST_PATHS = frozenset(
    {"", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"}
)
_PARTS = (1, 33)  # since when a part of an image may be mounted
_IMAGES = (1, 35)  # since when volumes may be images without a feature gate, which drops them unseen
_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")
_REQUIRED = {
    "awsElasticBlockStore": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "azureFile": ("secretName", "shareName"),
    "cephfs": ("monitors",),
    "cinder": ("volumeID",),
    "configMap": ("name",),
    "csi": ("driver",),
    "flexVolume": ("driver",),
    "gcePersistentDisk": ("pdName",),
    "gitRepo": ("repository",),
    "glusterfs": ("endpoints", "path"),
    "hostPath": ("path",),
    "nfs": ("server", "path"),
    "persistentVolumeClaim": ("claimName",),
    "rbd": ("monitors", "image"),
    "secret": ("secretName",),
    "vsphereVolume": ("volumePath",),
}
_BLOCK = ("persistentVolumeClaim", "ephemeral")
_TOKEN_SECONDS = (600, 2**32)
_PARTITIONS = (0, 255)


def volumes(report: Report, at: At, found: list[dict[str, Any]]) -> dict[str, str]:
    """Judge the volumes of a pod; the kind of each by its name."""
    known: dict[str, str] = {}
    for index, volume in enumerate(found):
        name, place = volume.get("name", ""), (*at, index)
        if "image" not in volume or report.version >= _IMAGES:
            report.form((*place, "name"), name, forms.LABEL)
        if name in known:
            report.double((*place, "name"), name)
        kinds = [key for key in volume if key != "name"] or ["emptyDir"]  # which is the default
        if len(kinds) > 1 and report.version < _IMAGES:
            kinds = [kind for kind in kinds if kind != "image"]
        for kind in kinds[1:]:
            report.forbidden((*place, kind), f"the volume is of the kind `{kinds[0]}` already")
        known[name] = kinds[0]
        if kinds[0] in volume:
            _source(report, (*place, kinds[0]), kinds[0], volume[kinds[0]])
    return known


def _source(report: Report, at: At, kind: str, source: dict[str, Any]) -> None:
    for name in _REQUIRED.get(kind, ()):
        if not source.get(name):
            report.required((*at, name))
    if "defaultMode" in source:
        report.between((*at, "defaultMode"), source["defaultMode"], *_MODES)
    source_details(report, at, kind, source)


def source_details(report: Report, at: At, kind: str, source: dict[str, Any]) -> None:
    """Judge a source of a `kind` of volume, beyond what it requires."""
    check = _CHECKS.get(kind)
    if check:
        check(report, at, source)


def _empty(report: Report, at: At, source: dict[str, Any]) -> None:
    size = source.get("sizeLimit")
    nano = 0 if size is None else billionths(size)
    if nano is None or nano < 0:
        report.add((*at, "sizeLimit"), "is no amount of memory", "Write it like `8Gi`.")


def _keys(report: Report, at: At, source: dict[str, Any]) -> None:
    items(report, (*at, "items"), source.get("items", ()))


def _host(report: Report, at: At, source: dict[str, Any]) -> None:
    report.form((*at, "path"), source.get("path", ""), forms.NO_CLIMB)
    report.choice((*at, "type"), source.get("type", ""), _HOST_PATHS)


def _driver(report: Report, at: At, source: dict[str, Any]) -> None:
    report.form((*at, "driver"), source.get("driver", "").lower(), forms.LABEL_NAME)
    secret = source.get("nodePublishSecretRef")
    if secret is not None:
        report.form((*at, "nodePublishSecretRef", "name"), secret.get("name", ""), forms.SUBDOMAIN)


def _disk(report: Report, at: At, source: dict[str, Any]) -> None:
    report.between((*at, "partition"), source.get("partition"), *_PARTITIONS)


def _repository(report: Report, at: At, source: dict[str, Any]) -> None:
    report.form((*at, "directory"), source.get("directory", ""), forms.BELOW)


def _image(report: Report, at: At, source: dict[str, Any]) -> None:
    if report.version >= _IMAGES:
        report.choice((*at, "pullPolicy"), source.get("pullPolicy") or "Always", ("Always", "IfNotPresent", "Never"))


def _share(report: Report, at: At, source: dict[str, Any]) -> None:
    if source.get("path") and not source["path"].startswith("/"):
        report.add((*at, "path"), "is no absolute path", "Begin it with `/`.")


def _ephemeral(report: Report, at: At, source: dict[str, Any]) -> None:
    from mlgitops.core.kubernetes.semantics.storage import claim_template

    claim_template(report, at, source)


def items(report: Report, at: At, found: list[dict[str, Any]]) -> None:
    """Judge which keys of a ConfigMap or Secret become which files."""
    for index, item in enumerate(found):
        for name in ("key", "path"):
            if not item.get(name):
                report.required((*at, index, name))
        report.form((*at, index, "path"), item.get("path", ""), forms.LOCAL)
        report.between((*at, index, "mode"), item.get("mode"), *_MODES)


def _downward(report: Report, at: At, source: dict[str, Any]) -> None:
    for index, item in enumerate(source.get("items", ())):
        place = (*at, "items", index)
        if not item.get("path"):
            report.required((*place, "path"))
        report.form((*place, "path"), item.get("path", ""), forms.LOCAL)
        report.between((*place, "mode"), item.get("mode"), *_MODES)
        given = [name for name in ("fieldRef", "resourceFieldRef") if name in item]
        if len(given) != 1:
            report.add(place, "needs one of `fieldRef` and `resourceFieldRef`", "Give one of them.")
        elif given == ["fieldRef"]:
            environment.field(report, (*place, "fieldRef"), item["fieldRef"], environment.FILE_FIELDS)
        else:
            environment.resource(report, (*place, "resourceFieldRef"), item["resourceFieldRef"], in_file=True)


def _projected(report: Report, at: At, source: dict[str, Any]) -> None:
    paths: set[str] = set()
    for index, part in enumerate(source.get("sources", ())):
        place = (*at, "sources", index)
        if len(part) > 1:
            report.add(place, f"names {len(part)} sources: {', '.join(part)}", "Write one item a source.")
        for kind, inner in part.items():
            check = _PROJECTED.get(kind)
            if check:
                check(report, (*place, kind), inner)
            for number, item in enumerate(inner.get("items", ())):
                if item.get("path") in paths:
                    report.double((*place, kind, "items", number, "path"), item["path"])
                paths.add(item.get("path", ""))


def _named(report: Report, at: At, source: dict[str, Any]) -> None:
    if not source.get("name"):
        report.required((*at, "name"))
    _keys(report, at, source)


def _token(report: Report, at: At, source: dict[str, Any]) -> None:
    report.between((*at, "expirationSeconds"), source.get("expirationSeconds"), *_TOKEN_SECONDS)
    if not source.get("path"):
        report.required((*at, "path"))
    report.form((*at, "path"), source.get("path", ""), forms.LOCAL)


_PROJECTED = {"configMap": _named, "downwardAPI": _downward, "secret": _named, "serviceAccountToken": _token}
_CHECKS = {
    "awsElasticBlockStore": _disk,
    "configMap": _keys,
    "csi": _driver,
    "downwardAPI": _downward,
    "emptyDir": _empty,
    "ephemeral": _ephemeral,
    "gcePersistentDisk": _disk,
    "gitRepo": _repository,
    "hostPath": _host,
    "image": _image,
    "nfs": _share,
    "projected": _projected,
    "secret": _keys,
}


def mounts(report: Report, at: At, container: dict[str, Any], known: dict[str, str]) -> None:
    """Judge where a container mounts the volumes that are `known`."""
    devices = {device.get("name"): device.get("devicePath") for device in container.get("volumeDevices", ())}
    paths: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts", ())):
        name, path, place = mount.get("name", ""), mount.get("mountPath", ""), (*at, "volumeMounts", index)
        if name not in known:
            report.add((*place, "name"), f"names no volume of the pod: {words.quoted(name)}", "Declare the volume.")
        if not path:
            report.required((*place, "mountPath"))
        if path in paths or path in devices.values():
            report.double((*place, "mountPath"), path)
        if name in devices:
            report.add((*place, "name"), "is mounted and used as a device", "Choose one of the two.")
        paths.add(path)
        _details(report, place, mount, container, known.get(name, ""))
    _devices(report, (*at, "volumeDevices"), container, known)


def _details(report: Report, at: At, mount: dict[str, Any], container: dict[str, Any], kind: str) -> None:
    for name in ("subPath", "subPathExpr"):
        if mount.get(name):
            report.form((*at, name), mount[name], forms.BELOW)
        if name in mount and kind == "image" and report.version < _PARTS:
            report.forbidden((*at, name), "the volume is an image")
    if mount.get("subPath") and mount.get("subPathExpr"):
        report.forbidden((*at, "subPathExpr"), "there is a `subPath` already")
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        report.choice((*at, "mountPropagation"), propagation, _PROPAGATIONS)
        if propagation == "Bidirectional" and not container.get("securityContext", {}).get("privileged"):
            report.forbidden((*at, "mountPropagation"), "only a privileged container mounts in both directions")
    recursive = mount.get("recursiveReadOnly")
    if recursive is not None:
        report.choice((*at, "recursiveReadOnly"), recursive, _RECURSIVE)
        if recursive != "Disabled" and (not mount.get("readOnly") or propagation not in (None, "None")):
            report.forbidden((*at, "recursiveReadOnly"), "the mount is not read-only, or is propagated")


def _devices(report: Report, at: At, container: dict[str, Any], known: dict[str, str]) -> None:
    seen: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices", ())):
        name, path, place = device.get("name", ""), device.get("devicePath", ""), (*at, index)
        if known.get(name) not in _BLOCK:
            report.add((*place, "name"), "names no claim among the volumes", "Use a persistentVolumeClaim.")
        if not path:
            report.required((*place, "devicePath"))
        report.form((*place, "devicePath"), path, forms.NO_CLIMB)
        if name in seen or path in seen:
            report.double(place, name)
        seen |= {name, path}
