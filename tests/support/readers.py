"""Readers of YAML that are not ours: what is written must be the same value to each of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KUSTOMIZE_BREAKS = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""Characters that kustomize writes as they are and then refuses in what it wrote."""


def by_yaml_1_1(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def by_yaml_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(StringIO(text))


READERS = (by_yaml_1_1, by_yaml_1_2)


def by_kustomize(folder: Path, manifests: Iterable[bytes]) -> dict[tuple[str, str], Any]:
    """What `kubectl kustomize` hands on, read as Kubernetes reads it, by kind and name."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")
    names = []
    for number, data in enumerate(manifests):
        names.append(f"{number}.yaml")
        (folder / names[-1]).write_bytes(data)
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({"resources": names}))
    built = _run([kubectl, "kustomize", str(folder)], b"")
    # Read as `kubectl apply` does; `annotate --local` needs no server.
    text = _run([kubectl, "annotate", "--local", "-f", "-", "-o", "json", "read=back"], built).decode()
    read = {}
    while text := text.lstrip():
        document, end = json.JSONDecoder().raw_decode(text)
        read[document["kind"], document["metadata"]["name"]] = document
        text = text[end:]
    return read


def _run(command: list[str], text: bytes) -> bytes:
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
