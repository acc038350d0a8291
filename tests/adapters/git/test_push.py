"""What servers say of a push, as recorded from Git and as forges document it, and what is made of it."""

from __future__ import annotations

import pytest

from mlgitops.adapters.git.bounded import Ended
from mlgitops.adapters.git.push import options, refspecs, refused
from mlgitops.adapters.git.remote_address import RemoteAddress
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.git import Update

ADDRESS = RemoteAddress("https://git.example.org/a/b", "https", "git.example.org", 0, "a/b")
ONE, TWO = "1" * 40, "2" * 40
UPDATES = [Update("a", ONE, ""), Update("b", TWO, ONE)]
OTHER = "! 2:refs/heads/b\t[rejected] (atomic push failed)"
FAILED = "error: failed to push some refs to 'https://git.example.org/a/b'"

CASES = {
    "stale": ("! 1:refs/heads/a\t[rejected] (stale info)", "", RaceError, "`a` is not what it was"),
    "fetch first": ("! 1:refs/heads/a\t[rejected] (fetch first)", "hint: Updates were rejected", RaceError, "`a`"),
    "moved at the server": (
        "! 1:refs/heads/a\t[remote rejected] (failed to update ref)",
        "remote: error: cannot lock ref 'refs/heads/a': is at 33 but expected 44",
        RaceError,
        "`a`",
    ),
    "made at the server": (
        "! 1:refs/heads/a\t[remote rejected] (cannot lock ref 'refs/heads/a': reference already exists)",
        "remote: error: cannot lock ref 'refs/heads/a': reference already exists",
        RaceError,
        "`a`",
    ),
    "GitHub, protected": (
        "! 1:refs/heads/a\t[remote rejected] (protected branch hook declined)",
        "remote: error: GH006: Protected branch update failed.\nremote: error: Changes must come by a pull request.",
        NotPermittedError,
        "GH006.*by a pull request",
    ),
    "GitHub, rules": (
        "! 1:refs/heads/a\t[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/a.",
        NotPermittedError,
        "GH013",
    ),
    "GitHub, in the way": (
        "! 1:refs/heads/a\t[remote rejected] (directory file conflict)",
        "",
        InputError,
        "no branch `a`: another one that begins like it is in the way",
    ),
    "GitLab": (
        "! 1:refs/heads/a\t[remote rejected] (pre-receive hook declined)",
        "remote: GitLab: You are not allowed to push code to protected branches on this project.",
        NotPermittedError,
        "GitLab: You are not allowed",
    ),
    "Gitea": (
        "! 1:refs/heads/a\t[remote rejected] (pre-receive hook declined)",
        "remote: Gitea: Not allowed to push to protected branch main",
        NotPermittedError,
        "Not allowed to push to protected branch main",
    ),
    "checked out": (
        "! 1:refs/heads/a\t[remote rejected] (branch is currently checked out)",
        "",
        NotPermittedError,
        "checked out",
    ),
    "broken": (
        "! 1:refs/heads/a\t[remote rejected] (unpacker error)",
        "remote: fatal: write error: No space left on device",
        RefusedError,
        "No space left",
    ),
    "hostile": (
        "! 1:refs/heads/a\t[remote rejected] (declined: https://x:hunter22@evil/ \x1b[31m)",
        "remote: private-token: hunter22",
        NotPermittedError,
        "declined",
    ),
    "no atomic": (
        "",
        "fatal: the receiving end does not support --atomic push",
        InputError,
        "several branches at once",
    ),
    "nothing said": ("", "", RefusedError, "no reason given"),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_made_of_it(name, first):
    line, said, kind, message = CASES[name]
    lines = [line.replace(" ", "\t", 1), OTHER.replace(" ", "\t", 1)] if line else []
    printed = "\n".join(["To https://git.example.org/a/b", *(lines if first else lines[::-1]), "Done"])
    error = refused(ADDRESS, Ended(1, printed.encode(), f"{said}\n{FAILED}\n".encode()), UPDATES)
    assert type(error) is kind
    with pytest.raises(kind, match=message):
        raise error
    assert error.hint
    assert error.message.isprintable()
    assert "hunter22" not in error.message


def test_the_branch_in_the_way_is_named():
    said = b"remote: error: cannot lock ref 'refs/heads/b/c': 'refs/heads/b' exists; cannot create 'refs/heads/b/c'\n"
    printed = b"!\t1:refs/heads/b/c\t[remote rejected] (failed to update ref)\n"
    error = refused(ADDRESS, Ended(1, printed, said), [Update("a", ONE, ""), Update("b/c", TWO, "")])
    assert "no branch `b/c`: `b` is in the way" in error.message


def test_a_known_secret_is_not_shown():
    said = b"remote: declined for token s3cr3t-of-ours\n"
    printed = b"!\t1:refs/heads/a\t[remote rejected] (hook declined s3cr3t-of-ours)\n"
    error = refused(ADDRESS, Ended(1, printed, said), UPDATES, ["s3cr3t-of-ours"])
    assert "s3cr3t" not in error.message


def test_every_branch_has_its_lease_and_several_go_together():
    assert options(UPDATES)[-3:] == [
        "--atomic",
        "--force-with-lease=refs/heads/a:",
        f"--force-with-lease=refs/heads/b:{ONE}",
    ]
    assert "--atomic" not in options(UPDATES[:1])
    assert refspecs([*UPDATES, Update("c", "", ONE)]) == [f"{ONE}:refs/heads/a", f"{TWO}:refs/heads/b", ":refs/heads/c"]
