"""Who is measured: mlgitops and its peers, each on the same declared services."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from benchmarks import peers, repository, services
from benchmarks.measure import Contender
from servers import build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAIVE = Path(__file__).with_name("naive.py")
BIN = Path(sys.executable).parent
MLGITOPS = str(BIN / "mlgitops")
PYTHON = Contender([[sys.executable, "-c", "pass"]])


class MissingError(Exception):
    """A peer is not on this machine; the message says how it is had."""


@contextlib.contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """A temporary folder, in memory where the system has such a place: a disk's other users are not measured."""
    memory = Path("/dev/shm")
    place = folder or (memory if os.access(memory, os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="mlgitops-benchmarks-", dir=place) as path:
        yield Path(path)


class Work:
    """Declared services on disk, in each contender's own form, written when the contender is first asked for."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.count = count

    @functools.cached_property
    def repository(self) -> Path:
        """The repository that mlgitops and the naive script read."""
        repository.write(self.folder / "repository", self.count)
        return self.folder / "repository"

    def cold(self) -> Contender:
        """Mlgitops, all manifests missing."""
        return Contender(
            [[MLGITOPS, "-C", str(self.repository), "render"]], prepare=lambda: repository.clear(self.repository)
        )

    def unchanged(self) -> Contender:
        """Mlgitops once more; a cold run must have gone before."""
        return Contender([[MLGITOPS, "-C", str(self.repository), "render"]])

    def helm(self) -> Contender:
        """One chart over all services, one process an environment; then kubeconform over what came out."""
        chart, schemas = self.folder / "chart", self.folder / "schemas"
        if not chart.exists():
            peers.write_chart(chart, self.count)
            peers.write_schemas(schemas)
        printed = self.made("helm")
        helm, kubeconform = program("helm"), program("kubeconform")
        commands = [
            [helm, "template", str(chart), "-f", f"{chart}/values-{where}.yaml"] for where in services.ENVIRONMENTS
        ]
        files = [str(printed / f"{number}.yaml") for number in range(len(commands))]
        location = f"{schemas}/{{{{.ResourceKind}}}}.json"
        return Contender([*commands, [kubeconform, "-strict", "-schema-location", location, *files]], printed)

    def kustomize(self) -> Contender:
        """One aggregated build an environment."""
        tree = self.folder / "kustomize"
        if not tree.exists():
            peers.write_kustomization(tree, self.count)
        path, version = kubectl()
        if version < (1, 21):
            raise MissingError("kubectl before 1.21 knows no patches in a kustomization")
        return Contender([[path, "kustomize", str(tree / w)] for w in services.ENVIRONMENTS], self.made("kustomize"))

    def naive(self) -> Contender:
        """A short script of Jinja2 and PyYAML."""
        out = self.folder / "naive"
        return Contender(
            [[sys.executable, str(NAIVE), str(self.repository), str(out)]],
            prepare=lambda: shutil.rmtree(out, ignore_errors=True),
        )

    @functools.cached_property
    def plain(self) -> Path:
        """The manifests of all services, one file an object, in no repository."""
        peers.write_plain(self.folder / "plain", self.count)
        return self.folder / "plain"

    def validate_plain(self) -> Contender:
        """Mlgitops over the plain manifests."""
        return Contender([[MLGITOPS, "validate", str(self.plain)]])

    def kubeconform(self) -> Contender:
        """Kubeconform over the plain manifests, with the same kinds' strict schemas on disk."""
        schemas = self.folder / "plain-schemas"
        if not schemas.exists():
            peers.write_schemas(schemas)
        location = f"{schemas}/{{{{.ResourceKind}}}}.json"
        return Contender([[program("kubeconform"), "-strict", "-schema-location", location, str(self.plain)]])

    def made(self, name: str) -> Path:
        """Folder for what a contender prints."""
        folder = self.folder / f"{name}-out"
        folder.mkdir(exist_ok=True)
        return folder

    def outputs(self) -> dict[str, list[Path]]:
        """The files that each contender's last run made."""
        return {
            "mlgitops": sorted(self.repository.glob("environments/*/hydrated/*/*.yaml")),
            "helm": [self.made("helm") / f"{number}.yaml" for number in range(len(services.ENVIRONMENTS))],
            "kustomize": sorted(self.made("kustomize").iterdir()),
            "naive": sorted((self.folder / "naive").glob("*/*/*.yaml")),
        }


def program(name: str) -> str:
    """Path of a built program; MissingError where there is none."""
    path = build.find(name)
    if path is None:
        raise MissingError(f"{name} is not built: python tests/servers/build.py {name}")
    return str(path)


def kubectl() -> tuple[str, tuple[int, int]]:
    """Path and version of kubectl; MissingError where there is none."""
    path = shutil.which("kubectl")
    if path is None:
        raise MissingError("kubectl is not on PATH: Debian has it as kubernetes-client")
    said = subprocess.run([path, "version", "--client", "--output", "json"], capture_output=True, check=True).stdout
    version = json.loads(said)["clientVersion"]
    return path, (int(version["major"]), int(version["minor"].rstrip("+")))


def objects(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Every object in some files of manifests."""
    return [item for file in files for item in yaml.load_all(file.read_bytes(), yaml.CSafeLoader) if item]
