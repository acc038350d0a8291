"""Where a repository stands on a forge, from its remote's address, the project's settings and CI's variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from mlgitops.adapters.forges.shared.tokens import host_of
from mlgitops.adapters.http.addresses import is_loopback_name
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEGMENT = re.compile(r"[A-Za-z0-9_.~+-]{1,255}")
_ALIASES = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}  # SSH where only port 443 is open


class Address(Protocol):
    """What is known of a remote's address."""

    @property
    def scheme(self) -> str:
        """`https`, `http`, `ssh` or `file`."""

    @property
    def host(self) -> str:
        """In lower case; empty for `file`."""

    @property
    def port(self) -> int:
        """0 where it is the scheme's own."""

    @property
    def path(self) -> str:
        """`owner/name` on a host, without `.git`."""


@dataclass(frozen=True)
class Site:
    """A repository on a forge.

    Attributes:
        kind: `github`, `gitlab`, `gitea` or `forgejo`.
        url: Address of the forge, without a slash at the end.
        path: Of the repository on it: owner, groups, name.
        public: Whether the host is one that everybody knows to be this kind of forge.
        told: Whether `mlgitops.yaml`, or the CI server that it is, says what kind of forge it is.
    """

    kind: str
    url: str
    path: str
    public: bool = False
    told: bool = False

    @property
    def host(self) -> str:
        """Host, and port where it is not the scheme's own."""
        return host_of(self.url)

    @property
    def name(self) -> str:
        """The host without its port."""
        return urlsplit(self.url).hostname or ""

    def owner_and_name(self) -> tuple[str, str]:
        """For forges whose repositories have one owner.

        Raises:
            InputError: The path is another one.
        """
        owner, _, name = self.path.partition("/")
        if not name or "/" in name:
            raise InputError(
                f"{self.url}/{self.path} is not `owner/name`, as repositories on this forge are called",
                hint="Correct the remote's address, or `forge.url` where the forge stands below a path.",
            )
        return owner, name


def host_name(address: Address) -> str:
    """The host that a remote is on, seen through the other names of public ones."""
    return _ALIASES.get(address.host, address.host)


def base_of(address: Address, settings: Mapping[str, object], servers: Mapping[str, str]) -> str:
    """The forge's own address: as configured, as the CI server of that host names itself, else the remote's host.

    Raises:
        InputError: What is configured is no address, or another forge than the remote's.
    """
    configured = str(settings.get("url") or "").rstrip("/")
    remote = host_name(address)
    if configured:
        name = _name_of(configured)
        if name != remote and not (is_loopback_name(name) and is_loopback_name(remote)) and address.scheme != "ssh":
            raise InputError(
                f"`forge.url` is on {name}, the remote on {remote}: credentials go only where the remote is",
                hint="Correct `forge.url`, or the remote's address.",
            )
        return configured
    for server in servers.values():
        if (urlsplit(server).hostname or "") == remote:
            return server.rstrip("/")
    scheme = address.scheme if address.scheme in {"http", "https"} else "https"
    port = f":{address.port}" if address.port and address.scheme != "ssh" else ""
    return f"{scheme}://{remote}{port}"


def _name_of(configured: str) -> str:
    """The host's name of a configured address.

    Raises:
        InputError: It is none, or holds what no forge's address does.
    """
    if host_of(configured):
        parts = urlsplit(configured)
        if not (parts.username or parts.query or parts.fragment) and parts.scheme in {"https", "http"}:
            return (parts.hostname or "").lower()
    raise InputError("`forge.url` is no address of a forge", hint="Write https://HOST, with a path at most.")


def path_of(address: Address, base: str) -> str:
    """The repository's path below the forge's own address.

    Raises:
        InputError: It is none that a repository has.
    """
    path = address.path.strip("/")
    prefix = urlsplit(base).path.strip("/")
    if prefix and path.startswith(f"{prefix}/"):
        path = path[len(prefix) + 1 :]
    segments = path.split("/")
    if len(segments) < 2 or not all(_SEGMENT.fullmatch(part) and part.strip(".") for part in segments):  # noqa: PLR2004
        raise InputError(f"{path!a} names no repository on {base}", hint="Correct the remote's address.")
    return path
