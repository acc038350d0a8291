"""A remote on this machine: what is read, what is fetched, what is pushed, and what nothing touches."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.remotes import Remote, hook, new_remote
from support.repo import Repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.remote import open_remote
from mlgitops.adapters.git.revisions import is_shallow
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.git import Update

FILES = {"environments/prod/state/a.yaml": "a: 1\n", "environments/prod/state/b.yaml": "b: 1\n", "README": "x\n"}
STATE = "environments/prod/state/a.yaml"
BRANCH = "mlgitops/promote/staging/prod/teamless"


@pytest.fixture
def remote(tmp_path):
    return new_remote(tmp_path, FILES)


def promoted(remote, text="a: 2\n", parent=None):
    return remote.open().commit(parent or remote.tip, {STATE: text.encode()}, [], "Promote a")


def ahead(remote, branch="main", **files):
    """A commit that somebody else pushes; its name."""
    tip = remote.branches().get(branch, remote.tip)
    told = {path.replace("_", "/"): text.encode() for path, text in (files or {"other": "x"}).items()}
    commit = remote.open().commit(tip, told, [], "By someone else")
    remote.repo.git("push", "--quiet", str(remote.bare.top), f"{commit}:refs/heads/{branch}")
    return commit


def bytes_of(repo):
    """Every file of the checkout and of Git's folder, but objects and what is ours."""
    return {
        path.relative_to(repo.top).as_posix(): path.read_bytes()
        for path in sorted(repo.top.rglob("*"))
        if path.is_file() and not {"objects", "mlgitops"} & set(path.relative_to(repo.top).parts)
    }


# --- reading


def test_default_branch_and_tips_are_the_remotes(remote):
    commit = ahead(remote, "mlgitops/promote/a")
    opened = remote.open()
    assert opened.default_branch() == "main"
    assert opened.tips("main") == {"main": remote.tip}
    assert opened.tips("mlgitops/", "main") == {"main": remote.tip, "mlgitops/promote/a": commit}
    assert opened.tips("mlgitops/promote/a") == {"mlgitops/promote/a": commit}
    assert opened.tips("nothing") == {}
    assert opened.tips() == {}


def test_another_default_branch(remote):
    remote.bare.git("branch", "-m", "main", "trunk/one")
    assert remote.open().default_branch() == "trunk/one"


def test_a_branch_called_head_is_not_taken_for_head(remote):
    remote.bare.git("update-ref", "refs/heads/x/HEAD", remote.tip)
    remote.bare.git("update-ref", "refs/remotes/origin/HEAD", remote.tip)
    assert remote.open().default_branch() == "main"


@pytest.mark.parametrize("how", ["empty", "dangling", "detached"])
def test_a_remote_without_a_default_branch(remote, how):
    if how == "detached":
        (remote.bare.top / "HEAD").write_text(f"{remote.tip}\n")
    else:
        remote.bare.git("symbolic-ref", "HEAD", "refs/heads/nowhere")
    if how == "empty":
        remote.bare.git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(InputError, match="has no default branch"):
        remote.open().default_branch()


def test_fetch_brings_branches_below_refs_of_our_own(remote, tmp_path):
    other = remote.another(tmp_path / "other")
    commit = ahead(other)
    assert remote.open().fetch("main") == {"main": commit}
    refs = remote.repo.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    assert f"refs/mlgitops/origin/main {commit}" in refs
    assert f"refs/remotes/origin/main {remote.tip}" in refs
    assert f"refs/heads/main {remote.tip}" in refs
    assert not (remote.repo.top / ".git/FETCH_HEAD").exists()
    with remote.open().snapshot(commit) as snapshot:
        assert snapshot.read("other") == b"x"


def test_fetch_follows_a_branch_that_was_rewritten_or_gave_way(remote, tmp_path):
    other = remote.another(tmp_path / "other")
    first = ahead(other, "a")
    assert remote.open().fetch("a") == {"a": first}
    remote.bare.git("update-ref", "-d", "refs/heads/a")
    second = ahead(other, "a/b", other="y")
    assert remote.open().fetch("a/b", "main") == {"a/b": second, "main": remote.tip}
    remote.bare.git("update-ref", "-d", "refs/heads/a/b")
    third = ahead(other, "a", other="z")
    assert remote.open().fetch("a") == {"a": third}


