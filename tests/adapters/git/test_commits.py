"""Commits without a checkout: what is in them, in whose name, and signed where Git is set up to."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest
from support.remotes import new_remote

from mlgitops.errors import InputError, RefusedError

FILES = {
    "environments/prod/state/a.yaml": "a: 1\n",
    "environments/prod/state/b.yaml": "b: 1\n",
    "environments/prod/hydrated/a/x.yaml": "x\n",
    "environments/prod/hydrated/a/y.yaml": "y\n",
    "README": "x\n",
}
STATE = "environments/prod/state/a.yaml"
DATES = {"GIT_AUTHOR_DATE": "@1760000000 +0200", "GIT_COMMITTER_DATE": "@1760000060 +0000"}


@pytest.fixture
def remote(tmp_path):
    return new_remote(tmp_path, FILES)


@pytest.fixture
def users_file(tmp_path, monkeypatch):
    """Sets values in the user's own configuration, which is empty."""
    place = tmp_path / "gitconfig"
    place.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
    return lambda key, value: subprocess.run(["git", "config", "--file", str(place), key, value], check=True)


def names(remote, commit):
    return remote.repo.git("ls-tree", "-r", "--name-only", commit).splitlines()


def commit(remote, files=None, remove=(), message="Promote a", prefix=""):
    return remote.open(prefix).commit(remote.tip, files or {STATE: b"a: 2\n"}, remove, message)


# --- what is in them


def test_the_parents_tree_is_kept_but_for_what_is_written_and_removed(remote):
    files = {STATE: b"a: 2\n", "environments/prod/hydrated/a/z.yaml": b"z\n"}
    made = commit(remote, files, ["environments/prod/hydrated/a/x.yaml", "environments/prod/hydrated/nothing.yaml"])
    changed = remote.repo.git("diff-tree", "-r", "--name-status", remote.tip, made).splitlines()
    assert changed == [
        "D\tenvironments/prod/hydrated/a/x.yaml",
        "A\tenvironments/prod/hydrated/a/z.yaml",
        f"M\t{STATE}",
    ]
    assert remote.repo.git("rev-parse", f"{made}^") == remote.tip
    assert remote.repo.git("show", f"{made}:{STATE}") == "a: 2"
    remote.repo.git("fsck", "--strict")


def test_nothing_to_write_is_still_a_commit(remote):
    made = remote.open().commit(remote.tip, {}, [], "Nothing")
    assert remote.repo.git("rev-parse", f"{made}^{{tree}}") == remote.repo.git("rev-parse", f"{remote.tip}^{{tree}}")


def test_the_name_of_a_folder_removes_no_folder(remote):
    made = commit(remote, None, ["environments/prod/hydrated", "environments", ""])
    assert set(names(remote, made)) == set(FILES)


def test_what_is_written_is_not_removed(remote):
    assert STATE in names(remote, commit(remote, {STATE: b"a: 2\n"}, [STATE]))


def test_the_last_file_of_a_folder_takes_the_folder_along(remote):
    folder = "environments/prod/hydrated/a"
    made = commit(remote, {"README": b"y"}, [f"{folder}/x.yaml", f"{folder}/y.yaml"])
    assert names(remote, made) == ["README", STATE, "environments/prod/state/b.yaml"]


def test_a_file_where_a_folder_was_and_a_folder_where_a_file_was(remote):
    files = {"environments/prod/hydrated/a": b"file\n", "README/x": b"x"}
    made = commit(
        remote, files, ["environments/prod/hydrated/a/x.yaml", "environments/prod/hydrated/a/y.yaml", "README"]
    )
    assert {"environments/prod/hydrated/a", "README/x"} <= set(names(remote, made))
    remote.repo.git("fsck", "--strict")


def test_a_file_keeps_its_mode_and_a_link_becomes_a_file(remote):
    repo = remote.repo
    (repo.top / "run.sh").write_text("x\n")
    (repo.top / "run.sh").chmod(0o755)
    (repo.top / "link").symlink_to("/etc/hostname")
    tip = repo.commit()
    made = remote.open().commit(tip, {"run.sh": b"y\n", "link": b"z\n", "new": b"n\n"}, [], "Modes")
    modes = {line.split("\t")[1]: line[:6] for line in repo.git("ls-tree", made).splitlines()}
    assert (modes["run.sh"], modes["link"], modes["new"]) == ("100755", "100644", "100644")


