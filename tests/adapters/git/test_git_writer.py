"""The writer: new repositories, in its own name, without hooks, without the user's configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.repo import Repo

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
    with pytest.raises(ValueError, match="git config"):
        new._write("config", "--global", "user.name=x")
