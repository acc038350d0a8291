from __future__ import annotations

import io
import json
import pickle
import zipfile

import pytest

from mlgitops.core.binaries import LARGE, SMALL, is_plain, kind

SAFETENSORS = (header := json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()) and (
    len(header).to_bytes(8, "little") + header + bytes(4)
)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 1405091840\n"


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", bytes(SMALL))
    return buffer.getvalue()


def found(path: str, data: bytes) -> str | None:
    return kind(path, len(data), data[:512])


@pytest.mark.parametrize(
    ("path", "data", "what"),
    [
        ("model.safetensors", SAFETENSORS, "a file of weights"),
        ("model", SAFETENSORS, "a file of safetensors weights"),
        ("model.PT", bytes(10), "a file of weights"),
        ("model", zipped(), "a zip archive, as PyTorch writes"),
        ("model", b"\x89HDF\r\n\x1a\n", "HDF5 data"),
        ("data.tar", bytes(SMALL + 1), "an archive"),
        ("data.Parquet", b"PAR1" + bytes(SMALL), "a file of data"),
        ("notes", b"a" * (LARGE + 1), "a file"),
        ("notes.bin", b"a" * (LARGE + 1), "a file of weights"),
        *(("model", pickle.dumps({"w": [1.0]}, protocol), "a pickle") for protocol in (2, 3, 4, 5)),
        *(("model", pickle.dumps([1.0], protocol), "a pickle") for protocol in (2, 3, 4, 5)),
        *(("model", pickle.dumps(SystemExit(), protocol), "a pickle") for protocol in (2, 3, 4, 5)),
    ],
)
def test_binaries_are_found(path: str, data: bytes, what: str) -> None:
    assert found(path, data) == what


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("model.safetensors", POINTER),
        ("weights.bin", "ein Text über Gewichte".encode()),
        ("weights.bin", ("a" * 511 + "ü" + "b").encode()),
        ("rows.parquet", b"PAR1" + bytes(100)),
        ("fixtures.zip", b"PK\x03\x04" + bytes(100)),
        ("LICENSE", b"a text"),
        ("empty.pt", b""),
        ("a", bytes(8) + b"{"[:0]),
        ("short", b"12345678{"),
    ],
)
def test_others_are_let_be(path: str, data: bytes) -> None:
    assert found(path, data) is None


def test_texts_are_known_by_name_and_size() -> None:
    assert is_plain("README.MD", LARGE)
    assert not is_plain("README.md", LARGE + 1)
    assert not is_plain("model", 1)
