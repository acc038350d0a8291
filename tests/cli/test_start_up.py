"""What a command loads: start-up time is a feature, so heavy parts stay out until something needs them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.bad_input import BASE, STATE_PATH
from support.tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"asyncio", "git", "httpx", "jinja2", "jsonschema", "multiprocessing", "rich", "ruamel", "ssl"}
PROGRAM = """
import sys
from mlgitops.cli._boundary import run
code = run(sys.argv[1:])
print(*sorted(sys.modules), sep="\\n")
sys.exit(code)
"""


def loaded(*arguments: str) -> set[str]:
    """The topmost modules that a run has loaded; it must end well."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.splitlines()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", BASE)


def test_a_good_state_of_a_repository(root: Path) -> None:
    found = loaded("validate", "-C", str(root), STATE_PATH)
    assert {"jsonschema_rs", "yaml"} <= found
    assert not found & HEAVY


def test_a_good_file_of_no_repository(tmp_path: Path) -> None:
    file = tmp_path / "state.yaml"
    file.write_text(BASE[STATE_PATH])
    found = loaded("validate", str(file))
    assert {"jsonschema_rs", "yaml"} <= found
    assert not found & HEAVY


@pytest.mark.parametrize("arguments", [["--version"], ["schema", "Project"]])
def test_what_reads_no_document(arguments: list[str]) -> None:
    assert not loaded(*arguments) & {*HEAVY, "jsonschema_rs", "yaml"}


def test_hydration_explains_nothing(root: Path) -> None:
    found = loaded("render", "--no-cache", "-C", str(root))
    assert "concurrent" in found
    assert not found & {"git", "httpx", "jsonschema", "rich", "ruamel", "ssl"}