@pytest.mark.parametrize(
    "path",
    [
        "a b",
        'a"b',
        "a\\b",
        "a\\nb",
        "\u00fc/\u65e5\u672c",
        "-x",
        "--exec=x",
        " a",
        "a ",
        "*",
        ":(top)x",
        "a\U0001f600",
        "x" * 255,
    ],
)
def test_odd_names(remote, path):
    made = commit(remote, {path: b"data 3\n"})
    printed = remote.repo.git("ls-tree", "-r", "-z", "--name-only", made).split("\0")
    assert path in printed
    assert remote.repo.git("cat-file", "blob", f"{made}:{path}") == "data 3"


@pytest.mark.parametrize(
    "path",
    [
        *("", "/x", "../x", "a/../../x", "a//b", "a/", "./a", "a\nb", "a\0b", "a\tb", "a\x1bb", "\u202ea", "a\udcffb"),
        *(".git/config", "a/.GIT/hooks/x", ".Git", "git~1/x", "GIT~1"),
    ],
)
def test_paths_that_are_refused(remote, path):
    with pytest.raises(InputError):
        commit(remote, {path: b"x"})
    with pytest.raises(InputError):
        commit(remote, {path: b"x"}, prefix="environments")


def test_any_bytes_are_stored_as_they_are(remote):
    drawn = random.Random(7)
    parts = [b"data ", b"\n", b"M 100644 inline a\n", b"D a\n", b"\0", b"3", b"ls ", b'"', b"\\", b"\xff", b"reset x\n"]
    files = {f"any/{number}": b"".join(drawn.choices(parts, k=drawn.randrange(9))) for number in range(300)}
    made = commit(remote, files)
    with remote.open().snapshot(made) as snapshot:
        assert {path: snapshot.read(path) for path in snapshot.entries("any")} == files


def test_bytes_that_look_like_commands(remote):
    for data in (b"", b"\n", b"M 100644 inline x\ndata 1\nx\n", b"\0\xff" * 100, b"done\n", b"x" * 3_000_000):
        made = commit(remote, {"environments/data": data})
        process = subprocess.run(
            ["git", "cat-file", "blob", f"{made}:environments/data"],
            cwd=remote.repo.top,
            capture_output=True,
            check=True,
        )
        assert process.stdout == data


def test_a_parent_that_is_not_here(remote):
    with pytest.raises((InputError, RefusedError)):
        remote.open().commit("0123456789" * 4, {STATE: b"x"}, [], "x")
    for parent in ("main", remote.tip[:10], "-x", ""):
        with pytest.raises(ValueError, match="no full name"):
            remote.open().commit(parent, {STATE: b"x"}, [], "x")


def test_no_ref_is_left(remote):
    before = remote.repo.git("for-each-ref")
    commit(remote)
    assert remote.repo.git("for-each-ref") == before
    assert not list((remote.repo.top / ".git").rglob("*.lock"))


# --- in whose name, and when


def test_the_same_at_the_same_time_is_the_same_commit(remote, monkeypatch, tmp_path):
    for name, value in DATES.items():
        monkeypatch.setenv(name, value)
    files = {STATE: b"a: 2\n", "environments/new": b"n", "environments/a": b"b"}
    made = commit(remote, files, ["README"], "Promote a\n\nMlgitops-Release: x\n")
    again = remote.another(tmp_path / "other")
    other = again.open().commit(
        again.tip, dict(reversed(files.items())), ["README"], "Promote a\n\nMlgitops-Release: x"
    )
    assert other == made
    assert commit(remote, files, ["README"], "Promote b") != made
    told = remote.repo.git("show", "--no-patch", "--format=%ad|%cd|%B", "--date=raw", made)
    assert told == "1760000000 +0200|1760000060 +0000|Promote a\n\nMlgitops-Release: x\n"


