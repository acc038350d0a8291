"""A repository whose configuration, hooks and files try to run something during a promotion: nothing ever may."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from support.git_http import GitServer
from support.hostile_git import arm
from support.remotes import new_remote
from support.repo import new_repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.settings import Settings
from mlgitops.adapters.git.writing import WritingGit
from mlgitops.core.credential import Credential
from mlgitops.errors import InputError, MlgitopsError
from mlgitops.ports.git import Update

STATE = "environments/prod/state/a.yaml"
TEXT = "text.md"
LINES = "".join(f"{number}\n" for number in range(9))


def poison(repo, evil, urls, *keys):
    """The repository names `evil` wherever it can, for the addresses of its remotes too."""
    more = [(key.format(url), str(evil)) for url in urls for key in keys]
    for url in urls:
        more += [(f"url.ext::{evil}.{key}", url) for key in ("insteadOf", "pushInsteadOf")]
        more += [(f"remote.{url}.{key}", str(evil)) for key in ("core.sshCommand", "vcs", "uploadpack", "receivepack")]
    arm(
        repo.top / ".git",
        evil,
        [
            *more,
            ("protocol.allow", "always"),
            ("protocol.ext.allow", "always"),
            ("gc.auto", "1"),
            ("fetch.recurseSubmodules", "true"),
            ("push.recurseSubmodules", "check"),
            ("push.gpgSign", "true"),
        ],
    )


@pytest.fixture
def remote(tmp_path):
    modules = '[submodule "x"]\n\tpath = x\n\turl = ext::sh\n'
    attributes = "* filter=x diff=x merge=x\n"
    made = new_remote(tmp_path, {STATE: "a: 1\n", TEXT: LINES, ".gitattributes": attributes, ".gitmodules": modules})
    (made.repo.top / ".git/info").mkdir(exist_ok=True)
    (made.repo.top / ".git/info/attributes").write_text(attributes)
    return made


def promote(opened):
    """Everything that a promotion asks of a remote."""
    assert opened.default_branch() == "main"
    tip = opened.fetch("main")["main"]
    commit = opened.commit(tip, {STATE: b"a: 2\n"}, [], "Promote a")
    opened.push([Update("x", commit, "")])
    assert opened.tips("x") == {"x": commit}
    assert [revision.commit for revision in opened.between(tip, commit)] == [commit]
    with opened.snapshot(commit) as snapshot:
        assert snapshot.read(STATE) == b"a: 2\n"
    sides = [opened.commit(tip, {TEXT: LINES.replace(old, "new").encode()}, [], "Edit") for old in "08"]
    merge = opened.merge(*sides)
    with opened.files(merge) as snapshot:
        assert snapshot.read(TEXT).decode() == LINES.replace("0", "new").replace("8", "new")
    opened.push([Update("x", "", commit)])


def test_the_control_plain_git_does_run_what_is_configured(remote, evil, canary):
    poison(remote.repo, evil, [str(remote.bare.top)])
    for command in (["fetch"], ["push", "origin", "main:y"], ["commit-tree", "-S", "-m", "x", "HEAD^{tree}"]):
        canary.unlink(missing_ok=True)
        subprocess.run(["git", *command], cwd=remote.repo.top, capture_output=True, check=False, timeout=20)
        assert canary.exists(), command


def test_the_control_plain_git_merges_with_the_configured_driver(remote, evil, canary):
    repo = remote.repo
    for branch, old in (("one", "0"), ("two", "8")):
        repo.git("checkout", "--quiet", "-b", branch, "main")
        repo.commit({TEXT: LINES.replace(old, "new")})
    poison(repo, evil, [])
    subprocess.run(["git", "merge-tree", "--write-tree", "one", "two"], cwd=repo.top, capture_output=True, check=False)
    assert canary.exists()


def test_a_remote_on_disk(remote, evil, canary):
    poison(remote.repo, evil, [str(remote.bare.top)])
    promote(remote.open())
    assert not canary.exists()


def test_a_remote_over_http(remote, evil, canary):
    remote.bare.git("config", "http.receivepack", "true")
    with GitServer(remote.bare.top.parent, {"ada": "token-of-ada"}) as server:
        url = server.url("remote.git")
        remote.repo.git("remote", "set-url", "origin", url)
        keys = ("credential.{}.helper", "http.{}.sslCert", "http.{}.proxy", "http.{}.curloptResolve")
        poison(remote.repo, evil, [url, f"http://{server.host}/"], *keys)
        with pytest.raises(MlgitopsError):
            remote.open().tips("")
        promote(remote.open(credential=Credential(server.host, "ada", "token-of-ada")))
    assert not canary.exists()


def test_a_remote_over_ssh(remote, evil, canary, tmp_path, monkeypatch):
    """The user's own command is run, as plain Git would; the repository's is not."""
    seen = tmp_path / "seen"
    command = tmp_path / "ssh"
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}\nfor last; do :; done\nexec sh -c "$last"\n')
    command.chmod(0o755)
    url = f"ssh://git@git.example.org:2222{remote.bare.top}"
    remote.repo.git("remote", "set-url", "origin", url)
    poison(remote.repo, evil, [url, "ssh://git@git.example.org"])
    monkeypatch.setenv("GIT_SSH_COMMAND", str(command))
    promote(remote.open())
    assert seen.read_text().splitlines()[-2:] == ["git@git.example.org", f"git-receive-pack '{remote.bare.top}'"]
    assert not canary.exists()


@pytest.mark.parametrize("how", ["user", "variable"])
def test_ssh_is_run_as_the_user_says(remote, tmp_path, monkeypatch, how):
    own = tmp_path / "gitconfig"
    own.write_text("[core]\n  sshCommand = touch ran-user; false\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    if how == "variable":
        monkeypatch.setenv("GIT_SSH_COMMAND", "touch ran-variable; false")
    remote.repo.git("remote", "set-url", "origin", "git@git.example.org:acme/models.git")
    opened = remote.open()
    with pytest.raises(MlgitopsError):
        opened.tips("")
    assert [place.name for place in opened._writing._apart.folder.glob("ran-*")] == [f"ran-{how}"]


def test_ssh_asks_nobody(remote, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}\necho "Permission denied (publickey)." >&2\nexit 255\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    remote.repo.git("remote", "set-url", "origin", "git@git.example.org:acme/models.git")
    opened = remote.open()
    assert opened.address.host == "git.example.org"
    assert opened.address.path == "acme/models"
    with pytest.raises(MlgitopsError, match="Permission denied"):
        opened.tips("")
    assert "BatchMode=yes" in seen.read_text()


def test_programs_are_not_looked_for_in_the_repository(remote, canary, evil, monkeypatch):
    planted = remote.repo.top / "bin"
    planted.mkdir()
    for name in ("git", "ssh", "gpg", "git-remote-https", "git-upload-pack"):
        shutil.copy(evil, planted / name)
        shutil.copy(evil, remote.repo.top / name)
    remote.repo.git("config", "remote.ssh.url", "ssh://nobody@localhost:1/x")
    monkeypatch.setenv("PATH", f".:{planted}:{os.environ['PATH']}")
    monkeypatch.chdir(remote.repo.top)
    promote(remote.open())
    with pytest.raises(MlgitopsError):
        remote.open(name="ssh").tips("")
    assert not canary.exists()


def test_an_embedded_repository_is_never_entered(remote, tmp_path, evil, canary, monkeypatch):
    bare = tmp_path / "bare"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    arm(bare, evil)
    shutil.copytree(bare, remote.repo.top / "environments", dirs_exist_ok=True)
    remote.repo.commit()
    monkeypatch.chdir(remote.repo.top / "environments")
    promote(remote.open())
    assert not canary.exists()


def test_objects_borrowed_from_a_hostile_repository(remote, tmp_path, evil, canary):
    lender = new_repo(tmp_path.resolve() / "lender", {"x": "x"})
    poison(lender, evil, [])
    alternates = remote.repo.top / ".git/objects/info/alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_text(f"{lender.top}/.git/objects\n")
    canary.unlink(missing_ok=True)
    promote(remote.open())
    assert not canary.exists()


def test_a_repository_that_says_commits_are_signed_by_its_program(remote, evil, canary):
    poison(remote.repo, evil, [])
    remote.repo.git("config", "commit.gpgSign", "true")
    canary.unlink(missing_ok=True)
    for kind in ("openpgp", "ssh", "x509"):
        remote.repo.git("config", "gpg.format", kind)
        with pytest.raises(InputError, match="cannot be signed"):
            remote.open().commit(remote.tip, {STATE: b"a: 2\n"}, [], "Promote a")
    assert not canary.exists()


def test_configuration_that_never_ends_is_given_up(remote, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    remote.repo.git("config", "include.path", str(tmp_path / "pipe"))
    monkeypatch.setattr("mlgitops.adapters.git.settings.SECONDS", 0.3)
    with pytest.raises(InputError, match="git config was not done within"):
        remote.open()


def test_broken_configuration(remote):
    (remote.repo.top / ".git/config").write_text("[core\n")
    with pytest.raises(MlgitopsError, match="bad config"):
        remote.open()


@pytest.mark.parametrize(
    "value", ["--upload-pack=touch canary", "-uevil", "--exec=evil", "--receive-pack=evil", "--output=x", "-o", "--"]
)
def test_no_value_is_taken_for_an_option(remote, evil, canary, value):
    writing = WritingGit(git := Git(remote.repo.top), Settings(git))
    hostile = value.replace("evil", str(evil)).replace("canary", str(canary))
    bare = str(remote.bare.top)
    for command, values in (
        ("ls-remote", [hostile]),
        ("ls-remote", [bare, hostile]),
        ("fetch", [hostile, "main"]),
        ("fetch", [bare, hostile]),
        ("push", [hostile, "main"]),
        ("push", [bare, hostile]),
    ):
        writing.run(command, values=values, variables={"GIT_ALLOW_PROTOCOL": "file"})
    assert not canary.exists()
    assert not (writing._apart.folder / "x").exists()


@pytest.mark.parametrize(
    "subcommand", ["status", "config", "clone", "gc", "-c", "", "remote", "submodule", "commit", "add"]
)
def test_other_subcommands_are_not_run(remote, subcommand):
    git = Git(remote.repo.top)
    with pytest.raises(ValueError, match="not among the commands"):
        WritingGit(git, Settings(git)).run(subcommand)
