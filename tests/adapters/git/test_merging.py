"""What a merge gives, and merges that forges make for the jobs of pull requests, and what only looks like one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from support.repo import new_repo

from mlgitops.adapters.git.merging import brought, merge, merged
from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.settings import Settings
from mlgitops.adapters.git.snapshots import TreeSnapshot
from mlgitops.adapters.git.writing import WritingGit
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from support.repo import Repo

    from mlgitops.ports.git import Merge

LINES = "".join(f"{number}\n" for number in range(1, 10))


def merging(repo: Repo, prefix: str = "") -> Merge:
    """What merging `head` into `main` gives."""
    git = Git(repo.top)
    return merge(git, WritingGit(git, Settings(git)), prefix, *repo.git("rev-parse", "main", "head").split())


def two_sides(repo: Repo, base: dict[str, str], main: dict[str, str], head: dict[str, str]) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.commit(base)
    for branch, files in (("head", head), ("main", main)):
        repo.git("checkout", "--quiet", "-B", branch, "main")
        repo.commit(files)


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
    git = Git(repo.top)
    return merged(git, WritingGit(git, Settings(git)), prefix, "main", "HEAD")


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


@pytest.mark.parametrize("prefix", ["", "ml"])
def test_both_sides_of_a_file_are_merged(repo: Repo, prefix: str) -> None:
    old, new = LINES.replace("1", "one"), LINES.replace("9", "nine")
    two_sides(repo, {"ml/f": LINES}, {"ml/f": old, "other": "3\n"}, {"ml/f": new, "ml/g": "new\n"})
    before = repo.git("for-each-ref"), repo.git("status", "--porcelain"), repo.git("ls-files", "--stage")
    found = merging(repo, prefix)
    path = "f" if prefix else "ml/f"
    assert (found.paths, found.conflicts) == ((path, path.replace("f", "g")), ())
    with TreeSnapshot(Git(repo.top), found.tree, prefix) as snapshot:
        assert snapshot.read(path).decode() == LINES.replace("1", "one").replace("9", "nine")
        assert snapshot.exists("other") is not bool(prefix)
    assert before == (repo.git("for-each-ref"), repo.git("status", "--porcelain"), repo.git("ls-files", "--stage"))
    repo.git("checkout", "--quiet", "--detach", "main")
    repo.git("merge", "--quiet", "--no-ff", "--message", "Merge", "head")
    assert found.tree == repo.git("rev-parse", "HEAD^{tree}"), "as Git itself merges"
    assert head_of(repo, prefix) == repo.git("rev-parse", "head")


def test_what_does_not_go_together_is_named_from_git_s_top(repo: Repo) -> None:
    two_sides(repo, {"ml/f": LINES}, {"ml/f": "main\n", "x": "1\n"}, {"ml/f": "head\n", "x": "2\n", "y": ""})
    found = merging(repo, "ml")
    assert (found.conflicts, found.paths) == (("ml/f", "x"), ("f",))


def test_a_file_that_moved_is_changed_where_it_is_now(repo: Repo) -> None:
    two_sides(repo, {"ml/f": LINES}, {}, {"ml/f": LINES.replace("9", "nine")})
    repo.git("mv", "ml/f", "ml/moved")
    repo.commit()
    git = Git(repo.top)
    main, head = repo.git("rev-parse", "main", "head").split()
    assert list(brought(git, "ml", main, head)) == ["f"]
    assert merging(repo, "ml").paths == ("f", "moved")


def test_attributes_and_the_user_s_own_make_it_no_other_merge(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "git").mkdir()
    (tmp_path / "git/attributes").write_text("* merge=union\n")
    two_sides(repo, {"f": "1\n", ".gitattributes": "* merge=union\n"}, {"f": "2\n"}, {"f": "3\n"})
    assert merging(repo).conflicts == ("f",)


def test_an_older_git_tells_where_nothing_is_left_to_merge(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 2.38, `git merge-tree` knows no such option."""
    real = shutil.which("git")
    old = tmp_path / "bin/git"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\nfor each; do [ "$each" = merge-tree ] && exit 129; done\nexec {real} "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent), prepend=":")
    with pytest.raises(InputError) as caught:
        merging(repo)
    assert "Git 2.38" in str(caught.value.hint)
    repo.git("checkout", "--quiet", "head")
    repo.git("merge", "--quiet", "main")
    found = merging(repo)
    assert (found.tree, found.paths) == (repo.git("rev-parse", "head"), ("ml/a", "ml/new"))
