from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.privilege import open_folder, ordinary_user
from support.repo import new_repo
from support.tree import Link, write_tree

from mlgitops.adapters.git.fingerprint import fingerprint
from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.stamp import Stamp

VALUES = ["", "x", "line\nbreak\n", "\n", "größe", "x" * 100_000, '{"a": [1]}']


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_read_back_under_its_key_only(tmp_path, value):
    stamp = Stamp(tmp_path / "mlgitops")
    assert stamp.read("key") is None
    stamp.write("key", value)
    stamp.write("other", "another value")
    assert Stamp(tmp_path / "mlgitops").read("key") == value
    assert stamp.read("key ") is None
    stamp.write("key", "newer")
    assert stamp.read("key") == "newer"
    assert len(list((tmp_path / "mlgitops").iterdir())) == 2


def test_anything_but_what_was_written_counts_as_absent(tmp_path):
    stamp = Stamp(tmp_path)
    stamp.write("key", "the value")
    (place,) = tmp_path.iterdir()
    whole = place.read_bytes()
    broken = [whole[:length] for length in range(len(whole))]
    broken += [bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]]) for at in range(len(whole))]
    broken += [whole + b"x", b"\xff" * 50, whole * 2]
    for content in broken:
        place.write_bytes(content)
        assert stamp.read("key") is None, content
    stamp.write("other", "the value")
    (other,) = set(tmp_path.iterdir()) - {place}
    shutil.copy(other, place)
    assert stamp.read("key") is None


@pytest.mark.parametrize("content", ["file", "folder", "link"])
def test_what_cannot_be_written_is_no_error(tmp_path, content):
    stamp = Stamp(tmp_path / "mlgitops")
    match content:
        case "file":
            (tmp_path / "mlgitops").write_text("in the way")
        case "link":
            (tmp_path / "mlgitops").symlink_to("nowhere")
        case "folder":
            stamp.write("key", "x")
            (place,) = (tmp_path / "mlgitops").iterdir()
            place.unlink()
            place.mkdir()
    stamp.write("key", "value")
    assert stamp.read("key") is None


def test_a_folder_that_may_not_be_written_to_is_no_error():
    with open_folder() as place, ordinary_user():
        folder = place / "mlgitops"
        folder.mkdir(mode=0o555)
        Stamp(folder).write("key", "value")
        assert Stamp(folder).read("key") is None


def test_it_is_kept_where_git_says(tmp_path):
    repo = new_repo(tmp_path.resolve() / "repo", {"a": "x"})
    repo.git("worktree", "add", "--quiet", "../linked")
    for top in (repo.top, tmp_path.resolve() / "linked"):
        told = subprocess.check_output(["git", "rev-parse", "--git-path", "mlgitops"], cwd=top, text=True).strip()
        assert Git(top).private_folder() == top / told
        Stamp(Git(top).private_folder()).write("key", str(top))
        assert Stamp(Git(top).private_folder()).read("key") == str(top)
    assert repo.git("status", "--short") == ""


TREE = {
    "environments/dev/state/a.yaml": "a: 1\n",
    "environments/dev/state/b.yaml": "",
    "environments/link": Link("dev"),
    "mlgitops.yaml": "path: [dev]\n",
    "README.md": "not asked about\n",
}
PATHS = ["mlgitops.yaml", "environments", "templates"]


def change_mode_only(root):
    (root / "mlgitops.yaml").chmod(0o600)


def touch(root):
    os.utime(root / "mlgitops.yaml", (0, 0))


def rewrite(root):
    (root / "mlgitops.yaml").write_bytes((root / "mlgitops.yaml").read_bytes())


def change_elsewhere(root):
    (root / "README.md").write_text("changed")


@pytest.mark.parametrize("change", [change_mode_only, touch, rewrite, change_elsewhere])
def test_the_fingerprint_is_the_same_while_no_byte_of_what_was_asked_for_differs(tmp_path, change):
    root = write_tree(tmp_path / "a", TREE)
    before = fingerprint(root, PATHS)
    assert before == fingerprint(root, reversed(PATHS))
    assert before == fingerprint(root, PATHS * 2)
    assert before == fingerprint(write_tree(tmp_path / "b", dict(reversed(TREE.items()))), PATHS)
    change(root)
    assert fingerprint(root, PATHS) == before


