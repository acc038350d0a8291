from __future__ import annotations

import os

import pytest
from support.repo import new_repo

from mlgitops.adapters.git.failures import explain
from mlgitops.adapters.git.process import Git
from mlgitops.errors import InputError, RefusedError

HOSTILE = [
    "--upload-pack=touch canary",
    "-c",
    "--exec=x",
    "--output=canary",
    "-",
    "--",
    "--end-of-options",
    "--no-index",
]


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {"a": "x", "sub/b": "y"})


@pytest.fixture
def seen(repo, tmp_path, monkeypatch):
    """A `Git` whose program prints its arguments and its environment instead."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\nprintf '\\0'\nexec env -0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def call(*arguments, **options):
        printed = Git(repo.top).run(*arguments, **options).decode()
        given, _, environment = printed.partition("\0\0")
        return given.split("\0"), dict(line.split("=", 1) for line in environment.split("\0") if line)

    return call


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("subcommand", ["ls-files", "ls-tree", "rev-parse", "cat-file"])
def test_values_come_after_the_end_of_options(seen, subcommand, value):
    arguments, _ = seen(subcommand, "-z", values=[value, "second"])
    assert arguments[-3:] == ["--end-of-options", value, "second"]
    assert arguments.index("--end-of-options") == len(arguments) - 3


def test_the_repository_is_named_and_dangerous_configuration_is_switched_off(seen, repo):
    arguments, _ = seen("ls-files", "--stage")
    assert arguments == [
        f"--git-dir={repo.top}/.git",
        f"--work-tree={repo.top}",
        *("-c", "core.fsmonitor=false"),
        *("-c", f"core.hooksPath={os.devnull}"),
        *("-c", "safe.bareRepository=explicit"),
        *("-c", "transfer.credentialsInUrl=die"),
        "ls-files",
        "--stage",
    ]


def test_the_environment_is_fixed(seen, monkeypatch):
    for name in (
        "GIT_DIR",
        "GIT_SSH_COMMAND",
        "GIT_EXTERNAL_DIFF",
        "GIT_EXEC_PATH",
        "GIT_CONFIG_COUNT",
        "LD_PRELOAD",
        "X",
    ):
        monkeypatch.setenv(name, "0")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext")
    _, environment = seen("ls-files")
    shell = {"PWD", "OLDPWD", "SHLVL", "_"}  # what /bin/sh adds
    assert {name: value for name, value in environment.items() if name not in shell | {"PATH", "HOME", "TMPDIR"}} == {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


@pytest.mark.parametrize("subcommand", ["status", "config", "push", "clone", "-c", "--version", "", "LS-FILES"])
def test_other_subcommands_are_not_run(repo, subcommand):
    with pytest.raises(ValueError, match="not among the commands"):
        Git(repo.top).run(subcommand)


def test_hostile_values_reach_the_real_git_as_values(repo):
    git = Git(repo.top)
    for value in HOSTILE:
        assert git.run("ls-files", values=[value]) == b""
        with pytest.raises((InputError, RefusedError)):
            git.run("ls-tree", values=[value])
    assert not (repo.top / "canary").exists()


@pytest.mark.parametrize("pattern", ["*", "s*b", "[a]", ":/", ":(top)a", ":!a"])
def test_a_path_is_never_a_pattern(repo, pattern):
    assert Git(repo.top).run("ls-files", values=[pattern]) == b""


def test_a_failure_says_what_git_said_without_credentials_or_control_characters():
    stderr = b"noise\nfatal: unable to access 'https://bot:s3cr3t@git.example/x?private_token=abcdef'\x1b[31m\n"
    error = explain("ls-tree", 128, stderr)
    assert isinstance(error, RefusedError)
    assert "git ls-tree failed with code 128" in error.message
    assert "git.example" in error.message
    for secret in ("s3cr3t", "abcdef", "\x1b"):
        assert secret not in error.message


def test_a_broken_index_is_explained(repo):
    (repo.top / ".git" / "index").write_bytes(b"DIRC but no index")
    with pytest.raises(InputError, match="cannot read the index"):
        Git(repo.top).run("ls-files")
