"""`committed-binary`: weights, archives and the like in Git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Finding
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_SIZE = 1024  # bytes; Git LFS refuses longer ones
_SMALL = 128 * 1024  # bytes; archives and tables up to it, those of tests say, harm nobody
_LARGE = 5 * 1024 * 1024  # bytes; above it a file is no document, whatever it holds

_WEIGHTS = (
    ".safetensors", ".onnx", ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".pb", ".tflite", ".gguf", ".ggml",
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".mlmodel", ".engine", ".plan", ".ubj", ".msgpack", ".bin",
)  # fmt: skip
_DATA = (".parquet", ".arrow", ".feather", ".tfrecord", ".avro", ".orc", ".sqlite", ".db")
_ARCHIVES = (".tar", ".tgz", ".tar.gz", ".zip", ".7z", ".whl", ".zst")

_WEIGHTS_MAGIC = (
    (b"\x89HDF\r\n\x1a\n", "HDF5 data"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"GGUF", "GGUF weights"),
)
_MAGIC = (
    (b"PAR1", "a Parquet table"),
    (b"PK\x03\x04", "a zip archive, as PyTorch writes"),
    (b"\x1f\x8b\x08", "gzipped data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_TEXTS = (
    ".yaml", ".yml", ".json", ".j2", ".md", ".txt", ".toml", ".py", ".sh", ".cfg", ".ini", ".csv", ".svg", ".html",
    ".lock", ".gitignore", ".gitattributes", ".editorconfig", ".tf", ".hcl",
)  # fmt: skip
_SAFETENSORS = 9  # bytes: the header's length, little-endian, and its opening brace


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find files that hold weights, data or archives, by their names, first bytes and sizes."""
    for path, size in case.sizes.items():
        what = _what(case, path, size)
        if what:
            yield Finding(path, 0, 0, "committed-binary", "error", f"{what} of {size:,} bytes stands in Git", "")


def _what(case: RepositoryCase, path: str, size: int) -> str | None:
    lower = path.lower()
    named = lower.endswith((*_WEIGHTS, *_DATA, *_ARCHIVES))
    if not named and size <= _LARGE and lower.endswith(_TEXTS):
        return None
    head = case.head(path)
    if size <= _POINTER_SIZE and head.startswith(_POINTER):
        return None
    if lower.endswith(_WEIGHTS) and _is_binary(head, size):
        return "a file of weights"
    if size <= _SMALL:
        return _weights(head, size)
    if named and _is_binary(head, size):
        return "a file of data" if lower.endswith(_DATA) else "an archive"
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    return _weights(head, size) or ("a file" if size > _LARGE else None)


def _weights(head: bytes, size: int) -> str | None:
    """What a file is that begins like weights."""
    for magic, what in _WEIGHTS_MAGIC:
        if head.startswith(magic):
            return what
    if head[8:_SAFETENSORS] == b"{" and 0 < int.from_bytes(head[:8], "little") < size:
        return "a file of safetensors weights"
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a pickle"
    return None


def _is_binary(head: bytes, size: int) -> bool:
    """Whether a file whose name says so does hold bytes: a text called `notes.bin` harms nobody."""
    if size > _LARGE or b"\x00" in head:
        return True
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start < len(head) - 3  # a character may be cut at the end
    return False


_FILL = "A" * _SMALL


def _file(path: str, content: str) -> str:
    return f'after: {{{path}: "{content}"}}'


RULE = Rule(
    id="committed-binary",
    title="weights, data or archives committed to Git",
    severity="error",
    why=(
        "Git keeps every version of every file in every clone for ever, and shows no difference between two models. "
        "Weights and data belong in a bucket or registry, where they are found by digest. Git LFS keeps a pointer "
        "instead of the file, which is fine. Archives and tables of up to 128 KiB are let be; "
        "files above 5 MiB are taken for data, whatever they hold."
    ),
    mend="Store it in a bucket or registry and name its address and digest; `git rm --cached` takes it out again.",
    bad=(
        _file("models/fraud.safetensors", r"\0\0\0\0\0\0\0\0"),
        _file("models/fraud.onnx", r"\x08\0\x12"),
        _file("models/weights", r"\x10\0\0\0\0\0\0\0{\"__metadata__\":{}}"),
        _file("models/weights", r"GGUF\x03"),
        _file("models/fraud", rf"\x7FELF{_FILL}"),
        _file("data/training.parquet", rf"PAR1\0{_FILL}"),
        _file("model.tar", rf"weights\0{_FILL}"),
    ),
    good=(
        """
after:
  models/fraud.safetensors: |
    version https://git-lfs.github.com/spec/v1
    oid sha256:DIGEST
    size 1405091840
""",
        _file("tests/data/rows.parquet", r"PAR1\0"),
        "after: {docs/notes.bin: a text}",
        "after: {README.md: 'weights.safetensors are elsewhere'}",
        "after: {LICENSE: a text without an ending}",
    ),
    judges="repository",
    check=check,
)
