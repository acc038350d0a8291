from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess

import pytest
from support.repo import new_repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.repository import Head, Repository
from mlgitops.errors import InputError


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {"a": "x"})


def test_head_is_the_commit_and_the_branch(repo):
    first = repo.git("rev-parse", "HEAD")
    with Repository(Git(repo.top)) as repository:
        assert repository.head() == Head(first, "main")
        repo.git("checkout", "--quiet", "-b", "feature/x")
        second = repo.commit({"a": "y"})
        assert repository.head() == Head(second, "feature/x")
        repo.git("checkout", "--quiet", first)
        assert repository.head() == Head(first, None)
        repo.git("checkout", "--quiet", "main")
        repo.git("pack-refs", "--all")
        repo.git("gc", "--quiet")
        assert repository.head() == Head(first, "main")


def test_before_the_first_commit_there_is_a_branch_only(tmp_path):
    with Repository(Git(new_repo(tmp_path.resolve() / "repo").top)) as repository:
        assert repository.head() == Head(None, "main")
        assert repository.remotes() == {}


def test_a_linked_work_tree_has_its_own_head_and_the_same_remotes(repo, tmp_path):
    repo.git("remote", "add", "origin", "https://git.example/a.git")
    repo.git("worktree", "add", "--quiet", "-b", "side", "../linked")
    with Repository(Git((tmp_path / "linked").resolve())) as repository:
        assert repository.head() == Head(repo.git("rev-parse", "HEAD"), "side")
        assert repository.remotes() == {"origin": "https://git.example/a.git"}
        assert repository.commit("side").subject == "First"


def test_remotes_are_what_the_repository_configures(repo):
    repo.git("remote", "add", "origin", "git@git.example:acme/models.git")
    repo.git("remote", "add", "a.b/c", "https://git.example/x.git")
    repo.git("remote", "set-url", "--add", "a.b/c", "https://mirror.example/x.git")
    repo.git("config", "remote.pushDefault", "origin")
    repo.git("config", "remote.no-url.fetch", "+refs/heads/*:refs/remotes/x/*")
    with Repository(Git(repo.top)) as repository:
        assert repository.remotes() == {
            "a.b/c": "https://git.example/x.git",
            "origin": "git@git.example:acme/models.git",
        }


def test_a_commit_carries_author_times_subject_and_trailers(repo):
    message = (
        "Promote fraud 1.5.0 to prod\n\nWhy: it is better.\n\n"
        "Mlgitops-Release: sha256:0123\nMlgitops-From: staging\nSigned-off-by: Ada <ada@example.org>\n  and others\n"
    )
    environment = os.environ | {
        "GIT_AUTHOR_NAME": "Zoë 模型",
        "GIT_AUTHOR_EMAIL": "zoe@example.org",
        "GIT_AUTHOR_DATE": "2026-03-01T12:00:00 -0230",
        "GIT_COMMITTER_DATE": "2026-03-02T00:00:00 +0000",
    }
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", message], cwd=repo.top, env=environment, check=True)
    with Repository(Git(repo.top)) as repository:
        commit = repository.commit("HEAD")
        root = repository.commit("HEAD~1")
    assert commit.name == repo.git("rev-parse", "HEAD")
    assert commit.parents == (root.name,)
    assert root.parents == ()
    assert (commit.author, commit.email) == ("Zoë 模型", "zoe@example.org")
    zone = dt.timezone(-dt.timedelta(hours=2, minutes=30))
    assert commit.authored == dt.datetime(2026, 3, 1, 12, tzinfo=zone)
    assert commit.authored.utcoffset() == zone.utcoffset(None)
    assert commit.committed == dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert commit.subject == "Promote fraud 1.5.0 to prod"
    assert commit.trailers == (
        ("Mlgitops-Release", "sha256:0123"),
        ("Mlgitops-From", "staging"),
        ("Signed-off-by", "Ada <ada@example.org> and others"),
    )


@pytest.mark.parametrize(
    "message",
    [
        "Subject only",
        "Key: value",
        "Subject\n\nBody without any.",
        "Subject\n\nKey: value\nnot a trailer",
        "Subject\n\nKey: value\n\nLast paragraph",
        "Subject\n\nA: 1\nB: 2\n\nMlgitops-From: staging\nX-1: y: z\nEmpty:",
        "Subject\n\nhttps://example.org/x",
        "Subject\n\nKey: a\n  continued\nOther: b",
    ],
)
def test_trailers_are_those_that_git_itself_finds(repo, message):
    repo.commit(message=message)
    shown = repo.git("log", "-1", "--format=%(trailers:only,unfold)").strip()
    expected = [tuple(part.strip() for part in line.split(":", 1)) for line in shown.splitlines()]
    with Repository(Git(repo.top)) as repository:
        assert list(repository.commit("HEAD").trailers) == expected


def test_a_message_that_is_no_text_at_all_is_read_with_marks_in_its_place(repo):
    raw = repo.git("cat-file", "commit", "HEAD").encode().replace(b"First", b"\xff\xfe")
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=repo.top,
        input=raw,
        capture_output=True,
        check=True,
    )
    with Repository(Git(repo.top)) as repository:
        assert repository.commit(made.stdout.decode().strip()).subject == "\ufffd\ufffd"


def test_an_unknown_commit_is_an_error_of_the_one_who_asked(repo):
    with Repository(Git(repo.top)) as repository:
        for revision in ("nowhere", "HEAD:a", "--output=x", "0" * 40):
            with pytest.raises(InputError):
                repository.commit(revision)


def test_shallow_is_told(repo, tmp_path):
    repo.commit({"a": "y"})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.top}", str(tmp_path / "shallow"))
    with Repository(Git((tmp_path / "shallow").resolve())) as shallow, Repository(Git(repo.top)) as whole:
        assert shallow.is_shallow()
        assert not whole.is_shallow()


def test_a_broken_configuration_is_one_clear_error(repo):
    with Repository(Git(repo.top)) as repository:
        (repo.top / ".git" / "config").write_text('[remote "origin"\nurl = x\n')
        with pytest.raises(InputError, match="cannot be read"):
            repository.remotes()


def test_bare_files_beside_the_real_repository_are_not_taken_for_it(repo, tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "bare")], check=True)
    subprocess.run(
        ["git", "--git-dir", str(tmp_path / "bare"), "remote", "add", "evil", "https://evil.example"], check=True
    )
    shutil.copytree(tmp_path / "bare", repo.top, dirs_exist_ok=True)
    with Repository(Git(repo.top)) as repository:
        assert repository.head().commit == repo.git("rev-parse", "main")
        assert repository.remotes() == {}
