"""What is special to the index and to commits; what all snapshots share is in tests/contracts."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.repo import Repo, new_repo
from support.tree import write_tree

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.snapshots import CommitSnapshot, IndexSnapshot
from mlgitops.core.entries import MAX_BYTES
from mlgitops.errors import InputError, RefusedError

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {"state/a.yaml": "first\n", "state/b.yaml": "b\n"})


def test_each_reads_its_own_point_in_time(repo):
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"state/a.yaml": "second\n"})
    write_tree(repo.top, {"state/a.yaml": "staged\n", "state/new.yaml": "new\n"})
    repo.git("add", "state")
    write_tree(repo.top, {"state/a.yaml": "edited\n"})
    git = Git(repo.top)
    with IndexSnapshot(git) as index, CommitSnapshot(git, "HEAD") as head, CommitSnapshot(git, first) as before:
        assert [snapshot.read("state/a.yaml") for snapshot in (index, head, before)] == [
            b"staged\n",
            b"second\n",
            b"first\n",
        ]
        assert index.exists("state/new.yaml")
        assert not head.exists("state/new.yaml")
        assert before.commit == first
        assert (index.label, before.label) == ("index", first[:12])


def test_a_conflict_is_refused_with_the_file_that_has_it(repo):
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit({"state/a.yaml": "theirs\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"state/a.yaml": "ours\n"})
    repo.git("merge", "--quiet", "other", check=False)
    with pytest.raises(InputError, match="unresolved merge conflict") as caught:
        IndexSnapshot(Git(repo.top))
    assert caught.value.path == "state/a.yaml"
    with CommitSnapshot(Git(repo.top), "HEAD") as commit:
        assert commit.read("state/a.yaml") == b"ours\n"


def test_a_repository_without_commits_or_files_is_empty(tmp_path):
    git = Git(new_repo(tmp_path.resolve() / "repo").top)
    with IndexSnapshot(git) as index:
        assert index.entries() == {}
    with pytest.raises(InputError, match="nothing is committed here yet"):
        CommitSnapshot(git, "HEAD")


@pytest.mark.parametrize("staged", [True, False])
def test_a_huge_blob_is_refused_and_the_next_read_works(repo, staged):
    with (repo.top / "weights.bin").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    repo.commit()
    git = Git(repo.top)
    with IndexSnapshot(git) if staged else CommitSnapshot(git, "HEAD") as snapshot:
        with pytest.raises(InputError, match="16,777,217 bytes") as caught:
            snapshot.read("weights.bin")
        assert caught.value.path == "weights.bin"
        assert snapshot.read("state/b.yaml") == b"b\n"


def test_a_name_that_is_no_text_is_refused_only_where_it_is_asked_for(repo):
    tree = repo.git("write-tree")
    blob = repo.git("rev-parse", "HEAD:state/a.yaml")
    for name in (b"caf\xe9.yaml", b"a\tb", b"line\nbreak", b'"quoted"'):
        listing = f"040000 tree {tree}\tfine\x00100644 blob {blob}\t".encode() + name + b"\0"
        made = subprocess.run(["git", "mktree", "-z"], cwd=repo.top, input=listing, capture_output=True, check=True)
        commit = repo.git("commit-tree", "-m", "x", made.stdout.decode().strip())
        with CommitSnapshot(Git(repo.top), commit) as snapshot:
            assert list(snapshot.entries("fine/state")) == ["fine/state/a.yaml", "fine/state/b.yaml"]
            if name == b'"quoted"':
                assert snapshot.read('"quoted"') == b"first\n"
            else:
                with pytest.raises(InputError, match=r"the file's name"):
                    snapshot.entries()


def test_a_read_goes_on_after_its_process_was_killed(repo):
    with CommitSnapshot(Git(repo.top), "HEAD") as snapshot:
        assert snapshot.read("state/a.yaml") == b"first\n"
        snapshot._blobs._process.kill()
        snapshot._blobs._process.wait()
        with pytest.raises(RefusedError, match="broke off"):
            snapshot.read("state/b.yaml")
        assert snapshot.read("state/b.yaml") == b"b\n"


def test_no_process_is_left_by_a_snapshot_that_was_dropped(repo):
    snapshot = CommitSnapshot(Git(repo.top), "HEAD")
    snapshot.read("state/a.yaml")
    process = snapshot._blobs._process
    del snapshot
    gc.collect()
    assert process.returncode is not None  # and no ResourceWarning, which would fail this test


def test_a_broken_object_is_named(repo):
    name = repo.git("rev-parse", "HEAD:state/a.yaml")
    place = repo.top / ".git" / "objects" / name[:2] / name[2:]
    place.chmod(0o644)
    place.write_bytes(b"broken")
    with CommitSnapshot(Git(repo.top), "HEAD") as snapshot, pytest.raises(InputError, match="missing or broken"):
        snapshot.read("state/a.yaml")


def test_what_a_partial_clone_lacks_is_not_fetched(repo, tmp_path):
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{repo.top}", str(tmp_path / "partial"))
    git = Git((tmp_path / "partial").resolve())
    with CommitSnapshot(git, "HEAD") as snapshot:
        assert snapshot.exists("state/a.yaml")
        with pytest.raises(InputError) as caught:
            snapshot.read("state/a.yaml")
        assert "partial clone" in f"{caught.value.message} {caught.value.hint}"
    objects = subprocess.check_output(["git", "count-objects", "-v"], cwd=git.top, text=True)
    repo.git("-C", str(git.top), "cat-file", "-e", "HEAD:state/a.yaml")  # the control: plain git fetches it
    assert subprocess.check_output(["git", "count-objects", "-v"], cwd=git.top, text=True) != objects


def test_a_shallow_clone_says_so_when_a_commit_is_missing(repo, tmp_path):
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"state/a.yaml": "second\n"})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.top}", str(tmp_path / "shallow"))
    shallow = Git((tmp_path / "shallow").resolve())
    for revision in (first, "HEAD~1", "HEAD^"):
        with pytest.raises(InputError, match=r"cannot tell .* shallow clone") as caught:
            CommitSnapshot(shallow, revision)
        assert "git fetch --unshallow" in caught.value.hint
        with CommitSnapshot(Git(repo.top), revision) as snapshot:
            assert snapshot.commit == first
    with pytest.raises(InputError, match="there is no commit") as caught:
        CommitSnapshot(Git(repo.top), "nowhere")
    assert "shallow" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("revision", ["", "-x", "--all", "-", "^HEAD", "a\0b", "HEAD\n", "a\x1b[31m", "a\u202eb"])
def test_a_revision_that_is_none_is_refused_before_git_sees_it(repo, revision):
    with pytest.raises(InputError, match="is not a revision") as caught:
        CommitSnapshot(Git(repo.top), revision)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "revision", ["HEAD:state", "HEAD^{tree}", "main..main", "nowhere", "HEAD~99", "0" * 40, "@{99}"]
)
def test_what_means_no_commit_is_unknown(repo, revision):
    with pytest.raises(InputError, match="there is no commit"):
        CommitSnapshot(Git(repo.top), revision)


def test_every_spelling_of_git_means_what_it_means_there(repo):
    repo.commit({"x": "1"}, "Second")
    repo.git("tag", "--annotate", "--message=x", "v1.0", "HEAD~1")
    git = Git(repo.top)
    name = repo.git("rev-parse", "HEAD~1")
    for revision in (name, name[:10], "HEAD~1", "main^", "v1.0", "refs/tags/v1.0", "HEAD^{/First}", "@{1}", "main@{1}"):
        with CommitSnapshot(git, revision) as snapshot:
            assert snapshot.commit == name, revision


@pytest.mark.parametrize("count", [0, 200], ids=["few", "many"])
def test_of_paths_that_are_named_each_is_itself(tmp_path, count):
    names = ["a", ":(glob)*", ":/a", "b c/d", "é"]
    repo = new_repo(tmp_path.resolve() / "repo", {f"env/{name}": f"{name}\n" for name in names})
    asked = [*names[1:], "nothing", "b c", *map(str, range(count))]
    with CommitSnapshot(Git(repo.top), "HEAD", "env", asked) as snapshot:
        assert [path for path in asked if snapshot.exists(path)] == names[1:]
        assert [snapshot.read(path).decode() for path in names[1:]] == [f"{name}\n" for name in names[1:]]
        assert snapshot.exists("a") == bool(count)


def test_replaced_objects_do_not_change_what_a_commit_is(repo):
    new = repo.commit({"state/a.yaml": "second\n"})
    repo.git("replace", new, f"{new}~1")
    with CommitSnapshot(Git(repo.top), "HEAD") as snapshot:
        assert snapshot.read("state/a.yaml") == b"second\n"


def test_a_sparse_checkout_has_its_whole_index(repo):
    repo.commit({"other/c": "c"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "other")
    assert not (repo.top / "state").exists()
    with IndexSnapshot(Git(repo.top)) as index:
        assert list(index.entries()) == ["other/c", "state/a.yaml", "state/b.yaml"]


def test_a_linked_work_tree_has_its_own_index(repo, tmp_path):
    repo.git("worktree", "add", "--quiet", "../linked")
    linked = Repo((tmp_path / "linked").resolve())
    write_tree(linked.top, {"state/a.yaml": "linked\n"})
    linked.git("add", "--all")
    with IndexSnapshot(Git(linked.top)) as there, IndexSnapshot(Git(repo.top)) as here:
        assert (there.read("state/a.yaml"), here.read("state/a.yaml")) == (b"linked\n", b"first\n")


@pytest.mark.parametrize("how", [["--all"], ["state/a.yaml"], ["--include", "state/a.yaml"]])
def test_a_hook_sees_what_will_be_committed(repo, tmp_path, how):
    program = (
        "from pathlib import Path\nfrom mlgitops.adapters.git.process import Git\n"
        "from mlgitops.adapters.git.snapshots import IndexSnapshot\n"
        f"with IndexSnapshot(Git(Path('{repo.top}'))) as index:\n"
        f"    Path('{tmp_path}/seen').write_bytes(index.read('state/a.yaml'))\n"
    )
    hook = repo.top / ".git" / "hooks" / "pre-commit"
    write_tree(
        hook.parent,
        {"pre-commit": f'#!/bin/sh\nPYTHONPATH="{PROJECT}" exec "{sys.executable}" -c "$(cat {tmp_path}/program)"\n'},
    )
    write_tree(tmp_path, {"program": program})
    hook.chmod(0o755)
    write_tree(repo.top, {"state/a.yaml": "to be committed\n"})
    repo.git("commit", "--quiet", "--message", "x", *how)
    assert (tmp_path / "seen").read_bytes() == b"to be committed\n"
    assert repo.git("show", "HEAD:state/a.yaml") == "to be committed"


def test_after_a_fork_each_side_has_its_own_process(repo):
    program = (
        "import gc, os, sys, time\nfrom pathlib import Path\nfrom mlgitops.adapters.git.process import Git\n"
        "from mlgitops.adapters.git.snapshots import CommitSnapshot\n"
        "with CommitSnapshot(Git(Path(sys.argv[1])), 'HEAD') as commit:\n"
        "    commit.read('state/a.yaml')\n"
        "    children = []\n"
        "    for _ in range(4):\n"
        "        child = os.fork()\n"
        "        if not child:\n"
        "            ok = all(commit.read(f'state/{n}.yaml') in (b'first\\n', b'b\\n') for n in 'ab' * 100)\n"
        "            commit.close()\n"
        "            del commit\n"  # nor does the end of the child's copy end the parent's process
        "            gc.collect()\n"
        "            os._exit(not ok)\n"
        "        children.append(child)\n"
        "    assert all(commit.read('state/b.yaml') == b'b\\n' for _ in range(200))\n"
        "    if not (idle := os.fork()):\n"
        "        del commit\n"
        "        gc.collect()\n"
        "        os._exit(0)\n"
        "    os.waitpid(idle, 0)\n"
        "    assert commit.read('state/b.yaml') == b'b\\n'\n"
        "    if not (idle := os.fork()):\n"
        "        time.sleep(600)\n"
        "    commit.close()\n"  # does not wait for what holds its pipes open
        "    os.kill(idle, 9)\n"
        "    sys.exit(any(os.waitpid(child, 0)[1] for child in children))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(repo.top)], env=environment, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
