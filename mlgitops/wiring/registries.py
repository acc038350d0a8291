"""Wiring of what asks registries: `digest`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlgitops.adapters.http import Client
    from mlgitops.ports import Progress
    from mlgitops.workflows.digest import Digest


@contextmanager
def digest(
    directory: Path,
    *,
    platform: str,
    auth_hosts: Mapping[str, frozenset[str]],
    max_bytes: int,
    progress: Progress,
    notify: Callable[[str], None],
) -> Iterator[Digest]:
    """The digest workflow; what it needs of the network is loaded when a reference comes."""
    from mlgitops.adapters.hashing import LocalHasher
    from mlgitops.adapters.registries import Options, Registries
    from mlgitops.workflows.digest import Digest

    def connect() -> Client:
        from mlgitops.adapters.http import Client

        return Client(trust_env=True, notify=notify)

    options = Options(os.environ, platform=platform, auth_hosts=auth_hosts, max_bytes=max_bytes)
    with Registries(options, connect, progress) as registries:
        yield Digest(LocalHasher(directory, progress), registries)