@pytest.mark.parametrize("branch", ["a%2Fb", "ü", "x" * 230, "a/" * 90 + "b", "#1", "a=b", "@", "a+b", "refs/heads/x"])
def test_fetch_of_branches_with_odd_names(remote, branch):
    remote.bare.git("update-ref", f"refs/heads/{branch}", remote.tip)
    assert remote.open().fetch(branch) == {branch: remote.tip}
    assert remote.open().tips(branch) == {branch: remote.tip}


def test_branches_that_no_terminal_shows_are_left_out(remote):
    for name in (b"a\xe2\x80\xa8b", b"a\xc2\x85b", b"\xff", b"\xe2\x80\xaea", b"\xc3\xbc"):
        place = os.fsencode(remote.bare.top) + b"/refs/heads/" + name
        with open(place, "w") as file:  # noqa: PTH123 - bytes name it
            file.write(f"{remote.tip}\n")
    assert remote.open().tips("") == {"main": remote.tip, "\u00fc": remote.tip}
    assert remote.open().default_branch() == "main"
    assert remote.open().fetch("\udcff") == {"\udcff": remote.tip}


def test_fetch_of_nothing_asks_nothing(remote):
    shutil.rmtree(remote.bare.top / "objects")
    assert remote.open().fetch() == {}


def test_a_branch_that_is_not_there(remote):
    with pytest.raises(InputError, match="has no branch `nowhere`"):
        remote.open().fetch("main", "nowhere")


def test_a_name_that_no_branch_can_have(remote):
    for name in ("", "-x", "a..b", "a b", "a:b", "HEAD", "a\nb", "a~1", "*", "x.lock", "--upload-pack=x"):
        with pytest.raises(InputError, match="no branch can be called"):
            remote.open().fetch(name)
        with pytest.raises(InputError, match="no branch can be called"):
            remote.open().push([Update(name, remote.tip, "")])


def test_between_tells_of_all_commits_that_the_base_lacks(remote):
    opened = remote.open("environments")
    one = remote.open().commit(remote.tip, {"README": b"y\n"}, [], "Outside")
    two = opened.commit(one, {"prod/state/a.yaml": b"a: 2\n"}, ["prod/state/b.yaml"], "Inside\n\nBody")
    side = remote.repo.git("commit-tree", f"{two}^{{tree}}", "-p", remote.tip, "-m", "Side")
    merge = remote.repo.git("commit-tree", f"{two}^{{tree}}", "-p", two, "-p", side, "-m", "Merge")
    empty = remote.repo.git("commit-tree", f"{two}^{{tree}}", "-p", merge, "-m", "Nothing")
    found = opened.between(remote.tip, empty)
    assert {revision.commit for revision in found} == {empty, merge, side, two, one}
    assert found[0].commit == empty
    told = {revision.subject: dict(revision.files) for revision in found}
    assert told["Merge"] == told["Nothing"] == told["Outside"] == {}
    assert set(told["Inside"]) == {"prod/state/a.yaml", "prod/state/b.yaml"}
    assert told["Inside"]["prod/state/b.yaml"] == ""
    assert opened.between(empty, empty) == []


# --- pushing


def test_a_branch_is_made_moved_and_deleted(remote):
    opened, commit = remote.open(), promoted(remote)
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches() == {"main": remote.tip, BRANCH: commit}
    second = promoted(remote, "a: 3\n")
    opened.push([Update(BRANCH, second, commit)])  # no descendant: regenerated, not added to
    assert remote.branches()[BRANCH] == second
    opened.push([Update(BRANCH, "", second)])
    assert remote.branches() == {"main": remote.tip}


