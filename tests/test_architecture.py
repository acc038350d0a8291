"""What the folders promise: imports point one way, and files are named for what they hold."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import mlgitops

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(mlgitops.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_import_contracts() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("import-linter is not installed: pip install -e '.[dev]'")
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
    assert [path for path in MODULES if path.stem in drawers] == []


def test_modules_are_small() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in MODULES if path.stat().st_size)
    assert statistics.median(lengths) <= 120
    assert lengths[-1] <= 400


def test_every_module_says_what_it_is() -> None:
    silent = [
        path for path in MODULES if path.stat().st_size and not path.read_text().lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_every_module_can_be_imported_alone() -> None:
    names = [module.name for module in pkgutil.walk_packages(mlgitops.__path__, "mlgitops.")]
    assert "mlgitops.core.hydrate" in names
    for name in names:
        importlib.import_module(name)
