"""One module a scheme: each names its `SCHEMES` and has `open(options, client, progress)`, which returns a Registry.

The table is derived from the modules, so a scheme is added by adding one. Nothing here, and so nothing of the network,
is imported before a reference has to be resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mlgitops.adapters import tables
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from mlgitops.adapters.http import Client
    from mlgitops.ports import Progress, Registry

IMAGES = "oci"
"""The scheme of a reference that names none: `ghcr.io/acme/server:1.5.0`."""

_SCHEME = re.compile("([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """What the person running this may decide about registries.

    Args:
        environment: Environment variables; where Docker's configuration is looked for.
        platform: `os/architecture[/variant]` that an image of several platforms must still have.
        auth_hosts: For a registry's host, further hosts that may be given its credentials.
        max_bytes: Bytes of a file that are hashed at most.
        seconds: Time that a file may take at most.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    platform: str = "linux/amd64"
    auth_hosts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    max_bytes: int = 64 * 1024**3
    seconds: float = 3600.0


class Registries:
    """Registries of every scheme behind one port; a registry is opened when a reference of its scheme comes.

    A context manager: leaving it closes the connections.

    Args:
        options: Passed to each registry.
        connect: Makes the client they share, on first use.
        progress: Hears how many bytes of a file have been read, where its size is known.
    """

    def __init__(self, options: Options, connect: Callable[[], Client], progress: Progress) -> None:
        self._options = options
        self._connect = connect
        self._progress = progress
        self._client: Client | None = None
        self._opened: dict[ModuleType, Registry] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def digest(self, reference: str) -> str:
        """See `mlgitops.ports.Registry.digest`."""
        return self._of(reference).digest(reference)

    def exists(self, pin: str) -> bool:
        """See `mlgitops.ports.Registry.exists`."""
        return self._of(pin).exists(pin)

    def _of(self, reference: str) -> Registry:
        match = _SCHEME.match(reference)
        scheme = match[1].lower() if match else IMAGES
        modules = table()
        module = modules.get(scheme)
        if module is None:
            raise InputError(
                f"{scheme}:// names no registry that is known here",
                hint=f"Known are {', '.join(f'{name}://' for name in sorted(modules))}; "
                "what lies elsewhere can be fetched and digested as a file or folder.",
            )
        if module not in self._opened:
            self._client = self._client or self._connect()
            self._opened[module] = module.open(self._options, self._client, self._progress)
        return self._opened[module]


def asks(reference: str) -> bool:
    """Whether some registry here is asked for references of this scheme."""
    match = _SCHEME.match(reference)
    return not match or match[1].lower() in table()


def table() -> dict[str, ModuleType]:
    """The module of each scheme."""
    return tables.table(__name__, "SCHEMES")
