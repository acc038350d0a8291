from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.privilege import open_folder, ordinary_user
from support.tree import Link, read_tree, write_tree

from mlgitops.adapters.files.write import write_all, write_atomic
from mlgitops.errors import InputError, RefusedError

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize("durable", [False, True])
def test_files_are_written_replaced_and_removed_and_empty_folders_go(tmp_path, durable):
    write_tree(tmp_path, {"old/deep/only": "1", "old/kept": "2", "gone/x/y/z": "3", "same": "4"})
    write_all(
        tmp_path,
        {"same": b"new", "fresh/a/b": b"", "old/kept": b"x" * 100_000},
        ["old/deep/only", "gone/x/y/z", "never/was", "never", "same", "same/too"],
        durable=durable,
    )
    assert read_tree(tmp_path) == {"same": b"new", "fresh/a/b": b"", "old/kept": b"x" * 100_000}
    assert not (tmp_path / "gone").exists()
    assert not (tmp_path / "old" / "deep").exists()


names = st.sampled_from(["a", "b", "c.yaml", "d-e"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(paths, st.binary(max_size=20)), st.dictionaries(paths, st.binary(max_size=20)), st.sets(paths))
def test_the_tree_is_what_was_there_without_what_was_removed_with_what_was_written(
    tmp_path_factory, before, files, remove
):
    every = {**before, **files}
    clash = any(other.startswith(f"{path}/") for path in every for other in {*every, *remove})
    if clash:
        return
    root = tmp_path_factory.mktemp("write")
    write_all(root, before)
    write_all(root, files, remove)
    expected = {path: data for path, data in every.items() if path in files or path not in remove}
    assert read_tree(root) == expected
    folders = {str(Path(path).parent) for path in expected} | {"."}
    left = {str(Path(folder).relative_to(root)) for folder, _, _ in os.walk(root)}
    assert all(any(kept == folder or kept.startswith(f"{folder}/") for kept in folders) for folder in left - {"."})


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o177])
def test_modes_do_not_depend_on_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_all(tmp_path, {"a/b/c": b"x", "d": b"y"})
        write_atomic(tmp_path, "a/b/c", b"z")
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("a", "a/b", "a/b/c", "d")}
    assert modes == {"a": 0o755, "a/b": 0o755, "a/b/c": 0o644, "d": 0o644}


OUTSIDE = {"outside/target": "canary", "outside/folder/x": "canary"}
IN_THE_WAY = {
    "a link to a file": {"out/file": Link("../../outside/target")},
    "a link to nowhere": {"out/file": Link("nowhere")},
    "a link to a folder": {"out": Link("../outside/folder")},
    "a link to a folder above": {"out": Link("../outside")},
    "a chain of links": {"out": Link("second"), "second": Link("../outside/folder")},
    "a folder": {"out/file/x": "y"},
    "an empty folder": {"out/file": "", "out/file ": ""},
    "a file where the folder should be": {"out": "a file"},
}


@pytest.mark.parametrize("case", IN_THE_WAY)
def test_what_stands_in_the_way_is_named_and_everything_stays_as_it_was(tmp_path, case):
    write_tree(tmp_path, OUTSIDE)
    root = write_tree(tmp_path / "root", {"first": "old", "zlast": "old", **IN_THE_WAY[case]})
    if case == "an empty folder":
        (root / "out/file").unlink()
        (root / "out/file").mkdir()
    before = read_tree(tmp_path)
    with pytest.raises(RefusedError, match=r"stands where a (file|folder) is to be written") as caught:
        write_all(root, {"first": b"new", "made/new": b"new", "out/file": b"new", "zlast": b"new"})
    assert caught.value.path in ("out", "out/file")
    assert caught.value.exit_code == 3
    assert read_tree(tmp_path) == before
    assert not (root / "made").exists()


def test_nothing_is_removed_through_a_link(tmp_path):
    write_tree(tmp_path, OUTSIDE)
    root = write_tree(tmp_path / "root", {"out": Link("../outside/folder"), "link": Link("../outside/target")})
    with pytest.raises(RefusedError, match="a link stands"):
        write_all(root, {}, ["out/x"])
    write_all(root, {}, ["link"])
    assert read_tree(tmp_path / "outside") == {"target": b"canary", "folder/x": b"canary"}
    assert read_tree(root) == {"out": Link("../outside/folder")}


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../../x", "", "a/", ".", "..", "a/..", "a\nb", "a\0", "a/./b", "a\u202eb"]
)
@pytest.mark.parametrize("how", ["write", "remove"])
def test_paths_that_leave_the_root_or_cannot_be_shown_are_refused(tmp_path, path, how):
    write_tree(tmp_path, {"x": "canary", "root/x": "canary", "root/a/y": "canary"})
    before = read_tree(tmp_path)
    files, remove = {"a/y": b"new"}, ["x"]
    if how == "write":
        files[path] = b"new"
    else:
        remove.append(path)
    with pytest.raises(InputError):
        write_all(tmp_path / "root", files, remove)
    assert read_tree(tmp_path) == before


