"""Init: an environment repository that hydrates at once, written around what is there already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files

UNKNOWN = "https://github.com/your-org/your-repository.git"
"""Stands where the address of the repository belongs, as long as nobody knows it."""

_STATE = re.compile("environments/[^/]+/state/.+")
_NUMBERS = re.compile(r"[0-9]+(\.[0-9]+){0,3}")
_PLAIN = re.compile(r"[!#-\[\]-~]+")
"""What can stand between double quotes in YAML as it is."""
_WEB = re.compile(r"(https?://)(?:[^/@]*@)?([^/]+/.+)")
_SSH = re.compile(r"ssh://.+")
_SHORT_SSH = re.compile(r"((?:[A-Za-z0-9._-]+@)?[A-Za-z0-9.-]{2,}):(?!//)/?(.+)")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        version: The running version, which the new repository pins.
        remote: Address of the remote `origin`, or None.
    """

    version: str
    remote: str | None = None


class Report(NamedTuple):
    """What was done.

    Attributes:
        created: Paths that were written.
        kept: Paths where another file stands, which stayed as it is.
        unchanged: How many files were as they should be.
        existing: The folder had a project of its own: nothing was added to it.
        address: Where GitOps controllers are told to read the repository.
    """

    created: list[str]
    kept: list[str]
    unchanged: int
    existing: bool
    address: str

    @property
    def addressed(self) -> bool:
        """Whether the address is that of the repository, and not a placeholder."""
        return self.address != UNKNOWN


class Init:
    """The workflow.

    Args:
        scaffold: Files with placeholders, by path.
        schemas: Schemas of the documents, by path.
        template: The files of a packaged template, by path.
        snapshot: What stands in the folder.
        files: The folder.
    """

    def __init__(
        self,
        scaffold: Mapping[str, bytes],
        schemas: Mapping[str, bytes],
        template: Callable[[str], Mapping[str, bytes]],
        snapshot: Snapshot,
        files: Files,
    ) -> None:
        self._scaffold = scaffold
        self._schemas = schemas
        self._template = template
        self._snapshot = snapshot
        self._files = files

    def run(self, request: Request) -> Report:
        """Write what is missing. An existing file stays as it is; a project that someone has begun gets nothing.

        Raises:
            RefusedError: The file system refused; no file has changed.
        """
        address = (request.remote and published(request.remote)) or UNKNOWN
        wanted = self._wanted(request.version, address)
        present = {path for path in wanted if self._snapshot.exists(path)}
        kept = sorted(path for path in present if not self._is(path, wanted[path]))
        if PROJECT_FILE in kept:
            return Report([], kept, len(present) - len(kept), existing=True, address=address)
        missing = {path: data for path, data in wanted.items() if path not in present}
        if missing:
            self._files.write(missing)
        return Report(sorted(missing), kept, len(present) - len(kept), existing=False, address=address)

    def _wanted(self, version: str, address: str) -> dict[str, bytes]:
        numbers = _NUMBERS.match(version)
        values = {"VERSION": version, "NUMBERS": numbers[0] if numbers else "0", "REPOSITORY": address}
        wanted = {path: _filled(data, values) for path, data in self._scaffold.items()}
        used = {
            load(data, path)["release"]["template"] for path, data in self._scaffold.items() if _STATE.fullmatch(path)
        }
        for reference in sorted(used):
            wanted |= self._template(reference)
        return wanted | dict(self._schemas)

    def _is(self, path: str, data: bytes) -> bool:
        try:
            return self._snapshot.read(path) == data
        except InputError:  # a link, or something large
            return False


def published(remote: str) -> str | None:
    """The address of a remote as GitOps controllers take it: https or ssh, without credentials; None for others.

    Args:
        remote: As Git has it: `https://…`, `ssh://…`, `git@host:path`, a folder.
    """
    if not _PLAIN.fullmatch(remote):
        return None
    if web := _WEB.fullmatch(remote):
        return web[1] + web[2]
    if _SSH.fullmatch(remote):
        return remote
    if short := _SHORT_SSH.fullmatch(remote):
        return f"ssh://{short[1]}/{short[2]}"
    return None


def _filled(data: bytes, values: Mapping[str, str]) -> bytes:
    for name, value in values.items():
        data = data.replace(f"@{name}@".encode(), value.encode())
    return data
