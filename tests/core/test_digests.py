from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mlgitops.core import digests
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SHA256 = "sha256:" + "0f" * 32
SHA512 = "sha512:" + "0f" * 64


def test_a_document_digest_depends_on_content_not_on_order() -> None:
    assert digests.digest({"b": 1, "a": [True]}) == digests.digest({"a": [True], "b": 1})
    assert digests.digest({"b": 1, "a": [True]}) == "sha256:" + hashlib.sha256(b'{"a":[true],"b":1}').hexdigest()


def test_a_file_digest_does_not_depend_on_its_portions() -> None:
    assert digests.file_digest([b"ab", b"", b"c"]) == "sha256:" + hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(("text", "parts"), [(SHA256, ("sha256", "0f" * 32)), (SHA512, ("sha512", "0f" * 64))])
def test_digest_syntax(text: str, parts: tuple[str, str]) -> None:
    assert digests.is_digest(text)
    assert digests.parse_digest(text) == parts
    assert str(digests.parse_digest(text)) == text
    assert digests.short(text) == "0f0f0f0f0f0f"


@pytest.mark.parametrize(
    "text",
    ["", "0f" * 32, SHA256 + "\n", SHA256[:-1], SHA256.upper(), "md5:" + "0f" * 16, "sha256:" + "0f" * 64, "sha256:x"],
)
def test_what_is_no_digest(text: str) -> None:
    assert not digests.is_digest(text)
    with pytest.raises(InputError, match="is not a digest"):
        digests.parse_digest(text)


def test_a_folder_digest_is_what_coreutils_compute(tmp_path: Path) -> None:
    if not all(shutil.which(program) for program in ("find", "sort", "xargs", "sha256sum")):
        pytest.skip("no coreutils and findutils here")
    names = ["b", "a/z", "a/b/c", "a.b", "a b", "Z", "é", "a-b", "back\\slash", "#", "quote'd"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    command = r"find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum"
    result = subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True)
    entries = [(name, hashlib.sha256(f"content of {name}".encode()).hexdigest()) for name in names]
    assert digests.folder_digest(entries) == "sha256:" + result.stdout.split()[0]
    assert digests.folder_digest(reversed(entries)) == digests.folder_digest(entries)


@pytest.mark.parametrize("name", ["plain", "new\nline", "back\\slash", "two\\\\and\n\n"])
def test_a_line_of_a_folder_digest_is_what_sha256sum_prints(tmp_path: Path, name: str) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("no sha256sum here")
    (tmp_path / name).write_bytes(b"content")
    line = subprocess.run(["sha256sum", name], cwd=tmp_path, check=True, capture_output=True).stdout
    entries = [(name, hashlib.sha256(b"content").hexdigest())]
    assert digests.folder_digest(entries) == "sha256:" + hashlib.sha256(line).hexdigest()


def test_a_carriage_return_is_escaped_and_other_bytes_stand_as_they_are() -> None:
    # coreutils 9 escapes a carriage return; before, it stood as it was.
    line = b"\\" + b"0" * 64 + b"  a\\rb\n" + b"0" * 64 + b"  \xff\n"
    entries = [("\udcff", "0" * 64), ("a\rb", "0" * 64)]
    assert digests.folder_digest(entries) == "sha256:" + hashlib.sha256(line).hexdigest()


def test_an_empty_folder_has_no_digest() -> None:
    with pytest.raises(InputError, match="without files"):
        digests.folder_digest([])