def test_what_is_so_already_is_done(remote):
    opened, commit = remote.open(), promoted(remote)
    for expected in ("", "", commit, remote.tip):
        opened.push([Update(BRANCH, commit, expected)])
    opened.push([Update(BRANCH, "", commit)])
    opened.push([Update(BRANCH, "", commit)])
    opened.push([Update(BRANCH, "", commit), Update("other", commit, "")])
    opened.push([])
    assert remote.branches() == {"main": remote.tip, "other": commit}


@pytest.mark.parametrize("kind", ["create", "move", "delete", "gone"])
def test_a_lease_is_exact(remote, kind):
    opened, commit = remote.open(), promoted(remote)
    theirs = ahead(remote, BRANCH)
    update = {
        "create": Update(BRANCH, commit, ""),
        "move": Update(BRANCH, commit, remote.tip),
        "delete": Update(BRANCH, "", remote.tip),
        "gone": Update("gone", commit, remote.tip),
    }[kind]
    with pytest.raises(RaceError, match="someone else was faster") as caught:
        opened.push([update])
    assert f"`{update.branch}`" in caught.value.message
    assert remote.branches() == {"main": remote.tip, BRANCH: theirs}


def test_two_clones_that_push_at_once(remote, tmp_path):
    clones = [remote, remote.another(tmp_path / "other")]
    commits = [promoted(clone, f"a: {number}\n") for number, clone in enumerate(clones, 7)]
    outcomes: list[BaseException | None] = [None, None]
    start = threading.Barrier(2)

    def push(number):
        opened = clones[number].open()
        start.wait()
        try:
            opened.push([Update(BRANCH, commits[number], "")])
        except RaceError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=push, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = [number for number in (0, 1) if outcomes[number]]
    assert len(lost) == 1
    assert remote.branches()[BRANCH] == commits[1 - lost[0]]


def test_a_race_that_only_the_server_sees(remote, tmp_path):
    """The branch moves after Git has looked and before the server writes: a hook stands in for the moment between."""
    opened, commit = remote.open(), promoted(remote)
    other = ahead(remote, "other")
    moving = f"[ -e {tmp_path}/moved ] || {{ touch {tmp_path}/moved; env -u GIT_QUARANTINE_PATH "
    hook(remote.bare, "pre-receive", f"{moving} git update-ref refs/heads/main {other}; }}")
    with pytest.raises(RaceError, match="`main`"):
        opened.push([Update("main", commit, remote.tip)])
    assert remote.branches()["main"] == other


def test_all_branches_or_none(remote):
    commit = promoted(remote)
    theirs = ahead(remote, "b")
    with pytest.raises(RaceError, match="`b`"):
        remote.open().push([Update("a", commit, ""), Update("b", commit, ""), Update("c", commit, "")])
    assert remote.branches() == {"main": remote.tip, "b": theirs}
    remote.open().push([Update("a", commit, ""), Update("b", commit, theirs), Update("main", commit, remote.tip)])
    assert set(remote.branches().values()) == {commit}


def test_a_hook_that_refuses(remote):
    commit = promoted(remote)
    hook(remote.bare, "pre-receive", "echo 'GL-1: main is protected; ask release@example.org' >&2; exit 1")
    with pytest.raises(NotPermittedError, match="GL-1: main is protected"):
        remote.open().push([Update("main", commit, remote.tip)])
    assert remote.branches() == {"main": remote.tip}


def test_a_hook_that_refuses_one_of_two_refuses_both(remote):
    commit = promoted(remote)
    hook(remote.bare, "update", 'if [ "$1" = refs/heads/b ]; then echo "b is protected"; exit 1; fi')
    with pytest.raises(NotPermittedError, match=r"b: .*hook declined.*b is protected"):
        remote.open().push([Update("a", commit, ""), Update("b", commit, "")])
    assert remote.branches() == {"main": remote.tip}


def test_what_a_server_says_is_shown_without_secrets_and_controls(remote):
    commit = promoted(remote)
    said = "see https://bot:hunter22@git.example/x?private_token=abcdef\\033[31m and glpat-0123456789abcdefghij"
    hook(remote.bare, "pre-receive", f"printf '{said}\\n' >&2; exit 1")
    with pytest.raises(NotPermittedError) as caught:
        remote.open().push([Update("main", commit, remote.tip)])
    assert "git.example" in caught.value.message
    for secret in ("hunter22", "abcdef", "glpat", "\x1b"):
        assert secret not in caught.value.message