CHANGES = {
    "a byte": lambda root: (root / "mlgitops.yaml").write_bytes(b"path: [dev]\r"),
    "the last byte of a large file": lambda root: (root / "environments/large").write_bytes(b"x" * 300_000 + b"y"),
    "a new file": lambda root: (root / "environments/new").touch(),
    "a new folder": lambda root: (root / "environments/new").mkdir(),
    "a path that came into being": lambda root: (root / "templates").mkdir(),
    "a path that is gone": lambda root: (root / "mlgitops.yaml").unlink(),
    "a file that is gone": lambda root: (root / "environments/dev/state/b.yaml").unlink(),
    "a rename": lambda root: (root / "environments/dev/state/b.yaml").rename(root / "environments/dev/state/c.yaml"),
    "a move": lambda root: (root / "environments/dev/state/b.yaml").rename(root / "environments/dev/b.yaml"),
    "a link's target": lambda root: relink(root / "environments/link", "dev/state"),
    "a link where a file was": lambda root: relink(root / "mlgitops.yaml", "README.md"),
    "a link with the file's content as target": lambda root: relink(root / "mlgitops.yaml", "path: [dev]\n"),
    "a folder where a file was": lambda root: refolder(root / "mlgitops.yaml"),
    "a pipe where a file was": lambda root: repipe(root / "environments/dev/state/b.yaml"),
    "a byte moved to the next file": lambda root: move_byte(root / "environments/dev/state"),
}


def relink(place, target):
    place.unlink()
    place.symlink_to(target)


def refolder(place):
    place.unlink()
    place.mkdir()


def repipe(place):
    place.unlink()
    os.mkfifo(place)


def move_byte(folder):
    (folder / "a.yaml").write_text("a: 1")
    (folder / "b.yaml").write_text("\n")


@pytest.mark.parametrize("change", CHANGES)
def test_the_fingerprint_differs_with(tmp_path, change):
    root = write_tree(tmp_path, {**TREE, "environments/large": "x" * 300_001})
    before = fingerprint(root, PATHS)
    CHANGES[change](root)
    after = fingerprint(root, PATHS)
    assert after != before
    assert after == fingerprint(root, PATHS)


def test_the_fingerprint_differs_with_what_is_asked_for(tmp_path):
    root = write_tree(tmp_path, {"a": "x", "b": "x", "ab": "x", "c/d": "x"})
    asked = [[], ["a"], ["b"], ["ab"], ["a", "b"], ["c"], ["c/d"], ["nowhere"], [""]]
    assert len({fingerprint(root, paths) for paths in asked}) == len(asked)


def test_a_file_that_cannot_be_read_is_no_error_but_a_difference():
    with open_folder() as root, ordinary_user():
        write_tree(root, TREE)
        before = fingerprint(root, PATHS)
        (root / "mlgitops.yaml").chmod(0)
        closed = fingerprint(root, PATHS)
        (root / "environments/dev").chmod(0)
        assert len({before, closed, fingerprint(root, PATHS)}) == 3
        (root / "environments/dev").chmod(0o700)


names = st.sampled_from(["a", "b", "ab", "a-b"])
contents = st.one_of(st.binary(max_size=3), names.map(Link))
trees = st.dictionaries(st.lists(names, min_size=1, max_size=3).map("/".join), contents, max_size=5).map(
    lambda files: {path: content for path, content in files.items() if not any(f.startswith(f"{path}/") for f in files)}
)


@given(trees, trees)
def test_two_trees_have_one_fingerprint_exactly_when_they_are_equal(tmp_path_factory, one, other):
    first = write_tree(tmp_path_factory.mktemp("one"), one)
    second = write_tree(tmp_path_factory.mktemp("other"), other)
    assert (fingerprint(first, [""]) == fingerprint(second, [""])) == (one == other)
    assert fingerprint(Path(first), [""]) == fingerprint(write_tree(tmp_path_factory.mktemp("same"), one), [""])
