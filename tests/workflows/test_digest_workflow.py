"""What is taken for a path and what for a reference."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from support.progress import Watcher

from mlgitops.adapters.hashing import LocalHasher
from mlgitops.errors import InputError
from mlgitops.workflows.digest import Digest, Report, Request

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = f"sha256:{'0' * 64}"


class Shelf:
    """A registry that holds everything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def digest(self, reference: str) -> str:
        self.asked.append(reference)
        return f"{reference}@{DIGEST}"

    def exists(self, pin: str) -> bool:
        return pin.endswith(DIGEST)


def run(folder: Path, subject: str) -> tuple[Report, list[str]]:
    shelf = Shelf()
    return Digest(LocalHasher(folder, Watcher()), shelf).run(Request(subject)), shelf.asked


@pytest.mark.parametrize("subject", ["model", "./model", "acme/fraud:1.5.0", "nginx:1.27", "~"])
def test_what_exists_is_a_path(tmp_path: Path, subject: str) -> None:
    (tmp_path / subject).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / subject).write_bytes(b"weights")
    expected = f"sha256:{hashlib.sha256(b'weights').hexdigest()}"
    assert run(tmp_path, subject) == (Report(subject, expected), [])


@pytest.mark.parametrize(
    "subject",
    [
        "ghcr.io/acme/fraud-server:1.5.0",
        f"ghcr.io/acme/fraud-server:1.5.0@sha256:{'a' * 64}",
        "localhost:5000/x:1",
        "vllm/vllm-openai:v0.11.0",
        "nginx:1.27",
        "oci://ghcr.io/acme/model:1",
        "https://models.acme.com/fraud.onnx",
        "s3://bucket/key",
    ],
)
def test_what_names_a_version_is_a_reference(tmp_path: Path, subject: str) -> None:
    report, asked = run(tmp_path, subject)
    assert asked == [subject]
    assert report == Report(subject, DIGEST, f"{subject}@{DIGEST}")


@pytest.mark.parametrize(
    "subject",
    [
        "model.onnx",
        "models/fraud.onnx",
        "./nginx:1.27",
        "/nginx:1.27",
        "../x:1",
        "..",
        "~/x:1",
        "Nginx:1.27",
        "ghcr.io/acme/x",
        "",
    ],
)
def test_a_mistyped_path_asks_no_registry(tmp_path: Path, subject: str) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    if subject in {"..", ""}:
        with pytest.raises(InputError, match="holds no files"):
            run(folder, subject)
        return
    with pytest.raises(InputError, match="neither a file or folder here nor an image"):
        run(folder, subject)
