from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.privilege import open_folder, ordinary_user
from support.repo import new_repo
from support.tree import write_tree

from mlgitops.adapters.git.discovery import find_program, find_top, git_folder
from mlgitops.adapters.git.process import Git
from mlgitops.errors import InputError


def bare(folder):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", "--bare", "."], cwd=folder, check=True)
    return folder


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {"environments/dev/state/a.yaml": "x"})


def test_the_top_is_the_nearest_folder_with_a_repository(repo):
    for inside in ("", "environments", "environments/dev/state", ".git/hooks", "environments/nowhere"):
        assert find_top(repo.top / inside) == repo.top


def test_outside_any_repository_there_is_none(tmp_path):
    assert find_top(tmp_path) is None
    assert find_top(bare(tmp_path / "bare")) is None


def test_a_link_is_resolved_first(repo, tmp_path):
    (tmp_path / "link").symlink_to(repo.top / "environments")
    assert find_top(tmp_path / "link" / "dev") == repo.top


def test_an_embedded_bare_repository_is_not_the_top_even_beside_the_real_one(repo):
    bare(repo.top / "environments" / "dev")
    bare(repo.top)
    assert find_top(repo.top / "environments" / "dev" / "state") == repo.top
    assert git_folder(repo.top) == repo.top / ".git"


def test_a_folder_called_git_without_a_repository_in_it_is_passed_over(repo):
    (repo.top / "environments" / ".git").mkdir()
    assert find_top(repo.top / "environments" / "dev") == repo.top


def test_linked_work_trees_and_submodules_have_their_own_top(repo, tmp_path):
    repo.git("worktree", "add", "--quiet", "../linked")
    linked = tmp_path.resolve() / "linked"
    assert find_top(linked / "environments") == linked
    assert git_folder(linked) == repo.top / ".git" / "worktrees" / "linked"
    assert git_folder(linked) == Path(
        subprocess.check_output(["git", "rev-parse", "--git-dir"], cwd=linked, text=True).strip()
    )
    other = new_repo(tmp_path / "other", {"file": "x"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other.top), "vendor")
    assert find_top(repo.top / "vendor") == repo.top / "vendor"
    assert git_folder(repo.top / "vendor") == repo.top / ".git" / "modules" / "vendor"


@pytest.mark.parametrize("content", [b"", b"gitdir: /nowhere", b"gitdir:", b"\xff\xfe", b"gitdir: \n"])
def test_a_git_file_that_names_no_repository_says_so(tmp_path, content):
    (tmp_path / ".git").write_bytes(content)
    with pytest.raises(InputError, match=r"names no Git repository"):
        git_folder(tmp_path)


def test_a_folder_without_repository_says_so(tmp_path):
    with pytest.raises(InputError, match="is not the top of a Git repository"):
        Git(tmp_path)


def planted(place, canary):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n")
    place.chmod(0o755)


def test_a_git_planted_in_the_repository_is_never_run(repo, tmp_path, monkeypatch):
    canary = tmp_path / "canary"
    planted(repo.top / "git", canary)
    planted(repo.top / "bin" / "git", canary)
    (tmp_path / "link").symlink_to(repo.top / "bin")
    (tmp_path / "folder" / "git").mkdir(parents=True)
    write_tree(tmp_path / "plain", {"git": "not executable"})
    monkeypatch.chdir(repo.top)
    entries = ["", ".", "bin", str(repo.top), f"{repo.top}/bin", str(tmp_path / "link"), f"{repo.top}/../repo/bin"]
    entries += [str(tmp_path / "nowhere"), str(tmp_path / "folder"), str(tmp_path / "plain")]
    monkeypatch.setenv("PATH", os.pathsep.join([*entries, os.environ["PATH"]]))
    # the control: a shell would fall for it
    subprocess.run("git", shell=True, cwd=repo.top, check=False)
    assert canary.exists()
    canary.unlink()
    git = Git(repo.top)
    assert git.program == shutil.which("git", path=os.environ["PATH"].split(os.pathsep, len(entries))[-1])
    git.run("rev-parse", values=["HEAD"])
    assert not canary.exists()


def test_a_folder_of_the_path_that_may_not_be_looked_into_is_passed_over(repo, monkeypatch):
    with open_folder() as folder:
        (folder / "closed").mkdir(mode=0)
        monkeypatch.setenv("PATH", os.pathsep.join([str(folder / "closed"), os.environ["PATH"]]))
        expected = shutil.which("git")
        with ordinary_user():
            assert find_program("git", repo.top) == expected


def test_a_machine_without_git_is_told_what_is_missing(repo, monkeypatch):
    monkeypatch.setenv("PATH", str(repo.top))
    with pytest.raises(InputError, match="`git` is not on PATH") as caught:
        find_program("git", repo.top)
    assert "Install Git" in caught.value.hint
