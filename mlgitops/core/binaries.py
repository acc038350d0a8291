"""Binaries: whether a file holds weights, data or an archive, by its name, its size and its first bytes.

First bytes are those that the formats' specifications give. An extension is no evidence alone: a text may be called
`notes.bin`, and weights `model`.
"""

from __future__ import annotations

LARGE = 5 * 1024 * 1024
"""Bytes; above it a file is no document, whatever it holds."""

SMALL = 128 * 1024
"""Bytes; archives and tables up to it, those of tests say, harm nobody."""

_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_SIZE = 1024  # bytes; Git LFS refuses longer ones

_WEIGHTS = (
    ".safetensors", ".onnx", ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".pb", ".tflite", ".gguf", ".ggml",
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".mlmodel", ".engine", ".plan", ".ubj", ".msgpack", ".bin",
)  # fmt: skip
_DATA = (".parquet", ".arrow", ".feather", ".tfrecord", ".avro", ".orc", ".sqlite", ".db")
_ARCHIVES = (".tar", ".tgz", ".tar.gz", ".zip", ".7z", ".whl", ".zst")
_TEXTS = (
    ".yaml", ".yml", ".json", ".j2", ".md", ".txt", ".toml", ".py", ".sh", ".cfg", ".ini", ".csv", ".svg", ".html",
    ".lock", ".gitignore", ".gitattributes", ".editorconfig", ".tf", ".hcl",
)  # fmt: skip

_PICKLES = [(2, b"}"), (2, b"]"), (2, b"c"), (3, b"}"), (3, b"]"), (3, b"c"), (4, b"\x95"), (5, b"\x95")]
_WEIGHTS_MAGIC = (
    (b"\x89HDF\r\n\x1a\n", "HDF5 data"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"GGUF", "GGUF weights"),
    *((bytes((0x80, protocol)) + mark, "a pickle") for protocol, mark in _PICKLES),
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
_SAFETENSORS = 9  # bytes: the header's length, little-endian, and its opening brace
_CHARACTER = 4  # bytes of the longest UTF-8 character, which may be cut


def is_plain(path: str, size: int) -> bool:
    """Whether name and size say that a file is a text, so that nobody need look into it."""
    return size <= LARGE and path.lower().endswith(_TEXTS)


def kind(path: str, size: int, head: bytes) -> str | None:
    """What kind of binary a file is, in words, or None.

    Args:
        path: Its path.
        size: Its size in bytes.
        head: Its first bytes.
    """
    name = path.lower()
    if size <= _POINTER_SIZE and head.startswith(_POINTER):
        return None
    if name.endswith(_WEIGHTS) and _is_binary(head, size):
        return "a file of weights"
    found = _begins(_WEIGHTS_MAGIC, head) or _safetensors(head, size)
    if found or size <= SMALL:
        return found
    if name.endswith((*_DATA, *_ARCHIVES)) and _is_binary(head, size):
        return "a file of data" if name.endswith(_DATA) else "an archive"
    return _begins(_MAGIC, head) or ("a file" if size > LARGE else None)


def _begins(magic: tuple[tuple[bytes, str], ...], head: bytes) -> str | None:
    return next((what for first, what in magic if head.startswith(first)), None)


def _safetensors(head: bytes, size: int) -> str | None:
    fits = head[_SAFETENSORS - 1 : _SAFETENSORS] == b"{" and int.from_bytes(head[:8], "little") < size
    return "a file of safetensors weights" if fits else None


def _is_binary(head: bytes, size: int) -> bool:
    if size > LARGE or b"\x00" in head:
        return True
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start <= len(head) - _CHARACTER
    return False
