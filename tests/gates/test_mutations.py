"""Each gate is alive: turn any one comparison of it round, or of what it thinks with, and one of its tests fails.

Each mutant is judged by the gate's own tests in a process of its own. A change that no input could tell from the
original is listed in `EQUAL` with the reason; anything else that survives is a test that is missing.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.turned import mutants

from mlgitops.gates import catalogue

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
BEHIND = {
    "windows": "gates/test_window",
    "pairs": "gates/test_no_worse",
    "steps": "gates/test_regression",
    "instants": "core/test_instants",
}
"""Modules of `core` that gates think with, and the tests that judge them."""
MODULES = {
    **{f"mlgitops.gates.{name}": f"gates/test_{name}" for name in (one.replace("-", "_") for one in catalogue())},
    "mlgitops.gates": "gates/test_catalogue",
    **{f"mlgitops.core.{name}": tests for name, tests in BEHIND.items()},
}
EQUAL: dict[str, str] = {}
"""Changes, as `module:line:change`, that no input could tell from the original, and why."""


def survives(module: str, tests: str, number: int) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "support.mutated"]
    environment = {**os.environ, "MUTATED": f"{module} {number}", "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [*command, f"tests/{tests}.py"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1, 2), done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("module", MODULES)
def test_tests_tell_each_change_of_a_gate(module: str) -> None:
    source = Path(importlib.import_module(module).__file__).read_text(encoding="utf-8")
    assert survives(module, MODULES[module], -1), "its tests fail as it is"
    changes = [mutant.what for mutant in mutants(source)]
    with ThreadPoolExecutor(2) as pool:
        survived = pool.map(lambda number: survives(module, MODULES[module], number), range(len(changes)))
        left = [what for what, lives in zip(changes, survived, strict=True) if lives]
    assert [what for what in left if f"{module}:{what}" not in EQUAL] == []
