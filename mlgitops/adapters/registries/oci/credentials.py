"""Credentials from Docker's configuration file: its `auths`, nothing else.

Credential helpers are programs named by a file; they are not run. Credentials belong to the registry they stand under
and are looked up only when that registry asks for them.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

HUB = "docker.io"
_HUB_NAMES = frozenset({HUB, "index.docker.io", "registry-1.docker.io"})
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Credentials:
    """What one registry may be shown.

    Args:
        username: Empty where there is only an identity token.
        password: A password or a personal token.
        identity_token: An OAuth 2 refresh token; used instead of the password where there is one.
    """

    username: str
    password: str = field(repr=False)
    identity_token: str = field(default="", repr=False)


class DockerConfig:
    """Docker's `config.json`: in `$DOCKER_CONFIG`, else in `~/.docker`.

    Args:
        environment: Environment variables.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._read: dict[str, Any] | None = None

    def find(self, domain: str) -> Credentials | None:
        """Credentials for the registry `domain`, None where there are none.

        Raises:
            InputError: The file is broken.
        """
        for key, entry in _mapping(self._document().get("auths")).items():
            if _host(key) == _canonical(domain):
                found = self._credentials(key, _mapping(entry))
                if found is not None:
                    return found
        return None

    def helper(self, domain: str) -> str | None:
        """The credential helper that Docker would run for the registry `domain`.

        Raises:
            InputError: The file is broken.
        """
        document = self._document()
        for key, name in _mapping(document.get("credHelpers")).items():
            if _host(key) == _canonical(domain):
                return str(name)
        store = document.get("credsStore")
        return str(store) if store else None

    def _credentials(self, key: str, entry: dict[str, Any]) -> Credentials | None:
        username, password = str(entry.get("username") or ""), str(entry.get("password") or "")
        if entry.get("auth"):
            try:
                username, _, password = b64decode(str(entry["auth"]), validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise InputError(f"{self._shown}: `auth` of {key[:80]} is not Base64 of user:password") from error
        token = str(entry.get("identitytoken") or "")
        return Credentials(username, password.rstrip("\0"), token) if username or token else None

    def _document(self) -> dict[str, Any]:
        if self._read is None:
            self._read = self._load()
        return self._read

    def _load(self) -> dict[str, Any]:
        folder = self._environment.get("DOCKER_CONFIG")
        home = self._environment.get("HOME")
        if not folder and not home:
            return {}
        file = Path(folder) / "config.json" if folder else Path(home or "") / ".docker" / "config.json"
        try:
            with file.open("rb") as stream:
                document = json.loads(stream.read(_MAX_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise InputError(f"{self._shown} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"{self._shown} is not JSON", hint="`docker login` writes it anew.") from error
        return _mapping(document)

    @property
    def _shown(self) -> str:
        return "$DOCKER_CONFIG/config.json" if self._environment.get("DOCKER_CONFIG") else "~/.docker/config.json"


def _host(key: str) -> str:
    """The registry that a key of `auths` is about; `https://index.docker.io/v1/` is Docker Hub's."""
    text = key.partition("://")[2] or key
    host, _, path = text.partition("/")
    return _canonical(host) if path.strip("/") in {"", "v1", "v2"} else ""


def _canonical(domain: str) -> str:
    domain = domain.lower()
    return HUB if domain in _HUB_NAMES else domain


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
