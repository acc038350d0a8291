"""Against Debian's docker-registry, filled with plain PUTs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from support.images import DOCKER_LIST, DOCKER_MANIFEST, delete, image, index, push
from support.progress import Watcher
from support.servers import image_registry  # noqa: F401 (a fixture is found by its name)

from mlgitops.adapters.http import Client
from mlgitops.adapters.registries import Options, Registries
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.servers
_names = (f"acme/model-{number}" for number in itertools.count())


@pytest.fixture
def registry() -> Iterator[Registries]:
    with Registries(Options(), lambda: Client(trust_env=False), Watcher()) as registry:
        yield registry


@pytest.fixture
def place(image_registry: str) -> tuple[str, str]:  # noqa: F811 (the fixture, not the import)
    return image_registry, next(_names)


PLATFORMS = {"linux/amd64": image("amd64"), "linux/arm64/v8": image("arm64"), "unknown/unknown": image("attestation")}
KINDS = {
    "oci image": image("a"),
    "docker image": image("b", DOCKER_MANIFEST),
    "oci index": index(PLATFORMS),
    "docker list": index({"linux/amd64": image("c", DOCKER_MANIFEST)}, DOCKER_LIST),
    "artifact": index({"": image("part")}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prefix", ["", "oci://"])
def test_a_tag_becomes_a_pin_which_exists(registry: Registries, place: tuple[str, str], kind: str, prefix: str) -> None:
    address, name = place
    push(address, name, "1.5.0", KINDS[kind])
    reference = f"{prefix}{address}/{name}:1.5.0"
    pin = registry.digest(reference)
    assert pin == f"{reference}@{KINDS[kind].digest}"
    assert registry.digest(pin) == pin
    assert registry.exists(pin)


def test_a_tag_that_moves_names_something_else(registry: Registries, place: tuple[str, str]) -> None:
    address, name = place
    push(address, name, "edge", image("one"))
    before = registry.digest(f"{address}/{name}:edge")
    push(address, name, "edge", image("two"))
    assert registry.digest(f"{address}/{name}:edge") != before
    assert registry.exists(before)


def test_what_is_not_there(registry: Registries, place: tuple[str, str]) -> None:
    address, name = place
    with pytest.raises(InputError, match="is not there"):
        registry.digest(f"{address}/{name}:1.0")
    push(address, name, "1.0", image())
    with pytest.raises(InputError, match="is not there"):
        registry.digest(f"{address}/{name}:2.0")
    assert not registry.exists(f"{address}/{name}@sha256:{'0' * 64}")


def test_an_index_whose_image_for_the_platform_is_gone(registry: Registries, place: tuple[str, str]) -> None:
    address, name = place
    push(address, name, "1.0", KINDS["oci index"])
    pin = registry.digest(f"{address}/{name}:1.0")
    delete(address, name, PLATFORMS["linux/arm64/v8"].digest)
    assert registry.exists(pin)  # another platform's
    delete(address, name, PLATFORMS["linux/amd64"].digest)
    assert not registry.exists(pin)
    with pytest.raises(RefusedError, match=r"its image for linux/amd64 .* is gone"):
        registry.digest(f"{address}/{name}:1.0")


def test_a_deleted_image_is_gone(registry: Registries, place: tuple[str, str]) -> None:
    address, name = place
    push(address, name, "1.0", image("short-lived"))
    pin = registry.digest(f"{address}/{name}:1.0")
    delete(address, name, image("short-lived").digest)
    assert not registry.exists(pin)
