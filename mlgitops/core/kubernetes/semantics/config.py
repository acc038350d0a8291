"""ConfigMaps and Secrets. Messages hold keys and never what a Secret keeps."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import forms

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_MOST = 2**20  # bytes of all values together
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DOCKER = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}
_SSH_KEY = "ssh-privatekey"
_ACCOUNT = "kubernetes.io/service-account.name"


def config_map(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a ConfigMap."""
    texts, binary = manifest.get("data", {}), manifest.get("binaryData", {})
    _keys(report, ("data",), texts)
    _keys(report, ("binaryData",), binary)
    size = _size(texts) + _decoded(report, ("binaryData",), binary)
    for key in binary:
        if key in texts:
            report.double(("binaryData", key), key)
    _sized(report, ("data",), size)


def secret(report: Report, manifest: dict[str, Any]) -> None:
    """Judge a Secret."""
    data, texts, kind = manifest.get("data", {}), manifest.get("stringData", {}), manifest.get("type") or "Opaque"
    for at, values in ((("data",), data), (("stringData",), texts)):
        _keys(report, at, values)
    _sized(report, ("data",), _decoded(report, ("data",), data) + _size(texts))
    if kind == "kubernetes.io/service-account-token":
        if not manifest.get("metadata", {}).get("annotations", {}).get(_ACCOUNT):
            report.required(("metadata", "annotations", _ACCOUNT), "Name the service account.")
    elif kind in _DOCKER:
        _docker(report, _DOCKER[kind], data, texts)
    elif kind == "kubernetes.io/basic-auth" and not {*data, *texts} & {"username", "password"}:
        report.required(("data", "username"), "Add `username` or `password`.")
    elif kind == "kubernetes.io/ssh-auth" and not (texts.get(_SSH_KEY) or data.get(_SSH_KEY)):
        report.required(("data", _SSH_KEY))
    elif kind == "kubernetes.io/tls":
        for key in sorted({"tls.crt", "tls.key"} - {*data, *texts}):
            report.required(("data", key))


def _docker(report: Report, key: str, data: dict[str, str], texts: dict[str, str]) -> None:
    if key not in data and key not in texts:
        report.required(("data", key))
        return
    text = texts.get(key)
    try:
        value = json.loads(b64decode(data[key]) if text is None else text)
    except (ValueError, RecursionError):
        value = ""
    if not isinstance(value, dict) and value is not None:
        report.add(("stringData" if text is not None else "data", key), "is no JSON object", "Write a JSON object.")


def _keys(report: Report, at: At, values: dict[str, str]) -> None:
    for key in values:
        if not forms.DATA_KEY.fits(key):
            report.form((*at, key), key, forms.DATA_KEY)


def _size(values: dict[str, str]) -> int:
    size = sum(map(len, values.values()))
    return size if size * 4 <= _MOST else sum(len(value.encode()) for value in values.values())


def _decoded(report: Report, at: At, values: dict[str, str]) -> int:
    """Judge values in Base64; how many bytes they are together."""
    size = 0
    for key, value in values.items():
        text = value.replace("\n", "").replace("\r", "")
        size += len(text) // 4 * 3 - text.count("=")
        if not _BASE64.fullmatch(text):
            report.add((*at, key), "is no Base64", "Encode it with `base64`, or use a field for plain text.")
    return size


def _sized(report: Report, at: At, size: int) -> None:
    if size > _MOST:
        report.add(at, f"take {size:,} bytes", "Keep them below 1 MiB together.")
