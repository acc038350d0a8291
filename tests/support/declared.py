"""Repositories with a past: states that come, change and go, commit by commit, in a real Git repository."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from support.project import ENVIRONMENT, FILES, PROJECT, STATE
from support.repo import new_repo

if TYPE_CHECKING:
    from pathlib import Path

    from support.repo import Repo

PATH = ["dev", "staging", "prod"]
TREE = {
    **{path: text for path, text in FILES.items() if not path.startswith(("environments/", "mlgitops.yaml"))},
    "mlgitops.yaml": PROJECT.replace("[dev, prod]", "[dev, staging, prod]"),
    **{f"environments/{name}/environment.yaml": ENVIRONMENT.replace("ENV", name) for name in PATH},
}
BEGAN = dt.datetime.fromtimestamp(1_760_000_000, dt.UTC)
"""When the first commit was made; each further one was made a minute later."""


def place(environment: str, key: str = "fraud") -> str:
    """Path of a state."""
    return f"environments/{environment}/state/{key}.yaml"


def state(version: str, name: str = "fraud", more: str = "") -> str:
    """The file of a state that declares this version."""
    return STATE.replace("version: 1.5.0", f'version: "{version}"').replace("name: fraud", f"name: {name}", 1) + more


def challenged(version: str, challenger: str) -> str:
    """As `state`, with a challenger."""
    release = STATE.partition("release:\n")[2].partition("deploy:\n")[0].replace("1.5.0", f'"{challenger}"', 1)
    inner = "".join(f"  {line}\n" for line in release.splitlines())
    return state(version, more=f"challenger:\n  mode: shadow\n  percent: 10\n  release:\n{inner}")


def repository(top: Path) -> Repo:
    """An environment repository without states, on `main`."""
    return new_repo(top.resolve() / "repository", TREE)


def minute(number: int) -> dt.datetime:
    """When the commit of this number was made, the first being 0."""
    return BEGAN + dt.timedelta(minutes=number)
