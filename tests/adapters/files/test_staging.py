from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from support.tree import read_tree, write_tree

from mlgitops.adapters.files.staging import Stage, clear_abandoned
from mlgitops.adapters.files.write import write_all

MARK = "0123456789ab"


@pytest.fixture
def folder(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def left_by(process):
    return f".mlgitops-{process}-{MARK}-3.tmp"


def dead_process():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_dead_processes_left_is_cleared_where_it_is_met(tmp_path):
    names = [left_by(dead_process()), left_by(os.getpid()), left_by(2**31)]
    write_tree(tmp_path, {f"{folder}/{name}": "half" for folder in ("written", "removed", "other") for name in names})
    write_tree(tmp_path, {"removed/x": "y"})
    write_all(tmp_path, {"written/a": b"x"}, ["removed/x"])
    found = read_tree(tmp_path)
    assert {path for path in found if not path.startswith("other/")} == {"written/a"}
    assert not (tmp_path / "removed").exists()
    assert len(found) == 4  # a folder that nothing is written to is left alone


@pytest.mark.parametrize(
    "name",
    [".mlgitops", ".mlgitops-", ".mlgitops-1-x.tmp", f".mlgitops-1-{MARK}-1.tmp.yaml", f"a.mlgitops-1-{MARK}-1.tmp"],
)
def test_files_that_are_not_ours_stay(tmp_path, name):
    write_tree(tmp_path, {name: "someone's"})
    write_all(tmp_path, {"a": b"x"})
    assert read_tree(tmp_path) == {name: b"someone's", "a": b"x"}


def test_what_a_live_process_is_writing_stays_for_an_hour(tmp_path, folder):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as live:
        name = left_by(live.pid)
        (tmp_path / name).write_text("in the making")
        assert not clear_abandoned(folder, name)
        os.utime(tmp_path / name, (0, time.time() - 3700))
        assert clear_abandoned(folder, name)
        assert not (tmp_path / name).exists()
        live.communicate(b"\n")


def test_another_batch_of_this_process_is_not_abandoned_before_it_ends(tmp_path, folder):
    with Stage() as stage:
        name = stage.write(folder, b"x", durable=False)
        write_all(tmp_path, {"a": b"x"})
        assert (tmp_path / name).read_bytes() == b"x"
    write_all(tmp_path, {"a": b"x"})
    assert not (tmp_path / name).exists()


def test_a_staged_file_that_another_container_took_for_abandoned_is_written_again(tmp_path):
    write_tree(tmp_path, {"a/x": "old"})
    (tmp_path / "b").mkdir()
    files = {"a/x": b"new", "b/y": b"new"}
    hook = StagedFileThief(tmp_path / "a")
    sys.addaudithook(hook)
    write_all(tmp_path, files)
    assert hook.taken == 1
    assert read_tree(tmp_path) == {"a/x": b"new", "b/y": b"new"}


class StagedFileThief:
    """An audit hook: right before the first rename in this process, deletes what is staged in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    def __call__(self, event, _):
        if event == "os.rename" and not self.taken:
            self.taken = 1
            for staged in self.folder.glob(".mlgitops-*"):
                staged.unlink()
