from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from support.privilege import open_folder, ordinary_user
from support.repo import new_repo
from support.tree import Link, write_tree

from mlgitops.adapters.files.tree import WorkTree
from mlgitops.core.entries import MAX_BYTES
from mlgitops.errors import InputError, RefusedError


def test_a_secret_outside_is_read_through_no_link(tmp_path):
    secret = tmp_path / "secret" / "token"
    write_tree(secret.parent, {"token": "canary"})
    root = write_tree(
        tmp_path / "root",
        {
            "file": Link("../secret/token"),
            "absolute": Link(str(secret)),
            "folder": Link("../secret"),
            "chain": Link("chain-2"),
            "chain-2": Link("chain-3"),
            "chain-3": Link("../secret/token"),
            "deep/folder": Link("../../secret"),
            "loop": Link("loop"),
        },
    )
    tree = WorkTree(root)
    for path in ("file", "absolute", "chain", "loop", "folder/token", "deep/folder/token", "../secret/token"):
        with pytest.raises(InputError) as caught:
            tree.read(path)
        assert "canary" not in str(caught.value)
    with pytest.raises(InputError):
        tree.entries("folder")


def test_a_link_that_takes_the_place_of_a_folder_already_read_from_is_not_followed(tmp_path):
    write_tree(tmp_path / "outside", {"a": "canary", "b": "canary"})
    root = write_tree(tmp_path / "root", {"folder/a": "fine", "folder/b": "fine"})
    tree = WorkTree(root)
    assert tree.read("folder/a") == b"fine"
    shutil.move(root / "folder", root / "moved")
    (root / "folder").symlink_to(tmp_path / "outside")
    assert tree.read("folder/b") == b"fine"  # the folder that was meant, wherever it is now
    with pytest.raises(InputError):
        WorkTree(root).read("folder/b")


def test_a_folder_removed_and_made_again_is_read_anew(tmp_path):
    root = write_tree(tmp_path / "root", {"folder/a": "old"})
    tree = WorkTree(root)
    assert tree.read("folder/a") == b"old"
    shutil.rmtree(root / "folder")
    write_tree(root, {"folder/a": "new"})
    assert tree.read("folder/a") == b"new"
    shutil.rmtree(root / "folder")
    with pytest.raises(InputError, match="no such file"):
        tree.read("folder/a")


def test_a_folder_that_is_made_again_around_others_is_looked_into_anew(tmp_path):
    root = write_tree(tmp_path / "root", {"outer/inner/a": "old", "outer/other/b": "old"})
    tree = WorkTree(root)
    assert tree.read("outer/inner/a") == b"old"
    shutil.rmtree(root / "outer")
    write_tree(root, {"outer/other/b": "new", "outer/late/c": "new"})
    assert not tree.exists("outer/inner/a")
    assert tree.exists("outer/other/b")
    assert tree.read("outer/late/c") == b"new"


def test_a_file_is_read_however_deep_it_lies(tmp_path):
    folder = "/".join(["a"] * 700)
    write_tree(tmp_path, {f"{folder}/file": "deep", "a/file": "shallow"})
    tree = WorkTree(tmp_path)
    for _ in range(2):
        assert tree.read(f"{folder}/file") == b"deep"
        assert tree.read("a/file") == b"shallow"


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
def test_what_is_no_file_is_refused_without_waiting(tmp_path, kind):
    place = tmp_path / "state.yaml"
    match kind:
        case "pipe":
            os.mkfifo(place)
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(place))
        case "folder":
            place.mkdir()
    with pytest.raises(InputError, match="stands where a file should be") as caught:
        WorkTree(tmp_path).read("state.yaml")
    assert caught.value.path == "state.yaml"


def test_a_file_that_may_not_be_read_is_refused():
    with open_folder() as root, ordinary_user():
        write_tree(root, {"state.yaml": "x", "folder/state.yaml": "x"})
        (root / "state.yaml").chmod(0)
        (root / "folder").chmod(0)
        for path in ("state.yaml", "folder/state.yaml"):
            with pytest.raises(RefusedError, match="permission denied") as caught:
                WorkTree(root).read(path)
            assert caught.value.path == path
        with pytest.raises(RefusedError, match="permission denied"):
            WorkTree(root).entries()
        (root / "folder").chmod(0o700)


def test_a_huge_file_is_refused_unread(tmp_path):
    with (tmp_path / "weights.bin").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(InputError, match="50,000,000 bytes"):
        WorkTree(tmp_path).read("weights.bin")