@pytest.mark.parametrize(
    ("setting", "update"), [("receive.denyDeletes", "delete"), ("receive.denyNonFastForwards", "")]
)
def test_what_the_server_forbids(remote, setting, update):
    theirs, commit = ahead(remote, "b"), promoted(remote)
    remote.bare.git("config", setting, "true")
    with pytest.raises(NotPermittedError):
        remote.open().push([Update("b", "" if update else commit, theirs)])
    assert remote.branches()["b"] == theirs


def test_a_branch_in_the_way(remote):
    commit = promoted(remote)
    with pytest.raises(InputError, match="no branch `main/x`: `main` is in the way"):
        remote.open().push([Update("main/x", commit, "")])
    remote.open().push([Update("a/b", commit, "")])
    with pytest.raises(InputError, match="no branch `a`: `a/b` is in the way"):
        remote.open().push([Update("c", commit, ""), Update("a", commit, "")])
    assert set(remote.branches()) == {"main", "a/b"}


def test_abbreviated_commits_are_not_pushed(remote):
    for update in (Update("a", remote.tip[:12], ""), Update("a", "main", ""), Update("a", remote.tip, "HEAD")):
        with pytest.raises(ValueError, match="in full"):
            remote.open().push([update])


def test_a_remote_that_is_gone(remote):
    opened = remote.open()
    shutil.rmtree(remote.bare.top / "objects")
    with pytest.raises(InputError, match="no Git repository at the remote's address"):
        opened.tips("main")


def test_a_remote_that_cannot_store(remote):
    commit = promoted(remote)
    hook(remote.bare, "post-update", "true")
    (remote.bare.top / "refs/heads/full.lock").write_text("")
    with pytest.raises((RaceError, RefusedError)):
        remote.open().push([Update("full", commit, "")])
    assert remote.branches() == {"main": remote.tip}


