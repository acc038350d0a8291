from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from mlgitops.adapters.registries.oci.credentials import Credentials, DockerConfig
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

Configure = Callable[[Any], DockerConfig]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def config(tmp_path: Path) -> Configure:
    def write(document: Any) -> DockerConfig:
        text = document if isinstance(document, str) else json.dumps(document)
        (tmp_path / "config.json").write_text(text)
        return DockerConfig({"DOCKER_CONFIG": str(tmp_path)})

    return write


@pytest.mark.parametrize(
    ("key", "domain", "found"),
    [
        ("ghcr.io", "ghcr.io", True),
        ("https://ghcr.io", "ghcr.io", True),
        ("https://ghcr.io/v2/", "ghcr.io", True),
        ("GHCR.io", "ghcr.io", True),
        ("localhost:5000", "localhost:5000", True),
        ("https://index.docker.io/v1/", "docker.io", True),
        ("docker.io", "docker.io", True),
        ("ghcr.io", "ghcr.io:443", False),
        ("ghcr.io/acme", "ghcr.io", False),
        ("ghcr.io.evil.io", "ghcr.io", False),
        ("io", "ghcr.io", False),
        ("", "ghcr.io", False),
    ],
)
def test_credentials_belong_to_one_registry(config: Configure, key: str, domain: str, found: bool) -> None:
    read = config({"auths": {key: {"auth": encoded("user:pass:word")}}})
    assert read.find(domain) == (Credentials("user", "pass:word") if found else None)


@pytest.mark.parametrize(
    ("entry", "credentials"),
    [
        ({"username": "u", "password": "p"}, Credentials("u", "p")),
        ({"auth": encoded("u:p\0\0")}, Credentials("u", "p")),
        ({"auth": encoded("<token>:"), "identitytoken": "t"}, Credentials("<token>", "", "t")),
        ({"identitytoken": "t"}, Credentials("", "", "t")),
        ({}, None),
        ({"email": "a@b"}, None),
        ("nonsense", None),
    ],
)
def test_entries(config: Configure, entry: Any, credentials: Credentials | None) -> None:
    assert config({"auths": {"ghcr.io": entry}}).find("ghcr.io") == credentials


@pytest.mark.parametrize("auth", ["***", encoded("u:p") + "!", base64.b64encode(b"\xff\xfe:x").decode()])
def test_a_broken_entry_is_named_without_its_content(config: Configure, auth: str) -> None:
    with pytest.raises(InputError, match=r"`auth` of ghcr.io is not Base64") as caught:
        config({"auths": {"ghcr.io": {"auth": auth}}}).find("ghcr.io")
    assert auth not in caught.value.message


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00"])
def test_a_broken_file_is_named(config: Configure, text: str) -> None:
    with pytest.raises(InputError, match=r"\$DOCKER_CONFIG/config\.json is not JSON"):
        config(text).find("ghcr.io")


@pytest.mark.parametrize("text", ["[]", "null", '{"auths": []}', '{"auths": null}'])
def test_a_file_of_another_shape_has_none(config: Configure, text: str) -> None:
    assert config(text).find("ghcr.io") is None


def test_the_home_folder_is_second(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {"a.io": {"auth": encoded("u:p")}}}))
    assert DockerConfig({"HOME": str(tmp_path)}).find("a.io") == Credentials("u", "p")
    assert DockerConfig({"HOME": str(tmp_path), "DOCKER_CONFIG": str(tmp_path)}).find("a.io") is None
    assert DockerConfig({}).find("a.io") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path, config: Configure) -> None:
    read = config({})
    (tmp_path / "config.json").chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read.find("a.io")


def test_helpers_are_named_and_never_run(tmp_path: Path, config: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = tmp_path / "docker-credential-canary"
    helper.write_text(f"#!/bin/sh\ntouch {tmp_path}/fired\n")
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    read = config({"credsStore": "canary", "credHelpers": {"ghcr.io": "special"}})
    assert read.find("ghcr.io") is None
    assert (read.helper("ghcr.io"), read.helper("quay.io")) == ("special", "canary")
    assert config({}).helper("quay.io") is None
    assert not (tmp_path / "fired").exists()


def test_nothing_secret_is_shown() -> None:
    assert repr(Credentials("user", "p4ss", "t0ken")) == "Credentials(username='user')"
