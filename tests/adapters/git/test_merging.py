"""Merges that forges make for the jobs of pull requests, and what only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.repo import new_repo

from mlgitops.adapters.git.merging import merged
from mlgitops.adapters.git.process import Git

if TYPE_CHECKING:
    from pathlib import Path

    from support.repo import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """`main` has moved since `head` left it."""
    repo = new_repo(tmp_path / "repo", {"ml/a": "1\n", "ml/b": "1\n", "other": "1\n"})
    repo.git("checkout", "--quiet", "-b", "head")
    repo.commit({"ml/a": "2\n", "ml/new": "2\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"other": "2\n"})
    repo.git("checkout", "--quiet", "--detach")
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "head")
    return repo


def head_of(repo: Repo, prefix: str = "") -> str:
    return merged(Git(repo.top), prefix, "main", "HEAD")


@pytest.mark.parametrize("prefix", ["", "ml"])
def test_a_merge_brings_the_commit_that_it_merges(repo: Repo, prefix: str) -> None:
    assert head_of(repo, prefix) == repo.git("rev-parse", "head")
    repo.git("checkout", "--quiet", "head")
    assert head_of(repo, prefix) == "", "no merge"


@pytest.mark.parametrize(
    "edit",
    [
        lambda repo: (repo.top / "ml/a").write_text("3\n"),  # another content
        lambda repo: (repo.top / "ml/more").write_text("3\n"),  # something besides
        lambda repo: (repo.top / "ml/a").write_text("1\n"),  # something left out
        lambda repo: (repo.top / "ml/new").chmod(0o755),
    ],
)
def test_one_that_brings_anything_else_stands_for_itself(repo: Repo, edit: object) -> None:
    edit(repo)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--amend", "--no-edit")
    assert head_of(repo) == ""


def test_one_into_what_is_not_of_the_base_stands_for_itself(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "--detach", "main")
    repo.commit({"ml/b": "2\n"})
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "head")
    assert head_of(repo) == ""
