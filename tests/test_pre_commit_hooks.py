"""The hooks that the project offers, run by the real pre-commit from a clone of the project on disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support.project import FILES, STATE
from support.repo import Repo, new_repo
from support.tree import write_tree

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"


def environment() -> Mapping[str, str]:
    """Programs of this interpreter first, so that the hooks run the project as it stands here."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository that offers the hooks, without what installing them from a package index would ask for."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed: pip install -e '.[dev]'")
    offered = [{**hook, "language": "system"} for hook in HOOKS]
    return new_repo(tmp_path_factory.mktemp("hooks") / "mlgitops", {".pre-commit-hooks.yaml": yaml.safe_dump(offered)})


@pytest.fixture
def repo(tmp_path: Path, hooks: Repo) -> Repo:
    made = new_repo(tmp_path / "acme", FILES)
    assert run(["-C", str(made.top), "render"]) == 0
    used = {
        "repo": str(hooks.top),
        "rev": hooks.git("rev-parse", "HEAD"),
        "hooks": [{"id": hook["id"]} for hook in HOOKS],
    }
    made.commit({".pre-commit-config.yaml": yaml.safe_dump({"repos": [used]})})
    return made


def committed(repo: Repo) -> subprocess.CompletedProcess[str]:
    repo.git("add", "--all")
    command = [sys.executable, "-m", "pre_commit", "run", "--verbose", "--color=never"]
    return subprocess.run(command, cwd=repo.top, env=environment(), capture_output=True, text=True, check=False)


def test_the_hooks_are_two_and_say_what_they_do() -> None:
    assert [hook["id"] for hook in HOOKS] == ["mlgitops-validate", "mlgitops-render-check"]
    assert all(hook["language"] == "python" and hook["entry"].startswith("mlgitops ") for hook in HOOKS)


def test_a_good_change_passes_and_only_its_service_is_judged(repo: Repo) -> None:
    write_tree(repo.top, {DEV: f"{STATE}# a comment\n"})
    done = committed(repo)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 document: " in done.stdout


def test_what_is_staged_is_refused_whatever_the_work_tree_holds(repo: Repo) -> None:
    write_tree(repo.top, {DEV: STATE.replace("owner: risk", "owner: risk, hat: red")})
    repo.git("add", "--all")
    done = committed(repo)
    assert done.returncode == 1
    assert f"{DEV}\n" in done.stdout
    assert "hat" in done.stdout


def test_manifests_that_were_not_rendered_are_refused(repo: Repo) -> None:
    write_tree(repo.top, {DEV: STATE.replace("replicas: {min: 2", "replicas: {min: 3")})
    done = committed(repo)
    assert done.returncode == 1
    assert "stale environments/dev/hydrated/fraud/deployment-fraud.yaml" in done.stdout


def test_other_files_are_judged_by_what_they_are_and_rendered_by_nobody(repo: Repo) -> None:
    write_tree(repo.top, {"README.md": "notes\n"})
    done = committed(repo)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 documents: no findings" in done.stdout
    assert done.stdout.count("(no files to check)Skipped") == 1


def test_weights_are_refused_wherever_they_lie(repo: Repo) -> None:
    (repo.top / "models").mkdir()
    (repo.top / "models/fraud.safetensors").write_bytes(b"\x08" + bytes(7) + b"{}      " + bytes(5000))
    done = committed(repo)
    assert done.returncode == 1
    assert "committed-binary" in done.stdout


def test_a_release_that_changes_under_its_version_is_refused(repo: Repo) -> None:
    write_tree(repo.top, {DEV: STATE.replace('THRESHOLD: "0.83"', 'THRESHOLD: "0.84"')})
    assert run(["-C", str(repo.top), "render"]) == 0
    done = committed(repo)
    assert done.returncode == 1
    assert "mutated-release" in done.stdout


@pytest.mark.long
@pytest.mark.servers
def test_the_hooks_install_from_a_clone_of_the_project(repo: Repo, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed: pip install -e '.[dev]'")
    probe = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path), "pyyaml"],
        capture_output=True, check=False,
    )  # fmt: skip
    if probe.returncode:
        pytest.skip("the package index does not answer: nothing can be installed")
    clone = Repo(tmp_path / "clone")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone.top)], check=True)
    write_tree(repo.top, {DEV: f"{STATE}# a comment\n"})
    repo.git("add", "--all")
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(clone.top), "mlgitops-validate", "--verbose"]
    done = subprocess.run(command, cwd=repo.top, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 document: " in done.stdout
