"""Real servers for tests, on loopback with free ports and a temporary folder each, stopped by their process.

The programs are built by `tests/servers/build.py`; a fixture whose program is missing skips the test and says so.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from servers import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.apiserver import ApiServer
    from support.gitea import Gitea

UP_WITHIN = 90.0  # seconds: an API server is up in 10 on an idle machine


@pytest.fixture(scope="session")
def apiserver() -> Iterator[ApiServer]:
    """A kube-apiserver that knows every custom resource definition at hand."""
    from support import definitions  # not at the top: every test run loads this module as a plugin

    for name in ("etcd", "kube-apiserver", "keda"):
        require(name)
    if not definitions.FOLDER.is_dir():
        pytest.skip(f"no {definitions.FOLDER.name} folder at ../shared beside the repository")
    with api_server() as server:
        server.define([definitions.definition(*key) for key in definitions.paths()])
        yield server


@pytest.fixture(scope="session")
def image_registry() -> Iterator[str]:
    """An empty OCI registry; `host:port`, plain HTTP."""
    require("docker-registry")
    with registry() as address:
        yield address


@pytest.fixture(scope="session")
def gitea() -> Iterator[Gitea]:
    """A Gitea server with three accounts."""
    from support import gitea

    with gitea.running() as server:
        yield server


def require(name: str) -> Path:
    """The built program's path; skips the test where it is not there."""
    path = build.find(name)
    if path is None:
        pytest.skip(f"{name} is not built: python tests/servers/build.py {name}")
    return path


@contextlib.contextmanager
def api_server() -> Iterator[ApiServer]:
    """Etcd and a kube-apiserver before it: everything authenticated is allowed, nothing is scheduled."""
    from support.apiserver import ApiServer

    with etcd() as store, folder() as home:
        port, token = free_port(), "test-token"
        (home / "tokens.csv").write_text(f"{token},admin,1,system:masters\n", encoding="ascii")
        subprocess.run(["openssl", "genrsa", "-out", home / "keys.pem", "2048"], check=True, capture_output=True)
        command = [
            str(require("kube-apiserver")),
            f"--etcd-servers=http://{store}",
            f"--secure-port={port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",  # a loopback address is no endpoint
            f"--cert-dir={home}",
            f"--service-account-key-file={home}/keys.pem",
            f"--service-account-signing-key-file={home}/keys.pem",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--token-auth-file={home}/tokens.csv",
            "--authorization-mode=AlwaysAllow",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",  # no controller creates the accounts that it asks for
        ]
        server = ApiServer(port, token, home / "apiserver.crt")
        with running(command, home / "log", server.ready), contextlib.closing(server):
            yield server


@contextlib.contextmanager
def etcd() -> Iterator[str]:
    """An etcd of one member; `host:port`."""
    with folder() as home:
        client, peer = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        command = [
            str(require("etcd")),
            f"--data-dir={home}/data",
            f"--listen-client-urls=http://{client}",
            f"--advertise-client-urls=http://{client}",
            f"--listen-peer-urls=http://{peer}",
            f"--initial-advertise-peer-urls=http://{peer}",
            f"--initial-cluster=default=http://{peer}",
        ]
        with running(command, home / "log", lambda: answers(f"http://{client}/health")):
            yield client


@contextlib.contextmanager
def registry() -> Iterator[str]:
    """An empty OCI registry that stores in a temporary folder and allows deletion; `host:port`, plain HTTP."""
    with folder() as home:
        address = f"127.0.0.1:{free_port()}"
        (home / "config.yml").write_text(
            "version: 0.1\n"
            "log: {level: warn}\n"
            f"storage: {{filesystem: {{rootdirectory: {home}/storage}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{address}'}}\n",
            encoding="utf-8",
        )
        command = [str(require("docker-registry")), "serve", str(home / "config.yml")]
        with running(command, home / "log", lambda: answers(f"http://{address}/v2/")):
            yield address


@contextlib.contextmanager
def running(command: list[str], log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Runs a server until the block ends; RuntimeError with its last words if it does not come up."""
    # A test run that is killed takes its servers along.
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log.open("wb") as out:
        process = subprocess.Popen([*bound, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + UP_WITHIN
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                last = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{command[0]} did not come up (exit {process.poll()}):\n{last}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    """Whether GET on a loopback address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port of the loopback interface that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that is gone when its server is."""
    with tempfile.TemporaryDirectory(prefix="mlgitops-server-", ignore_cleanup_errors=True) as path:
        yield Path(path)