def test_the_largest_file_is_read_whole(tmp_path):
    data = os.urandom(1024) * (MAX_BYTES // 1024)
    (tmp_path / "large").write_bytes(data)
    assert WorkTree(tmp_path).read("large") == data


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs files whose size is told as 0")
def test_a_file_longer_than_it_says_is_read_to_its_end():
    assert WorkTree(Path("/proc/self")).read("status").count(b"\n") > 10


@pytest.mark.parametrize("name", [b"caf\xe9.yaml", b"a\nb.yaml", b"a\x1b[31m.yaml", "a\u202eb".encode()])
def test_names_that_cannot_be_shown_are_refused_and_named(tmp_path, name):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    except OSError:
        pytest.skip("this file system refuses the name itself")
    write_tree(tmp_path, {"fine/a": "x"})
    with pytest.raises(InputError, match="the file's name") as caught:
        WorkTree(tmp_path).entries()
    assert caught.value.message.isprintable()
    assert list(WorkTree(tmp_path).entries("fine")) == ["fine/a"]


def test_the_repository_of_the_top_is_not_part_of_it(tmp_path):
    repo = new_repo(tmp_path / "repo", {"a": "x"})
    assert list(WorkTree(repo.top).entries()) == ["a"]
    repo.git("worktree", "add", "--quiet", "../linked")
    assert list(WorkTree(tmp_path / "linked").entries()) == ["a"]


@pytest.mark.parametrize("where", ["", "environments/", "environments/dev/"])
def test_a_nested_repository_is_refused_by_name_from_wherever_one_looks(tmp_path, where):
    root = write_tree(tmp_path / "root", {"environments/dev/state/fraud.yaml": "x"})
    subprocess.run(["git", "init", "--quiet", "--bare", "bare"], cwd=tmp_path, check=True)
    shutil.copytree(tmp_path / "bare", root / where, dirs_exist_ok=True)
    for folder in ("", "environments", "environments/dev", "environments/dev/state"):
        with pytest.raises(InputError, match="a Git repository lies inside") as caught:
            WorkTree(root).entries(folder)
        assert caught.value.path == (where.rstrip("/") or ".")


def test_a_clone_inside_is_refused(tmp_path):
    root = write_tree(tmp_path / "root", {"environments/dev/state/fraud.yaml": "x"})
    new_repo(root / "environments" / "dev")
    for folder in ("", "environments/dev", "environments/dev/state"):
        with pytest.raises(InputError, match="a Git repository lies inside"):
            WorkTree(root).entries(folder)


def test_a_root_that_does_not_exist_has_no_entries(tmp_path):
    assert WorkTree(tmp_path / "nowhere").entries() == {}


def test_no_descriptor_is_left_open(tmp_path):
    root = write_tree(tmp_path, {f"{folder}/{name}": "x" for folder in "abc" for name in "123"})

    def held() -> list[Path]:
        """What lies in there and is open; other descriptors of this process come and go."""
        targets = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        return [target for target in targets if target.is_relative_to(root)]

    for _ in range(3):
        tree = WorkTree(root)
        for path in tree.entries():
            tree.read(path)
        for path in ("nowhere/x", "a/nowhere", "a", "../x"):
            with pytest.raises(InputError):
                tree.read(path)
        assert held()
        del tree
    assert held() == []


def test_folders_that_vanish_during_the_walk_are_no_error(tmp_path):
    write_tree(tmp_path, {f"keep/{number}": "x" for number in range(50)})
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            write_tree(tmp_path, {f"come-and-go/{number}/x/y": "x" for number in range(20)})
            shutil.rmtree(tmp_path / "come-and-go")

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(100):
            found = WorkTree(tmp_path).entries()
            assert sum(path.startswith("keep/") for path in found) == 50
    finally:
        stop.set()
        thread.join()


def test_files_are_read_from_many_folders_in_turn_and_where_one_was_made_anew(tmp_path):
    names = [f"{number}/{inner}" for number in range(20) for inner in ("a", "a/b")]
    write_tree(tmp_path, {f"{name}/file": name for name in names})
    tree = WorkTree(tmp_path)
    for _ in range(2):
        for name in [*names, *reversed(names)]:
            assert tree.read(f"{name}/file") == name.encode()
    shutil.rmtree(tmp_path / "0")
    write_tree(tmp_path, {"0/a/file": "new"})
    assert tree.read("0/a/file") == b"new"
    with pytest.raises(InputError):
        tree.read("0/a/b/file")
