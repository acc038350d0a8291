"""The harness itself: which judge a file gets, and that a disagreement fails the run and is counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
AGREED = {"op": "selector", "s": "a==b", "canonical": "a==b"}
PARTED = {"op": "selector", "s": "a==b", "canonical": "b"}
BROKEN = {"op": "selector"}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/oracles/test_oracles.py"]
    return subprocess.run(
        [*command, "--oracles", str(folder)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def test_disagreements_are_counted_listed_and_fail(tmp_path: Path) -> None:
    (tmp_path / "selectors-2.json").write_text(json.dumps({"cases": [AGREED, PARTED, BROKEN]}))
    (tmp_path / "unheard-of.json").write_text(json.dumps({"cases": [{}]}))
    result = run(tmp_path)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 / 3       selectors-2.json" in result.stdout
    assert "'a==b': 'a==b', of Kubernetes 'b'" in result.stdout
    assert "KeyError" in result.stdout
    assert "no judge yet for unheard-of.json" in result.stdout


def test_a_missing_folder_skips_and_says_so(tmp_path: Path) -> None:
    result = run(tmp_path / "absent")
    assert result.returncode == pytest.ExitCode.OK
    assert f"no oracle files in {tmp_path / 'absent'}" in result.stdout
