"""A repository whose configuration, hooks, attributes and files try to run something: nothing ever may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.hostile_git import arm
from support.repo import new_repo
from support.tree import write_tree

from mlgitops.adapters.files.tree import WorkTree
from mlgitops.adapters.git.discovery import find_top
from mlgitops.adapters.git.fingerprint import fingerprint
from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.repository import Repository
from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot
from mlgitops.adapters.git.stamp import Stamp
from mlgitops.errors import MlgitopsError

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def repo(tmp_path, evil):
    """A repository that names `evil` wherever it can."""
    files = {"environments/dev/state/a.yaml": "x\n", ".gitattributes": "* filter=x diff=x\n"}
    repo = new_repo(tmp_path.resolve() / "repo", files)
    arm(repo.top / ".git", evil, [("remote.origin.url", f"ext::{evil}")])
    return repo


def use_everything(start):
    git = Git(find_top(start))
    with IndexSnapshot(git) as index, CommitSnapshot(git, "HEAD") as commit, Repository(git) as repository:
        for snapshot in (index, commit, WorkTree(git.top)):
            for use in (snapshot.entries, lambda snapshot=snapshot: snapshot.entries("environments")):
                try:
                    use()
                except MlgitopsError:
                    continue
            assert snapshot.read("environments/dev/state/a.yaml") == b"x\n"
        repository.head()
        repository.remotes()
        repository.commit("HEAD")
        repository.is_shallow()
        for revision in ("HEAD", "nowhere", "--exec=x", "HEAD:environments"):
            try:
                repository.resolve(revision)
            except MlgitopsError:
                continue
    fingerprint(git.top, ["environments"])
    Stamp(git.private_folder()).write("a", fingerprint(git.top, ["environments"]))


def test_the_control_plain_git_does_run_what_is_configured(repo, canary):
    subprocess.run(["git", "status"], cwd=repo.top, capture_output=True, check=False)
    assert canary.exists()


def test_nothing_that_the_repository_configures_is_run(repo, canary):
    use_everything(repo.top / "environments")
    assert not canary.exists()


def embedded(tmp_path, canary):
    """A bare repository, as a pull request can add it, whose configuration touches the canary."""
    folder = tmp_path / "bare"
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    write_tree(folder, {"refs/keep": "", "objects/keep": "", "file": "x"})
    for key, value in {"core.bare": "false", "core.worktree": "..", "core.fsmonitor": f"touch {canary}; false"}.items():
        subprocess.run(["git", "config", "--file", str(folder / "config"), key, value], check=True)
    return folder


@pytest.mark.parametrize("where", ["environments/dev", "environments", "."])
def test_an_embedded_bare_repository_is_never_entered(tmp_path, canary, where, monkeypatch):
    repo = new_repo(tmp_path.resolve() / "repo", {"environments/dev/state/a.yaml": "x\n"})
    shutil.copytree(embedded(tmp_path, canary), repo.top / where, dirs_exist_ok=True)
    repo.commit()
    if where != ".":  # the control; at the top Git itself prefers the real one
        subprocess.run(["git", "status"], cwd=repo.top / where, capture_output=True, check=False)
        assert canary.exists()
        canary.unlink()
    monkeypatch.chdir(repo.top / where)
    for start in ("", "environments", "environments/dev", "environments/dev/state"):
        use_everything(repo.top / start)
    assert not canary.exists()


@pytest.mark.parametrize("where", ["environments/dev/", "environments/", ""])
def test_an_embedded_bare_repository_is_refused_in_the_index_and_in_commits_too(tmp_path, canary, where):
    repo = new_repo(tmp_path.resolve() / "repo", {"environments/dev/state/a.yaml": "x\n", "templates/x": ""})
    shutil.copytree(embedded(tmp_path, canary), repo.top / where, dirs_exist_ok=True)
    repo.commit()
    git = Git(repo.top)
    with IndexSnapshot(git) as index, CommitSnapshot(git, "HEAD") as commit:
        for snapshot in (index, commit):
            for folder in ("", "environments", "environments/dev", "environments/dev/state"):
                with pytest.raises(MlgitopsError, match="a Git repository lies inside") as caught:
                    snapshot.entries(folder)
                assert caught.value.path == (where.rstrip("/") or ".")
            if where:
                assert list(snapshot.entries("templates")) == ["templates/x"]


def test_git_variables_of_the_environment_lead_nowhere(tmp_path, monkeypatch):
    repo = new_repo(tmp_path.resolve() / "repo", {"environments/dev/state/a.yaml": "x\n"})
    other = new_repo(tmp_path.resolve() / "other", {"environments/dev/state/a.yaml": "another repository\n"})
    monkeypatch.setenv("GIT_DIR", str(other.top / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.top))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.top / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.top / ".git" / "objects"))
    monkeypatch.setenv("GIT_PYTHON_GIT_EXECUTABLE", "/nowhere/git")
    use_everything(repo.top)
    with Repository(Git(repo.top)) as repository:
        assert repository.commit("HEAD").name == repository.head().commit
    assert os.environ["GIT_PYTHON_GIT_EXECUTABLE"] == "/nowhere/git"


def test_gitpython_is_loaded_in_an_embedded_repository_without_entering_it(tmp_path, canary):
    repo = new_repo(tmp_path.resolve() / "repo", {"a": "x\n"})
    place = shutil.copytree(embedded(tmp_path, canary), repo.top / "environments")
    program = (
        "import sys\nfrom pathlib import Path\nfrom mlgitops.adapters.git.process import Git\n"
        "from mlgitops.adapters.git.repository import Repository\n"
        "with Repository(Git(Path(sys.argv[1]))) as repository: print(repository.commit('HEAD').subject)\n"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path]),
        "PATH": f".:{os.environ['PATH']}",
    }
    shutil.copy(shutil.which("true"), place / "git")
    done = subprocess.run(
        [sys.executable, "-c", program, str(repo.top)], cwd=place, env=environment, capture_output=True, check=True
    )
    assert done.stdout == b"First\n"
    assert not canary.exists()
