"""Metadata of objects and pod templates: names, labels, annotations, owners, finalizers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.kubernetes.semantics.forms import Form
    from mlgitops.core.kubernetes.semantics.report import At, Report

_ANNOTATIONS_SIZE = 256 * 1024  # bytes of all keys and values together

_NAMES: Mapping[str, Form] = {
    "Namespace": forms.LABEL,
    "StatefulSet": forms.LABEL,
    **dict.fromkeys(
        (
            *("PodDisruptionBudget", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "APIService"),
            *("Event", "StorageVersionMigration", "CertificateSigningRequest", "FlowSchema"),
            *("PriorityLevelConfiguration", "ClusterTrustBundle"),
        ),
        forms.SEGMENT,
    ),
}
_PLAIN = ("PodDisruptionBudget", "RuntimeClass")  # whose finalizers need no domain
_WIDE = frozenset({"ClusterRole", "ClusterRoleBinding", "IngressClass", "Namespace", "PersistentVolume"}) | {
    *("PriorityClass", "RuntimeClass", "StorageClass")  # which are in no namespace: one that is named does not count
}
_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def object_metadata(report: Report, kind: str, metadata: dict[str, Any], *, custom: bool) -> None:
    """Judge the metadata of an object of `kind`, which may be `custom`."""
    at = ("metadata",)
    form = forms.SUBDOMAIN if custom else _form(kind, report.version)
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if name:
        report.form((*at, "name"), name, form)
    elif not prefix:
        report.required((*at, "name"), "Name the object.")
    if prefix:
        report.form((*at, "generateName"), prefix[:-1] + "a" if len(prefix) > 1 and prefix[-1] == "-" else prefix, form)
    namespace = metadata.get("namespace")
    if namespace and (custom or kind not in _WIDE):
        report.form((*at, "namespace"), namespace, forms.LABEL)
    described(report, at, metadata)
    if "ownerReferences" in metadata:
        _owners(report, (*at, "ownerReferences"), metadata["ownerReferences"])
    if "finalizers" in metadata:
        _finalizers(report, (*at, "finalizers"), metadata["finalizers"], plain=custom or kind in _PLAIN)


def _form(kind: str, version: tuple[int, int]) -> Form:
    return forms.service(version) if kind == "Service" else _NAMES.get(kind, forms.SUBDOMAIN)


def described(report: Report, at: At, metadata: dict[str, Any]) -> None:
    """Judge labels and annotations."""
    if "labels" in metadata:
        labels(report, (*at, "labels"), metadata["labels"])
    if "annotations" in metadata:
        _annotations(report, (*at, "annotations"), metadata["annotations"])


def labels(report: Report, at: At, found: dict[str, str]) -> None:
    """Judge labels, or a mapping that selects by them."""
    for key, value in found.items():
        if not _is_label(key, value):
            report.form((*at, key), key, forms.QUALIFIED)
            report.form((*at, key), value, forms.LABEL_VALUE)


@lru_cache(maxsize=8192)
def _is_label(key: str, value: str) -> bool:
    return forms.QUALIFIED.fits(key) and forms.LABEL_VALUE.fits(value)


def _annotations(report: Report, at: At, found: dict[str, str]) -> None:
    """Their keys, and how large they are together."""
    size = 0
    for key, value in found.items():
        size += len(key) + len(value)
        if not forms.QUALIFIED.fits(key):
            report.form((*at, key), key, forms.ANNOTATION)
    if size > _ANNOTATIONS_SIZE // 4:  # a character takes four bytes at most
        size = sum(len(key.encode()) + len(value.encode()) for key, value in found.items())
        if size > _ANNOTATIONS_SIZE:
            report.add(at, f"take {size:,} bytes", "Keep them below 256 KiB together.")


def _owners(report: Report, at: At, owners: list[dict[str, Any]]) -> None:
    controllers: set[str] = set()
    for index, owner in enumerate(owners):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                report.required((*at, index, field))
        version = owner.get("apiVersion", "")
        if version.count("/") > 1 or version.endswith("/"):
            report.add((*at, index, "apiVersion"), "has no version", "Write it like apps/v1.")
        if (version, owner.get("kind")) == ("v1", "Event"):
            report.add((*at, index, "kind"), "is `Event`, which owns nothing", "Name another owner.")
        if owner.get("controller"):
            controllers.add(owner.get("uid", ""))
    if len(controllers) > 1:
        report.add(at, "name two controllers", "Let one owner be the controller.")


def _finalizers(report: Report, at: At, finalizers: list[str], *, plain: bool) -> None:
    for index, finalizer in enumerate(finalizers):
        if finalizer not in _FINALIZERS:
            form = forms.QUALIFIED if plain or "/" in finalizer else forms.DOMAIN_PATH
            report.form((*at, index), finalizer, form)
    if {"orphan", "foregroundDeletion"} <= {*finalizers}:
        report.add(at, "hold both `orphan` and `foregroundDeletion`", "Remove one of the two.")
