"""Local digests, judged by coreutils' own sha256sum."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.progress import Watcher

from mlgitops.adapters.hashing import LocalHasher
from mlgitops.errors import InputError, RefusedError

needs_sha256sum = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum to compare with")
RULE = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum"


def by_coreutils(folder: Path) -> str:
    done = subprocess.run(["/bin/bash", "-c", RULE], cwd=folder, capture_output=True, check=True)
    return f"sha256:{done.stdout.decode().split()[0]}"


@pytest.mark.parametrize("size", [0, 1, 2**22 - 1, 2**22, 2**22 + 1])
def test_a_file_is_its_sha256(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "model").write_bytes(content)
    assert (
        LocalHasher(tmp_path, Watcher()).digest(str(tmp_path / "model"))
        == f"sha256:{hashlib.sha256(content).hexdigest()}"
    )


FOLDERS = {
    "flat": ["config.json", "model.safetensors"],
    "nested": ["1/model.plan", "config.pbtxt", "a/b/c/d", "a.b", "a-b", "a/b.c"],
    "hidden": [".hidden", ".git/config", "model"],
    "case and order": ["B", "a", "A", "b", "ä", "z", "Z", "é", "\U0001f600", "￿"],
    "hard names": ["back\\slash", "new\nline", "re\rturn", " lead", "trail ", "-n", "*", "qu'o\"te", "tab\t"],
    "not utf-8": [b"caf\xe9", b"\xff\xfe"],
    "empty files": ["a", "b"],
}


@needs_sha256sum
@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_is_what_sha256sum_prints(tmp_path: Path, case: str) -> None:
    for number, name in enumerate(FOLDERS[case]):
        path = tmp_path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if case == "empty files" else b"content %d" % number)
    (tmp_path / "empty folder").mkdir()
    assert LocalHasher(tmp_path, Watcher()).digest(str(tmp_path)) == by_coreutils(tmp_path)


def test_users_are_told_the_same_rule() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "pin-by-digest.md"
    assert RULE in page.read_text(encoding="utf-8")


def test_neither_place_nor_time_nor_mode_matter(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place / "sub").mkdir(parents=True)
        (tmp_path / place / "sub" / "x").write_text("same")
    (tmp_path / "two" / "sub" / "x").chmod(0o600)
    os.utime(tmp_path / "two" / "sub" / "x", (1, 1))
    hasher = LocalHasher(tmp_path, Watcher())
    assert hasher.digest(str(tmp_path / "one")) == hasher.digest(f"{tmp_path}/two/")


def test_a_link_is_followed_where_it_is_what_was_named(tmp_path: Path) -> None:
    (tmp_path / "blob").write_text("x")
    (tmp_path / "link").symlink_to("blob")
    assert LocalHasher(tmp_path, Watcher()).digest(str(tmp_path / "link")) == LocalHasher(tmp_path, Watcher()).digest(
        str(tmp_path / "blob")
    )


@pytest.mark.parametrize("target", ["file", "sub", "/etc/hostname", "nowhere", "."])
def test_a_link_in_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "sub" / "link").symlink_to(target)
    with pytest.raises(InputError, match="sub/link is a link") as caught:
        LocalHasher(tmp_path, Watcher()).digest(str(tmp_path))
    assert "cp -rL" in caught.value.hint


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, "/dev/null"):
        with pytest.raises(InputError, match="neither a file nor a folder"):
            LocalHasher(tmp_path, Watcher()).digest(str(path))


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="holds no files"):
        LocalHasher(tmp_path, Watcher()).digest(str(tmp_path))


def test_what_is_not_there(tmp_path: Path) -> None:
    hasher = LocalHasher(tmp_path, Watcher())
    (tmp_path / "dangling").symlink_to("nowhere")
    assert [hasher.exists(str(tmp_path / name)) for name in ("x", "dangling", "")] == [False, True, True]
    for name in ("x", "dangling"):
        with pytest.raises(RefusedError, match=f"{name} cannot be read: No such file"):
            hasher.digest(str(tmp_path / name))


def test_what_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    if os.access(tmp_path / "secret", os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(RefusedError, match="Permission denied"):
        LocalHasher(tmp_path, Watcher()).digest(str(tmp_path))


def test_a_file_that_grows_meanwhile_has_no_digest(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 3_000_000)

    class Writer(Watcher):
        def advance(self, _count: int) -> None:
            if path.stat().st_size < 3_100_000:
                with path.open("ab") as stream:
                    stream.write(b"y" * 100_000)

    writer = Writer()
    with pytest.raises(RefusedError, match="changed while it was read"):
        LocalHasher(tmp_path, writer).digest("log")
    assert writer.ended == 1


def test_progress_counts_over_the_folder(tmp_path: Path) -> None:
    watcher = Watcher()
    (tmp_path / "a").write_bytes(b"x" * 5_000_000)
    (tmp_path / "b").write_bytes(b"x" * 10)
    LocalHasher(tmp_path, watcher).digest(".")
    assert (watcher.begun, watcher.advanced, watcher.ended) == ([(5_000_010, "bytes")], [4_194_304, 805_696, 10], 1)
