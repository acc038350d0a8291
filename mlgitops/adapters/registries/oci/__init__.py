"""Registries that speak the OCI distribution specification (Docker Registry HTTP API v2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.registries.oci.registry import Oci

if TYPE_CHECKING:
    from mlgitops.adapters.http import Client
    from mlgitops.adapters.registries import Options

SCHEMES = ("oci",)


def open(options: Options, client: Client) -> Oci:  # noqa: A001 (every registry's module has this name)
    """All image registries behind one port."""
    return Oci(options, client)
