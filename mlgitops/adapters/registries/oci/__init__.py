"""Registries that speak the OCI distribution specification (Docker Registry HTTP API v2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.registries.oci.registry import Oci

if TYPE_CHECKING:
    from mlgitops.adapters.http import Client
    from mlgitops.adapters.registries import Options
    from mlgitops.ports import Progress

SCHEMES = ("oci",)


def open(options: Options, client: Client, _progress: Progress) -> Oci:  # noqa: A001 (each registry's module has it)
    """All image registries behind one port; manifests are too small to be watched."""
    return Oci(options, client)
