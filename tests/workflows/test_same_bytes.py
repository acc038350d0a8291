"""The same bytes everywhere: whatever surrounds a run, what it writes follows from the repository alone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.project import FILES, STATE
from support.tree import read_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SERVICES = {
    f"environments/dev/state/svc-{number}.yaml": STATE.replace("name: fraud", f"name: svc-{number}").replace(
        "{THRESHOLD:", f'{{Z{number}: "ü", A: "1", THRESHOLD:'
    )
    for number in range(70)
}
"""Enough for several processes."""


def run(root: Path, *, cwd: Path | None = None, prefix: tuple[str, ...] = (), **environment: str) -> dict[str, object]:
    command = [*prefix, sys.executable, "-m", "mlgitops", "render", "--no-cache", "-C", str(root)]
    done = subprocess.run(
        command, cwd=cwd or root, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {path: data for path, data in read_tree(root).items() if "/hydrated/" in path}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return run(write_tree(tmp_path_factory.mktemp("expected"), FILES | SERVICES))


@pytest.mark.long
@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4242"},
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1", "PYTHONOPTIMIZE": "2", "COLUMNS": "20"},
    ],
    ids=lambda surroundings: surroundings.get("LC_ALL", "encoding"),
)
def test_locale_time_zone_and_hash_seed(tmp_path: Path, expected: dict, surroundings: dict[str, str]) -> None:
    assert run(write_tree(tmp_path / "a", FILES | SERVICES), **surroundings) == expected


def test_working_folder_umask_and_number_of_processes(tmp_path: Path, expected: dict) -> None:
    root = write_tree(tmp_path / "a", FILES | SERVICES)
    one_processor = ("taskset", "-c", str(min(os.sched_getaffinity(0))))
    assert (
        run(root, cwd=root / "environments/dev", prefix=("sh", "-c", 'umask 077; exec "$@"', "-", *one_processor))
        == expected
    )
    made = root / "environments/dev/hydrated/fraud/deployment-fraud.yaml"
    assert made.stat().st_mode & 0o777 == 0o644
    assert made.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    "change",
    [
        lambda files: dict(reversed(files.items())),
        lambda files: {path: text.replace("\n", "\r\n") for path, text in files.items()},
        lambda files: {path: "\ufeff" + text if path.endswith(".yaml") else text for path, text in files.items()},
    ],
    ids=["order of files", "line ends", "byte order mark"],
)
def test_order_of_files_and_line_ends(
    tmp_path: Path, expected: dict, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    hydrated = run(write_tree(tmp_path / "a", change(FILES | SERVICES)))
    if "\ufeff" in change(FILES)["mlgitops.yaml"]:  # a template's digest is over its bytes
        hydrated = {path: data for path, data in hydrated.items() if "provenance" not in path}
        expected = {path: data for path, data in expected.items() if "provenance" not in path}
    assert hydrated == expected


def test_order_of_keys_in_a_state(tmp_path: Path, expected: dict) -> None:
    head, _, rest = STATE.partition("release:\n")
    release, _, deploy = rest.partition("deploy:\n")
    turned = f"{head}deploy:\n{deploy}release:\n{release}"
    root = write_tree(tmp_path / "a", {**FILES, **SERVICES, "environments/dev/state/fraud.yaml": turned})
    assert run(root) == expected
