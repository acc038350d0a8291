"""Which token goes to which forge: each to the host it is for, and to no other.

A token says nothing of its host, so the host is known in one of three ways, tried in this order: the variable by which
a CI server names itself stands beside the token, then it is for that server alone; the host is the public one of the
forge that the variable belongs to; or `forge` in `mlgitops.yaml`, or the CI server that this job runs on, says what
kind of forge the remote's host is. The word of `mlgitops.yaml` is the repository's own, so what people have for a
public host is not sent elsewhere because of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mlgitops.adapters.http.addresses import is_loopback_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.adapters.forges.shared.site import Site

_HEADER_VALUE = re.compile("[!-~]+")


@dataclass(frozen=True)
class Variable:
    """An environment variable that may hold a token.

    Args:
        name: Its name.
        home: The variable by which a CI server that sets it says where it is.
        username: What Git is given as user name beside the token.
        job: Whether only a CI server sets it.
        within: Where set, the token is for public hosts and those below this domain; another is named by `home`, or is
            this machine.
        own: Whether it is for servers of one's own only, never for a public host.
    """

    name: str
    home: str
    username: str
    job: bool = False
    within: str = ""
    own: bool = False


@dataclass(frozen=True)
class Token:
    """A token, and the variable it was found in. The token does not show in `repr`."""

    value: str = field(repr=False)
    variable: Variable


def choose(variables: Iterable[Variable], site: Site, environment: Mapping[str, str], server: str) -> Token | None:
    """The first token that may be sent to `site`; what no header can carry is passed over as if it were unset.

    Args:
        variables: Where to look, in this order.
        site: Where it would be sent.
        environment: Environment variables.
        server: Address of the server of this kind that runs this CI job; empty elsewhere.
    """
    for variable in variables:
        value = environment.get(variable.name, "").strip()
        if (
            value
            and value.isascii()
            and value.isprintable()
            and " " not in value
            and _is_for(variable, site, environment.get(variable.home) or server)
        ):
            return Token(value, variable)
    return None


def _is_for(variable: Variable, site: Site, home: str) -> bool:
    if variable.own and site.public:
        return False
    if home:
        return host_of(home) == site.host
    if variable.job or site.public:
        return not variable.job
    known = not variable.within or site.name.endswith(f".{variable.within}") or is_loopback_name(site.name)
    return site.told and known


def host_of(address: str) -> str:
    """Host of an address, with its port where that is not the scheme's own; empty where there is none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.lower()
    return name if port in {None, {"https": 443, "http": 80}.get(parts.scheme)} else f"{name}:{port}"
