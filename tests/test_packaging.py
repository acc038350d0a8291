"""The wheel holds what Git tracks, and nothing else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("templates/", "schemas/", "environments/", "mlgitops.yaml")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed: pip install hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a Git checkout")
    return done.stdout.split("\0")[:-1]


def test_the_wheel_holds_what_git_tracks(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    expected = {path for path in tracked() if path.startswith("mlgitops/")}
    expected |= {f"mlgitops/packaged/{path}" for path in tracked() if path.startswith(SHIPPED)}
    assert held == expected


def test_the_wheel_names_its_licence_types_and_script(wheel: zipfile.ZipFile) -> None:
    assert "mlgitops/py.typed" in wheel.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
    (scripts,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "mlgitops = mlgitops.__main__:main" in wheel.read(scripts).decode()
