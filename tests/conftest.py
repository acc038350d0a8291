"""Isolation of the whole suite: a home and Git configuration of its own, no credentials, no network."""

from __future__ import annotations

import gc
import importlib
import ipaddress
import os
import re
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from mlgitops.adapters import packaged

settings.register_profile("default", derandomize=True, max_examples=50, deadline=None)
settings.register_profile("long", derandomize=True, max_examples=1000, deadline=None)

pytest_plugins = ["support.servers"]

_HOME = pytest.StashKey[Path]()

# What a developer's or a CI job's environment may hold and a test must neither see nor use.
_FOREIGN = re.compile(
    r"GIT_.*|GIT|SSH_.*|KUBECONFIG|DOCKER_CONFIG|REGISTRY_AUTH_FILE"
    r"|(AWS|AZURE|GOOGLE|GCP|HF|HUGGING|MLFLOW|GITHUB|GITLAB|GITEA|FORGEJO|CI|MLGITOPS)(_.*)?"
    r"|.*(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_KEY|ACCESS_KEY).*"
    r"|(HTTPS?|ALL|NO)_PROXY|(FORCE|NO)_COLOR",
    re.IGNORECASE,
)

_GIT_CONFIGURATION = """\
[user]
    name = Ada Example
    email = ada@example.org
[init]
    defaultBranch = main
[commit]
    gpgSign = false
"""


def pytest_configure(config: pytest.Config) -> None:
    _isolate_environment(config)
    _refuse_network()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    expression = config.getoption("markexpr", "")
    settings.load_profile("long" if re.search(r"(?<!not )\blong\b", expression) else "default")


def pytest_collection_finish() -> None:
    """Load once what each forked worker would load, and keep thousands of tests out of its garbage collections.

    A collection touches all memory, which the worker would have to copy.
    """
    for name in ("mlgitops.core.template.engine", "mlgitops.workflows.hydrated_judging"):
        importlib.import_module(name)
    packaged.kubernetes_schemas()
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


def _isolate_environment(config: pytest.Config) -> None:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for name in [name for name in os.environ if _FOREIGN.fullmatch(name)]:
        del os.environ[name]
    home = config.stash[_HOME] = Path(tempfile.mkdtemp(prefix="mlgitops-home-"))
    (home / ".gitconfig").write_text(_GIT_CONFIGURATION)
    os.environ |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": cache,  # the servers that tests build once are kept there
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_TERMINAL_PROMPT": "0",
    }


def _refuse_network() -> None:
    """Let sockets reach this machine only; names of others are unknown, as they are without a network."""
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str | bytes | None, *arguments: object, **options: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_local(name) and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, "tests know no names but localhost")
        return look_up(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
    for method in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))


def _guarded(method: object) -> object:
    def guarded(self: socket.socket, *arguments: object) -> object:
        target = arguments[-1]
        if self.family != socket.AF_UNIX and not _is_local(target[0]):
            raise RuntimeError(f"a test reached for {target[0]}: only this machine's loopback may be asked")
        return method(self, *arguments)

    return guarded


def _is_address(host: str) -> bool:
    try:
        socket.inet_aton(host)  # takes `127.1` and `2130706433` too, as the system's resolver does
    except OSError:
        return ":" in host
    return True


def _is_local(host: str) -> bool:
    if not _is_address(host):
        return host == "localhost" or host.endswith(".localhost")
    address = host.partition("%")[0] if ":" in host else socket.inet_aton(host)
    return ipaddress.ip_address(address).is_loopback