def test_runs_at_once_in_one_clone_do_not_stop_each_other(remote):
    for number in range(3):
        commit = ahead(remote, other=f"{number}")
        found: list[object] = []
        start = threading.Barrier(3)

        def fetch(start=start, found=found):
            opened = remote.open()
            start.wait()
            found.append(opened.fetch("main"))

        threads = [threading.Thread(target=fetch) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [{"main": commit}] * 3


def test_a_lock_that_a_killed_run_left(remote):
    ahead(remote)
    lock = remote.repo.top / ".git/refs/mlgitops/origin/main.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    with pytest.raises(RefusedError, match="a ref of this clone cannot be written") as caught:
        remote.open().fetch("main")
    assert "`.lock`" in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to someone else")
def test_a_remote_of_another_user_is_served_if_the_user_trusts_it(remote, tmp_path, monkeypatch):
    for place in (remote.bare.top, *remote.bare.top.rglob("*")):
        os.chown(place, 65534, 65534)
    opened = remote.open()
    with pytest.raises(InputError, match="belongs to another user") as caught:
        opened.tips("")
    assert "safe.directory" in caught.value.hint
    own = tmp_path / "gitconfig"
    own.write_text("[user]\n  name = Ada\n  email = ada@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    remote.repo.git("config", "--file", str(own), "safe.directory", str(remote.bare.top))
    assert remote.open().tips("") == {"main": remote.tip}


# --- what nothing touches


def test_neither_index_nor_work_tree_nor_head_nor_refs_are_touched(remote, tmp_path):
    repo = remote.repo
    (repo.top / "README").write_text("not staged\n")
    (repo.top / STATE).write_text("a: staged\n")
    repo.git("add", STATE)
    (repo.top / STATE).write_text("a: and changed again\n")
    (repo.top / "untracked").write_text("x")
    repo.git("checkout", "--quiet", "--detach")
    other = remote.another(tmp_path / "other")
    ahead(other)
    before = bytes_of(repo)
    refs = repo.git("for-each-ref")
    opened = remote.open()
    tip = opened.fetch("main")["main"]
    commit = opened.commit(tip, {STATE: b"a: 5\n", "new/file": b""}, ["environments/prod/state/b.yaml"], "Promote")
    opened.push([Update(BRANCH, commit, "")])
    opened.push([Update("main", commit, tip)])
    after = bytes_of(repo)
    assert after == before
    ours = f"{tip} commit\trefs/mlgitops/origin/main"
    assert sorted([*refs.splitlines(), ours]) == sorted(repo.git("for-each-ref").splitlines())


def test_nothing_is_left_in_the_temporary_folder(remote, tmp_path, monkeypatch):
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    opened = remote.open()
    opened.push([Update(BRANCH, promoted(remote), "")])
    del opened
    assert list(place.iterdir()) == []


def test_a_forked_worker_leaves_the_folder_to_its_parent(remote):
    program = (
        "import gc, os, sys\nfrom pathlib import Path\nfrom mlgitops.adapters.git.process import Git\n"
        "from mlgitops.adapters.git.remote import open_remote\n"
        "opened = open_remote(Git(Path(sys.argv[1])), '', 'origin')\n"
        "child = os.fork()\n"
        "if child == 0:\n    del opened\n    gc.collect()\n    os._exit(0)\n"
        "os.waitpid(child, 0)\nprint(opened.default_branch(), opened._writing._apart.folder)\n"
    )
    command = [sys.executable, "-c", program, str(remote.repo.top)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    branch, _, folder = done.stdout.strip().partition(" ")
    assert branch == "main"
    assert not Path(folder).exists()


def test_a_worktree_and_a_packed_repository(remote, tmp_path):
    remote.repo.git("pack-refs", "--all")
    remote.repo.git("gc", "--quiet")
    remote.repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = Remote(Repo((tmp_path / "side").resolve()), remote.bare, remote.tip)
    opened = side.open()
    tip = opened.fetch("main")["main"]
    commit = opened.commit(tip, {STATE: b"a: 5\n"}, [], "Promote")
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit
    remote.repo.git("fsck", "--strict")
    assert remote.repo.git("rev-parse", "refs/mlgitops/origin/main") == tip
    remote.repo.git("pack-refs", "--all")
    assert ahead(side) == remote.open().fetch("main")["main"]


def test_a_shallow_clone_stays_one(remote, tmp_path):
    for number in range(3):
        ahead(remote, other=f"{number}")
    place = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{remote.bare.top}", str(place)],
        check=True,
        capture_output=True,
    )
    shallow = Remote(Repo(place.resolve()), remote.bare, remote.tip)
    boundary = (place / ".git/shallow").read_bytes()
    commit = ahead(remote, other="more")
    opened = shallow.open()
    assert opened.fetch("main") == {"main": commit}
    assert (place / ".git/shallow").read_bytes() == boundary
    assert is_shallow(Git(place.resolve()))
    new = opened.commit(commit, {STATE: b"a: 5\n"}, [], "Promote")
    opened.push([Update(BRANCH, new, "")])
    assert remote.branches()[BRANCH] == new
    remote.bare.git("fsck", "--strict")
    shallow.repo.git("fsck", "--strict")


def test_a_partial_clone(remote, tmp_path):
    remote.bare.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "partial"
    source = f"file://{remote.bare.top}"
    command = ["git", "clone", "--quiet", "--no-checkout", "--filter=blob:none", source, str(place)]
    subprocess.run(command, check=True, capture_output=True)
    partial = Remote(Repo(place.resolve()), remote.bare, remote.tip)
    commit = ahead(remote, other="more")
    opened = partial.open()
    assert opened.fetch("main") == {"main": commit}
    new = opened.commit(commit, {STATE: b"a: 5\n"}, [], "Promote")
    opened.push([Update(BRANCH, new, "")])
    assert remote.branches()[BRANCH] == new
    assert remote.bare.git("show", f"{BRANCH}:README") == "x"


def test_a_repository_with_sha256(tmp_path):
    for options, place in ((["--bare"], "remote.git"), ([], "work")):
        command = ["git", "init", "--quiet", "--object-format=sha256", "--initial-branch=main", *options, place]
        subprocess.run(command, cwd=tmp_path, check=True)
    repo = Repo((tmp_path / "work").resolve())
    tip = repo.commit(FILES)
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repo.git("push", "--quiet", "origin", "main")
    remote = Remote(repo, Repo(tmp_path / "remote.git"), tip)
    opened = remote.open()
    assert opened.fetch("main") == {"main": tip}
    commit = opened.commit(tip, {STATE: b"a: 5\n"}, [], "Promote")
    assert len(commit) == 64
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit


def test_a_repository_whose_objects_are_elsewhere(remote, tmp_path):
    place = tmp_path / "borrowing"
    command = ["git", "clone", "--quiet", "--shared", str(remote.bare.top), str(place)]
    subprocess.run(command, check=True, capture_output=True)
    borrowing = Remote(Repo(place.resolve()), remote.bare, remote.tip)
    opened = borrowing.open()
    commit = opened.commit(opened.fetch("main")["main"], {STATE: b"a: 5\n"}, [], "Promote")
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit


def test_the_environment_repository_may_be_a_folder(remote):
    opened = remote.open("environments")
    commit = opened.commit(remote.tip, {"prod/state/a.yaml": b"a: 9\n"}, ["prod/state/b.yaml", "README"], "Promote")
    with opened.snapshot(commit) as snapshot:
        assert list(snapshot.entries()) == ["prod/state/a.yaml"]
        assert snapshot.read("prod/state/a.yaml") == b"a: 9\n"
    assert remote.repo.git("ls-tree", "-r", "--name-only", commit).splitlines() == ["README", STATE]


def test_push_goes_where_the_repository_says(remote, tmp_path):
    fork = tmp_path / "fork.git"
    shutil.copytree(remote.bare.top, fork)
    remote.repo.git("config", "remote.origin.pushurl", str(fork))
    commit = promoted(remote)
    remote.open().push([Update(BRANCH, commit, "")])
    assert remote.branches() == {"main": remote.tip}
    assert Repo(fork).git("rev-parse", BRANCH) == commit


def test_the_environment_of_the_process_leads_nowhere(remote, tmp_path, monkeypatch):
    other = new_remote(tmp_path / "elsewhere", {"x": "another\n"})
    for name, value in {
        "GIT_DIR": other.repo.top / ".git",
        "GIT_WORK_TREE": other.repo.top,
        "GIT_INDEX_FILE": other.repo.top / ".git/index",
        "GIT_OBJECT_DIRECTORY": other.repo.top / ".git/objects",
        "GIT_NAMESPACE": "x",
        "GIT_TRACE": tmp_path / "trace",
        "GIT_EXEC_PATH": tmp_path,
        "GIT_SHALLOW_FILE": tmp_path / "nothing",
        "GIT_QUARANTINE_PATH": tmp_path,
    }.items():
        monkeypatch.setenv(name, str(value))
    opened = open_remote(Git(remote.repo.top), "", "origin")
    commit = opened.commit(opened.fetch("main")["main"], {STATE: b"a: 5\n"}, [], "Promote")
    opened.push([Update(BRANCH, commit, "")])
    for name in [name for name in os.environ if name.startswith("GIT_") and "CONFIG" not in name]:
        monkeypatch.delenv(name)
    assert remote.branches()[BRANCH] == commit
    assert not (tmp_path / "trace").exists()


def test_the_same_branch_has_the_same_place_and_long_names_a_short_one(remote):
    name = "x" * 250
    opened = remote.open()
    assert opened._private(name) == f"refs/mlgitops/origin/{hashlib.sha256(name.encode()).hexdigest()}"
    assert opened._private("a/b") == "refs/mlgitops/origin/a%2Fb"
    assert opened._private("a%2Fb") != opened._private("a/b")
    assert Path(opened._private("a/b")).name == "a%2Fb"
