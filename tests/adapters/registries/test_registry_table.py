"""The table of schemes is derived; dropping in a module adds a scheme."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.progress import Watcher

from mlgitops.adapters import registries
from mlgitops.adapters.registries import Options, Registries, table
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULE = """
SCHEMES = ("demo",)

class Demo:
    def __init__(self, options, client):
        self.seen = (options.platform, client)
    def digest(self, reference):
        return f"{reference}@{self.seen}"
    def exists(self, pin):
        return True

def open(options, client, progress):
    return Demo(options, client)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(registries, "__path__", [*registries.__path__, str(tmp_path)])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(f"{registries.__name__}.extra")]:
        del sys.modules[name]


def test_every_module_has_schemes_and_open() -> None:
    modules = table()
    assert {"oci", "https"} <= set(modules)
    assert registries.IMAGES in modules
    for scheme, module in modules.items():
        assert scheme in module.SCHEMES
        assert callable(module.open)


def test_a_module_dropped_in_is_a_scheme(package: Path) -> None:
    (package / "extra_demo.py").write_text(MODULE)
    connected = []

    class Nothing:
        def close(self) -> None:
            connected.append("closed")

    def connect() -> Nothing:
        connected.append("connected")
        return Nothing()

    with Registries(Options(platform="a/b"), connect, Watcher()) as opened:
        assert connected == []
        assert opened.digest("demo://x").startswith("demo://x@('a/b', ")
        assert opened.exists("DEMO://x")
    assert connected == ["connected", "closed"]


def test_a_scheme_claimed_twice_is_a_fault(package: Path) -> None:
    (package / "extra_demo.py").write_text(MODULE)
    (package / "extra_demo2.py").write_text(MODULE)
    with pytest.raises(ValueError, match=r"demo is claimed by .*extra_demo and .*extra_demo2"):
        table()


def test_an_unknown_scheme_names_those_known() -> None:
    with Registries(Options(), lambda: None, Watcher()) as opened, pytest.raises(InputError, match="s3://") as caught:
        opened.digest("s3://bucket/model/")
    assert "https://" in caught.value.hint
    assert "oci://" in caught.value.hint


def test_nothing_of_the_network_is_loaded_before_a_reference_comes() -> None:
    code = (
        "import sys; from mlgitops.adapters.registries import Options, Registries; Registries(Options(), None, None);"
        "import mlgitops.adapters.hashing, mlgitops.ports; print('httpx' in sys.modules, 'ssl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