def test_the_name_is_that_which_git_would_take(remote, users_file, monkeypatch):
    def who():
        return remote.repo.git("show", "--no-patch", "--format=%an <%ae>, %cn <%ce>", commit(remote))

    users_file("user.name", "Ada Example")
    users_file("user.email", "ada@example.org")
    assert who() == "Ada Example <ada@example.org>, Ada Example <ada@example.org>"
    remote.repo.git("config", "user.email", "ada@work.example")
    users_file("committer.name", "Robot")
    assert who() == "Ada Example <ada@work.example>, Robot <ada@work.example>"
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Grace")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "bot@example.org")
    assert who() == "Grace <ada@work.example>, Robot <bot@example.org>"


def test_an_included_file_of_the_user_counts(remote, users_file, tmp_path):
    (tmp_path / "included").write_text("[user]\n  email = ada@work.example\n  name = Ada\n")
    users_file(f"includeIf.gitdir:{remote.repo.top}/.path", str(tmp_path / "included"))
    assert remote.repo.git("show", "--no-patch", "--format=%an <%ae>", commit(remote)) == "Ada <ada@work.example>"


def test_nobody_is_guessed(remote, users_file):
    users_file("core.pager", "cat")
    with pytest.raises(InputError, match="does not know who commits") as caught:
        commit(remote)
    assert "git config --global user.name" in caught.value.hint


def test_a_message_of_any_text(remote):
    made = commit(remote, None, (), "Gr\u00fc\u00dfe \U0001f600\0\udcff\n\nBody  ")
    assert remote.repo.git("show", "--no-patch", "--format=%B", made).startswith(
        "Gr\u00fc\u00dfe \U0001f600\ufffd?\n\nBody\n"
    )


# --- signed


@pytest.fixture
def key(tmp_path):
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not installed")
    place = tmp_path / "key"
    command = [program, "-q", "-t", "ed25519", "-N", "", "-C", "ada@example.org", "-f", str(place)]
    subprocess.run(command, check=True)
    public = (tmp_path / "key.pub").read_text().split()
    (tmp_path / "signers").write_text(f"ada@example.org {public[0]} {public[1]}\n")
    return place


def sign_by_ssh(set_value, key):
    set_value("user.name", "Ada Example")
    set_value("user.email", "ada@example.org")
    set_value("gpg.format", "ssh")
    set_value("user.signingKey", str(key))
    set_value("commit.gpgSign", "true")


def is_signed(remote, made, key):
    settings = ["-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={key.parent}/signers"]
    remote.repo.git(*settings, "verify-commit", made)
    return "-----BEGIN SSH SIGNATURE-----" in remote.repo.git("cat-file", "commit", made)


def test_signed_where_the_user_signs(remote, users_file, key):
    sign_by_ssh(users_file, key)
    assert is_signed(remote, commit(remote), key)


def test_signed_where_the_repository_says_so(remote, users_file, key):
    sign_by_ssh(lambda name, value: remote.repo.git("config", name, value), key)
    users_file("core.pager", "cat")
    assert is_signed(remote, commit(remote), key)


def test_not_signed_where_the_repository_says_not(remote, users_file, key):
    sign_by_ssh(users_file, key)
    remote.repo.git("config", "commit.gpgSign", "false")
    assert "gpgsig" not in remote.repo.git("cat-file", "commit", commit(remote))


def test_signed_by_the_users_program_and_not_the_repositorys(remote, users_file, key, tmp_path):
    sign_by_ssh(users_file, key)
    for name, where in (("theirs", lambda *pair: remote.repo.git("config", *pair)), ("ours", users_file)):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\ntouch {program}.ran\nexec ssh-keygen "$@"\n')
        program.chmod(0o755)
        where("gpg.ssh.program", str(program))
    made = commit(remote)
    assert (tmp_path / "ours.ran").exists()
    assert not (tmp_path / "theirs.ran").exists()
    assert is_signed(remote, made, key)


def test_a_key_that_is_gone(remote, users_file, key):
    sign_by_ssh(users_file, key)
    key.unlink()
    with pytest.raises(InputError, match="cannot be signed") as caught:
        commit(remote)
    assert "commit.gpgSign" in caught.value.hint
