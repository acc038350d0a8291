"""Which version of Kubernetes judges, and what that changes."""

from __future__ import annotations

from typing import Any

import pytest
from support.kubernetes import faults, schemas

from mlgitops.core.kubernetes.schemas import Name, number
from mlgitops.errors import InputError


def pod(**container: Any) -> dict[str, Any]:
    inner = {"name": "a", "image": "a", **container}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [inner]}}


def service(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}}


@pytest.mark.parametrize(
    ("manifest", "refused", "accepted"),
    [
        (pod(env=[{"name": "1A"}]), "1.31", "1.32"),
        (service("1a"), "1.35", "1.36"),
        (pod(lifecycle={"preStop": {"sleep": {"seconds": 0}}}), "1.32", "1.33"),
    ],
)
def test_what_a_version_began_to_accept(manifest: dict[str, Any], refused: str, accepted: str) -> None:
    assert faults(manifest, refused)
    assert faults(manifest, accepted) == []


def test_kinds_are_those_of_the_version() -> None:
    claim = Name("resource.k8s.io", "v1", "ResourceClaim")
    assert schemas().kind("1.33", claim) is None
    assert schemas().kind("1.34", claim) is not None


@pytest.mark.parametrize(
    ("text", "nearest"), [("1.34", "1.34"), ("1.34.2", "1.34"), ("v1.20", "1.25"), ("1.99", "1.37")]
)
def test_the_nearest_known_version_judges(text: str, nearest: str) -> None:
    assert schemas().nearest(text) == nearest


@pytest.mark.parametrize("text", ["", "latest", "1", "1.x", "1.34 "])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no version of Kubernetes"):
        number(text)