def test_a_folder_that_may_not_be_written_to_is_refused_and_nothing_changes():
    with open_folder() as root, ordinary_user():
        write_tree(root, {"a/x": "old", "locked/x": "old"})
        (root / "locked").chmod(0o555)
        try:
            with pytest.raises(RefusedError, match="permission denied") as caught:
                write_all(root, {"a/x": b"new", "b/x": b"new", "locked/x": b"new"})
            assert caught.value.path == "locked/x"
            assert read_tree(root) == {"a/x": b"old", "locked/x": b"old"}
            assert not (root / "b").exists()
        finally:
            (root / "locked").chmod(0o755)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system can be mounted by root only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_every_file_as_it_was(small_disk):
    before = {"a/1": b"old", "a/2": b"old" * 1000}
    write_all(small_disk, before)
    with pytest.raises(RefusedError, match="no space left") as caught:
        write_all(small_disk, {"a/1": b"new", "b/3": b"x" * 30_000, "b/4": b"x" * 50_000, "a/2": b"new"})
    assert caught.value.path == "b/4"
    assert "space" in caught.value.hint
    assert read_tree(small_disk) == before
    assert sorted(path.name for path in small_disk.iterdir()) == ["a"]
    write_all(small_disk, {"b/3": b"x" * 30_000})  # nothing left behind takes the space


def test_a_read_only_disk_is_refused(small_disk):
    write_all(small_disk, {"a": b"old"})
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(RefusedError, match="read-only file system"):
        write_atomic(small_disk, "a", b"new")
    assert read_tree(small_disk) == {"a": b"old"}


def test_a_limit_on_file_sizes_is_noticed_at_the_short_write(tmp_path):
    # A write up to the limit succeeds with fewer bytes than asked: only a second one tells why.
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom mlgitops.adapters.files.write import write_all\n"
        "from mlgitops.errors import RefusedError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    write_all(Path(sys.argv[1]), {'a': b'new', 'b': b'x' * 5000})\n"
        "except RefusedError as error:\n    print(error.path, error.message)\n"
    )
    write_tree(tmp_path, {"a": "old", "b": "old"})
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "b the file system refused: file too large\n"
    assert read_tree(tmp_path) == {"a": b"old", "b": b"old"}


def test_an_interrupted_write_cleans_up(tmp_path):
    class Interrupting(dict[str, bytes]):
        def items(self):
            yield "a", b"new"
            yield "b/c", b"new"
            raise KeyboardInterrupt

    write_tree(tmp_path, {"a": "old"})
    with pytest.raises(KeyboardInterrupt):
        write_all(tmp_path, Interrupting(a=b"", b=b""))
    assert read_tree(tmp_path) == {"a": b"old"}


def test_writers_and_removers_of_the_same_folders_do_not_trip_over_each_other(tmp_path):
    paths = [f"a/b-{number}/c" for number in range(20)]
    failures = []

    def repeat(files, remove):
        try:
            for _ in range(40):
                write_all(tmp_path, files, remove)
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails the test
            failures.append(error)

    jobs = [(dict.fromkeys(paths, b"x"), []), (dict.fromkeys(paths, b"y"), []), ({}, paths)]
    threads = [threading.Thread(target=repeat, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert set(read_tree(tmp_path)) <= set(paths)  # and no staged file is left
    assert set(read_tree(tmp_path).values()) <= {b"x", b"y"}


def test_many_writers_at_once_leave_one_of_their_versions_of_each_file(tmp_path):
    paths = [f"folder-{number % 7}/file-{number}" for number in range(60)]
    failures = []

    def write(version):
        try:
            for _ in range(5):
                write_all(tmp_path, dict.fromkeys(paths, version * 2000))
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails the test
            failures.append(error)

    versions = [b"a", b"b", b"c"]
    threads = [threading.Thread(target=write, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    found = read_tree(tmp_path)
    assert sorted(found) == sorted(paths)
    assert set(found.values()) <= {version * 2000 for version in versions}


def test_a_writer_killed_at_any_step_leaves_whole_files_and_the_next_run_converges(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "support.killed_writer", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": f"{PROJECT}/tests:{PROJECT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert int(done.stdout) > 40  # times killed
