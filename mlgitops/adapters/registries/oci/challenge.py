"""What a registry demands with status 401, and which of it may be believed.

The realm of a token comes from the server, so from whoever answers in its place: CVE-2020-15157 (containerd) and its
successors sent credentials, or requests from inside a network, wherever a realm pointed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import httpx

from mlgitops.adapters.http.addresses import fault_of_host, is_loopback_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))\s*,?')
_SCHEME = re.compile(rf"[\s,]*({_WORD})(?:\s+|$|(?=,))")
_LONGEST = 8192

_AUTH_HOSTS: Mapping[str, frozenset[str]] = {"registry-1.docker.io": frozenset({"auth.docker.io"})}
"""Docker Hub gives its tokens at another host; of others that do, their user knows."""


class Challenge(NamedTuple):
    """One way to authenticate (RFC 9110 section 11.6.1). The scheme and parameter names are lower case."""

    scheme: str
    parameters: Mapping[str, str]


def challenges(header: str) -> list[Challenge]:
    """Read `WWW-Authenticate`, which may hold several challenges; what cannot be read ends it."""
    found: list[Challenge] = []
    position, header = 0, header[:_LONGEST]
    while match := _SCHEME.match(header, position):
        position = match.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, position):
            name, quoted, bare = parameter.groups()
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if bare is None else bare)
            position = parameter.end()
        found.append(Challenge(match[1].lower(), parameters))
    return found


def fault_of_realm(realm: str, registry: httpx.URL) -> str | None:
    """Why no token may be asked for at `realm`, or None.

    Args:
        realm: The address that a registry names.
        registry: The registry's own address.
    """
    try:
        url = httpx.URL(realm)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return "is not an address"
    if url.userinfo:
        return "holds credentials"
    if not host or url.scheme not in {"https", "http"}:
        return "is not an https address"
    if is_loopback_name(host) and not is_loopback_name(registry.host):
        return "leads to this machine"
    if url.scheme == "http" and not (registry.scheme == "http" and is_loopback_name(host)):
        return "is not an https address"
    fault = fault_of_host(host)
    return f"is {fault}" if fault else None


def may_have_credentials(realm: httpx.URL, registry: httpx.URL, further: frozenset[str]) -> bool:
    """Whether a token service may be shown the credentials of a registry.

    The registry's own host may; a domain above it may (`registry.gitlab.com` and `gitlab.com`), since whoever owns
    that decides who the registry is; any other only where it is known for this registry.
    """
    above = f".{realm.host}"
    return (
        realm.host == registry.host
        or ("." in realm.host and registry.host.endswith(above) and not registry.host.replace(".", "").isdigit())
        or realm.host in _AUTH_HOSTS.get(registry.host, frozenset())
        or realm.host in further
    )


def token_address(realm: str, service: str | None, scope: str) -> httpx.URL:
    """Where to ask for a token. Parameters that the realm carries already do not count where they are ours to set."""
    url = httpx.URL(realm).copy_with(fragment=None)
    parameters = [(name, value) for name, value in url.params.multi_items() if name not in {"service", "scope"}]
    ours = ([("service", service)] if service else []) + [("scope", scope)]
    return url.copy_with(params=httpx.QueryParams([*parameters, *ours]))
