"""What the machine refuses: told once, with the right exit code, and every file as it was. Real processes."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.bad_input import BASE, STATE_PATH
from support.privilege import open_folder, ordinary_user
from support.repo import new_repo
from support.tree import read_tree, write_tree

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from collections.abc import Iterator


FULL = Path("/dev/full")


def process(root: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The real program, in a process of its own."""
    command = [sys.executable, "-m", "mlgitops", *arguments, "-C", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def changed(root: Path) -> dict[str, Any]:
    """The tree after a change that gives render something to write."""
    state = root / STATE_PATH
    state.write_text(state.read_text().replace("batch: 32", "batch: 64"))
    return read_tree(root)


def test_an_unwritable_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with open_folder() as top:
        root = write_tree(top / "acme", BASE)
        root.chmod(0o755)
        run(["render", "--check", "-C", str(root)])  # loads what another user may not be able to read
        capsys.readouterr()
        before = read_tree(root)
        with ordinary_user():
            if os.access(root, os.W_OK, effective_ids=True):
                pytest.skip("the tests' own user may write everywhere")
            assert run(["render", "-C", str(root), "--format", "json"]) == 3
        captured = capsys.readouterr()
        error = json.loads(captured.out)["error"]
        assert error["path"].startswith("environments/dev/hydrated")
        assert error["hint"]
        assert captured.err.count("error: ") == 1
        assert read_tree(root) == before


@pytest.mark.parametrize("size", [64, 700])
def test_files_that_may_not_grow(tmp_path: Path, size: int) -> None:
    root = write_tree(tmp_path / "acme", BASE)
    process(root, "render").check_returncode()
    before = changed(root)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = process(root, "render", preexec_fn=limit)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: environments/dev/hydrated/fraud/")
    assert "hint: " in done.stderr
    assert read_tree(root) == before
    process(root, "render").check_returncode()


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A file system of 256 KiB at `place`."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        root = write_tree(tmp_path / "disk" / "acme", BASE)
        process(root, "render").check_returncode()
        before = changed(root)
        filler = tmp_path / "disk" / "filler"
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=512"], capture_output=True, check=False)
        done = process(root, "render", "--format", "json")
        assert done.returncode == 3
        assert "no space left" in json.loads(done.stdout)["error"]["message"]
        assert read_tree(root) == before
        filler.unlink()
        process(root, "render").check_returncode()
        assert process(root, "render", "--check").returncode == 0


def test_without_git_only_what_asks_it_is_refused(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "acme", BASE)
    environment = {**os.environ, "PATH": str(tmp_path)}
    assert process(repo.top, "render", env=environment).returncode == 0
    assert process(repo.top, "validate", STATE_PATH, env=environment).returncode == 0
    assert process(repo.top, "explain", "fraud", "--env", "dev", env=environment).returncode == 0
    for arguments in (["validate", "--staged"], ["render", "--check", "--rev", "HEAD"]):
        done = process(repo.top, *arguments, env=environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: the program `git` is not on PATH\nhint: Install Git")


def test_outside_a_git_checkout_revisions_have_no_meaning(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "acme", BASE)
    assert process(root, "render").returncode == 0
    done = process(root, "validate", "--rev", "HEAD")
    assert done.returncode == 2
    assert "is not in a Git checkout" in done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_result_that_cannot_be_written(tmp_path: Path, form: str) -> None:
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    root = write_tree(tmp_path / "acme", BASE)
    command = [sys.executable, "-m", "mlgitops", "explain", "fraud", "--env", "dev", "-C", str(root), "--format", form]
    with FULL.open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "acme", BASE)
    command = [sys.executable, "-m", "mlgitops", "explain", "fraud", "--env", "dev", "-C", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
