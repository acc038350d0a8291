"""One module a forge: each names its `KINDS`, public `HOSTS` and `TOKENS`, and has `server` and `api`.

The table is derived from the modules, so a forge is added by adding one. What they have in common is in `shared`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters import tables
from mlgitops.adapters.forges.shared import site as sites
from mlgitops.adapters.forges.shared.hosted import Hosted
from mlgitops.adapters.forges.shared.rest import PATIENCE
from mlgitops.adapters.forges.shared.site import Address, Site
from mlgitops.adapters.forges.shared.tokens import choose
from mlgitops.core.credential import Credential
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from mlgitops.adapters.forges.shared.tokens import Token
    from mlgitops.adapters.http import Client
    from mlgitops.ports.forge import Forge

__all__ = ["PATIENCE", "Address", "credential", "has_token", "recognise", "table"]


def recognise(
    address: Address, settings: Mapping[str, object], environment: Mapping[str, str], client: Client
) -> Forge | None:
    """The repository of a remote, on its forge; nothing is asked yet. None for a remote that is on no host.

    Args:
        address: Of the remote that promotions are pushed to.
        settings: `forge` of the project that is trusted, the base branch's; empty where it has none.
        environment: Environment variables: tokens, and what a CI server says of itself.
        client: Sends the requests, with `PATIENCE`.

    Raises:
        InputError: Nothing tells what kind of forge it is, or it is none that is known here.
    """
    site = _site(address, settings, environment)
    if site is None:
        return None
    module = table()[site.kind]
    return Hosted(module.api(site, _token(module, site, environment), environment, client))


def credential(address: Address, settings: Mapping[str, object], environment: Mapping[str, str]) -> Credential | None:
    """What Git proves itself with to a remote over https, by the same token; None where there is none.

    Raises:
        InputError: As `recognise`.
    """
    if address.scheme not in {"https", "http"}:
        return None
    site = _site(address, settings, environment)
    if site is None or site.name != sites.host_name(address):
        return None
    token = _token(table()[site.kind], site, environment)
    host = f"{address.host}:{address.port}" if address.port else address.host
    return Credential(host, token.variable.username, token.value) if token else None


def has_token(address: Address, settings: Mapping[str, object], environment: Mapping[str, str]) -> bool:
    """Whether there is a token that `recognise` would ask with.

    Raises:
        InputError: As `recognise`.
    """
    site = _site(address, settings, environment)
    return site is not None and _token(table()[site.kind], site, environment) is not None


def table() -> dict[str, ModuleType]:
    """The module of each kind of forge."""
    return tables.table(__name__, "KINDS", besides={"shared"})


def _token(module: ModuleType, site: Site, environment: Mapping[str, str]) -> Token | None:
    return choose(module.TOKENS, site, environment, module.server(environment)[1])


def _site(address: Address, settings: Mapping[str, object], environment: Mapping[str, str]) -> Site | None:
    if address.scheme == "file" or not address.host:
        return None
    modules = table()
    servers = {kind: server for kind, server in (one.server(environment) for one in modules.values()) if server}
    base = sites.base_of(address, settings, servers)
    kind = _kind(sites.host_name(address), base, settings, servers, modules)
    return Site(
        kind,
        base,
        sites.path_of(address, base),
        public=modules[kind].HOSTS.get(sites.host_name(address)) == kind,
        told=bool(settings.get("kind")) or base in {server.rstrip("/") for server in servers.values()},
    )


def _kind(
    host: str,
    base: str,
    settings: Mapping[str, object],
    servers: Mapping[str, str],
    modules: Mapping[str, ModuleType],
) -> str:
    """As configured, else as everybody knows of the host, else as the CI server says of itself."""
    known = ", ".join(sorted(modules))
    if settings.get("kind"):
        kind = str(settings["kind"])
        if kind not in modules:
            raise InputError(f"`forge.kind` is {kind!a}, which is not known here", hint=f"Known are {known}.")
        return kind
    for module in modules.values():
        if host in module.HOSTS:
            return str(module.HOSTS[host])
    for kind, server in servers.items():
        if server.rstrip("/") == base:
            return kind
    raise InputError(
        f"nothing tells what kind of forge {host} is",
        hint=f"Set `forge.kind` in mlgitops.yaml, one of {known}, or pass `--no-pr`.",
    )
