"""The writer: new repositories, in its own name, without hooks, without the user's configuration."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest
from support.repo import Repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.settings import Settings
from mlgitops.adapters.git.writer import Author, Writer
from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from pathlib import Path

AUTHOR = Author("Grace Demo", "grace@example.com")


def writer(folder: Path) -> Writer:
    return Writer(folder / "work", folder / "remote.git", AUTHOR)


def test_a_commit_is_made_in_the_authors_name_and_pushed(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    (tmp_path / "work/state.yaml").write_text("a: 1\n")
    name = new.commit("Add a state")
    new.push()
    repo = Repo(tmp_path / "work")
    assert repo.git("log", "--format=%H %an <%ae> %cn %s", "origin/main") == (
        f"{name} Grace Demo <grace@example.com> Grace Demo Add a state"
    )
    assert repo.git("--git-dir", str(tmp_path / "remote.git"), "rev-parse", "main") == name


def test_what_it_leaves_is_an_ordinary_clone_that_follows_its_remote(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    (tmp_path / "work/a").write_text("a")
    new.commit("First")
    new.push()
    repo = Repo(tmp_path / "work")
    repo.commit({"a": "b"}, "By the user")
    repo.git("push", "--quiet")
    assert repo.git("status", "--short", "--branch") == "## main...origin/main"
    assert repo.git("log", "--format=%an", "origin/main") == "Ada Example\nGrace Demo"


def test_hooks_and_configuration_of_the_user_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "template/hooks"
    hooks.mkdir(parents=True)
    for hook in ("pre-commit", "commit-msg", "pre-push", "pre-receive"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        (hooks / hook).chmod(0o755)
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        f"[init]\ntemplateDir = {hooks.parent}\n[core]\nhooksPath = {hooks}\n[commit]\ngpgSign = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    before = configuration.read_bytes()
    new = writer(tmp_path)
    new.create()
    (tmp_path / "work/a").write_text("a")
    new.commit("First")
    new.push()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    assert not (tmp_path / "ran").exists()
    assert Repo(tmp_path / "work").git("log", "--format=%an") == "Grace Demo"
    assert configuration.read_bytes() == before


def test_nothing_to_commit_is_refused(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    with pytest.raises(RefusedError):
        new.commit("Nothing")


def test_a_message_is_never_an_option(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    (tmp_path / "work/a").write_text("a")
    new.commit("--amend")
    assert Repo(tmp_path / "work").git("log", "--format=%s") == "--amend"


def test_only_known_commands_are_run(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    with pytest.raises(ValueError, match="git gc"):
        new._write("gc", "--prune=now")


def test_a_branch_of_the_remote_is_merged_by_a_commit(tmp_path: Path) -> None:
    new = writer(tmp_path)
    new.create()
    repo = Repo(tmp_path / "work")
    (repo.top / "a").write_text("a")
    began = new.commit("First", dt.datetime(2026, 11, 17, 9, 30, tzinfo=dt.UTC))
    new.push()
    repo.git("switch", "--quiet", "--create", "team/b")
    (repo.top / "b").write_text("b")
    brought = new.commit("Second")
    repo.git("push", "--quiet", "origin", "team/b")
    repo.git("switch", "--quiet", "main")
    merged = new.merge("team/b", dt.datetime(2026, 11, 19, 9, 30, tzinfo=dt.UTC))
    assert repo.git("log", "-1", "--format=%H %P %aI %cI %an") == (
        f"{merged} {began} {brought} 2026-11-19T09:30:00+00:00 2026-11-19T09:30:00+00:00 Grace Demo"
    )
    assert (repo.top / "b").read_text() == "b"
    with pytest.raises(RefusedError, match="git merge"):
        new.merge("team/none")


def test_who_is_known_to_git_stays_who_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = tmp_path / "gitconfig"
    configuration.write_text("[user]\nname = Ada\n[commit]\ngpgSign = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    writer(tmp_path).create()
    settings = Settings(Git(tmp_path / "work"))
    found = [settings.effective(key) for key in ("user.name", "user.email", "commit.gpgsign")]
    assert found == ["Ada", "grace@example.com", "false"]
