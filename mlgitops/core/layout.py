"""Where the documents of an environment repository stand."""

from __future__ import annotations

PROJECT_FILE = "mlgitops.yaml"


def environment_file(name: str) -> str:
    """Path of an environment's document."""
    return f"environments/{name}/environment.yaml"
