"""Packages that bring rules or gates, and an interpreter of their own to install them for."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import Any, NamedTuple

from support.tree import write_tree

ROOT = Path(__file__).resolve().parents[2]


class Done(NamedTuple):
    """How a run ended.

    Attributes:
        code: The exit code.
        told: What it printed, read as JSON.
        talk: What it said besides.
    """

    code: int
    told: dict[str, Any]
    talk: str


class Interpreter:
    """A Python with a place of its own for packages, which sees the project and what it needs.

    Args:
        folder: Where it is made.
        group: The entry points by which packages bring something.
    """

    def __init__(self, folder: Path, group: str) -> None:
        venv.create(folder, symlinks=True)
        self._program = folder / "bin/python"
        self._home = next(folder.glob("lib/python*/site-packages"))
        self._group = group
        (self._home / "parent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")

    def package(self, name: str, code: str) -> dict[str, str]:
        """The files of a package whose one module is `code`, the entry point `own`."""
        module = name.replace("-", "_")
        return {
            f"{module}.py": code,
            f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{name}-1.0.dist-info/entry_points.txt": f"[{self._group}]\nown = {module}\n",
        }

    def install(self, name: str, code: str) -> None:
        """Install such a package."""
        write_tree(self._home, self.package(name, code))

    def run(self, folder: Path, *arguments: str) -> Done:
        """Run it in a folder."""
        command = [self._program, *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return Done(done.returncode, json.loads(done.stdout), done.stderr)
