"""Kills a writer at each of its steps and checks what is left: `python -m support.killed_writer FOLDER`.

A step is anything the writer asks of the file system, as told by Python's audit events. Each child
starts from the old tree and gets SIGKILL right before step 1, 2, 3 … Prints the number of kills.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from support.tree import read_tree, write_tree

from mlgitops.adapters.files.write import write_all

OLD = {"kept": "old", "a/1": "old 1", "a/2": "old 2", "b/gone/3": "old 3", "c/4": "old 4"}
NEW = {"a/1": b"new 1", "a/5": b"new 5" * 5000, "c/4": b"new 4", "d/e/6": b"new 6"}
REMOVE = ["b/gone/3", "a/2"]
EXPECTED = {"kept": b"old", **NEW}
STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "os.chmod"}


def main() -> int:
    folder, step = Path(sys.argv[1]), 1
    while True:
        root = write_tree(folder / str(step), OLD)
        if not _killed_at(step, root):
            print(step - 1)  # noqa: T201 - the answer
            return 0
        _check(root)
        step += 1


def _killed_at(step: int, root: Path) -> bool:
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        write_all(root, NEW, REMOVE)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _check(root: Path) -> None:
    found = read_tree(root)
    for path, content in found.items():
        allowed = {OLD.get(path, "").encode(), NEW.get(path)}
        assert content in allowed or Path(path).name.startswith(".mlgitops-"), f"{path} is half written"
    assert found["kept"] == b"old"
    for path in set(OLD) - set(REMOVE):
        assert path in found, f"{path} is lost"
    write_all(root, NEW, REMOVE)
    assert read_tree(root) == EXPECTED, "the next run does not converge"
    assert not (root / "b").exists()
    shutil.rmtree(root)


if __name__ == "__main__":
    sys.exit(main())
