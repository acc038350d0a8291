"""Whose repository it is: judged as Git itself does, which runs beside as the oracle."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.privilege import NOBODY
from support.repo import new_repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.snapshots import CommitSnapshot
from mlgitops.errors import InputError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to someone else")


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {"a": "x"})


@pytest.fixture
def configuration(repo, tmp_path, monkeypatch):
    """A user's configuration file of this test alone, once the repository is made."""
    place = tmp_path / f"{repo.top.name}-gitconfig"
    place.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
    return place


def give_away(*places, owner=NOBODY):
    for place in places:
        os.chown(place, owner, owner, follow_symlinks=False)


def git_agrees(top, trusted):
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=top, capture_output=True, check=False)
    assert (done.returncode == 0) == trusted, done.stderr


@pytest.mark.parametrize("part", [".", ".git"])
def test_what_belongs_to_someone_else_is_refused_with_the_line_that_trusts_it(repo, part):
    give_away(repo.top / part)
    git_agrees(repo.top, trusted=False)
    with pytest.raises(InputError, match="belongs to another user") as caught:
        Git(repo.top)
    assert caught.value.hint.endswith(f"`git config --global --add safe.directory {repo.top}`.")


@pytest.mark.usefixtures("configuration")
def test_the_line_in_the_hint_helps(repo):
    give_away(repo.top, repo.top / ".git")
    with pytest.raises(InputError) as caught:
        Git(repo.top)
    command = caught.value.hint.split("`")[1].split(" ")
    subprocess.run(command, check=True)
    git_agrees(repo.top, trusted=True)
    with CommitSnapshot(Git(repo.top), "HEAD") as commit:
        assert commit.read("a") == b"x"


@pytest.mark.parametrize(
    ("values", "trusted"),
    [
        (["*"], True),
        (["{top}"], True),
        (["/elsewhere", "{top}"], True),
        (["{top}", ""], False),
        (["", "{top}"], True),
        (["/elsewhere"], False),
        (["{top}/sub"], False),
        (["{parent}"], False),
    ],
)
def test_safe_directories_are_read_as_git_reads_them(repo, configuration, values, trusted):
    give_away(repo.top, repo.top / ".git")
    lines = [value.format(top=repo.top, parent=repo.top.parent) for value in values]
    configuration.write_text("[safe]\n" + "".join(f'    directory = "{line}"\n' for line in lines))
    git_agrees(repo.top, trusted)
    if trusted:
        Git(repo.top)
    else:
        with pytest.raises(InputError, match="belongs to another user"):
            Git(repo.top)


def test_a_folder_of_safe_directories(repo, configuration):
    give_away(repo.top)
    configuration.write_text(f"[safe]\n    directory = {repo.top.parent}/*\n")  # Git 2.46 and newer
    Git(repo.top)


def test_the_repository_cannot_trust_itself(repo, monkeypatch):
    repo.git("config", "safe.directory", "*")
    give_away(repo.top)
    monkeypatch.chdir(repo.top)
    git_agrees(repo.top, trusted=False)
    with pytest.raises(InputError, match="belongs to another user"):
        Git(repo.top)


def test_a_call_may_trust_one_repository(repo, monkeypatch):
    give_away(repo.top)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repo.top))
    git_agrees(repo.top, trusted=True)
    Git(repo.top)


def test_sudo_works_on_the_checkout_of_whoever_called_it(repo, monkeypatch):
    give_away(repo.top, repo.top / ".git", owner=1234)
    monkeypatch.setenv("SUDO_UID", "1234")
    git_agrees(repo.top, trusted=True)
    Git(repo.top)
    monkeypatch.setenv("SUDO_UID", "1235")
    git_agrees(repo.top, trusted=False)
    with pytest.raises(InputError, match="belongs to another user"):
        Git(repo.top)


def test_a_linked_work_tree_is_judged_by_its_own_git_folder(repo, tmp_path):
    repo.git("worktree", "add", "--quiet", "../linked")
    linked = Path(tmp_path.resolve() / "linked")
    Git(linked)
    give_away(repo.top / ".git" / "worktrees" / "linked")
    git_agrees(linked, trusted=False)
    with pytest.raises(InputError, match="belongs to another user"):
        Git(linked)
