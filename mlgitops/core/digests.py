r"""Digests: what names a release, a model, a folder of data.

A document's digest is over its canonical JSON (`mlgitops.core.canonical`). A folder's digest can be repeated with
coreutils: `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.canonical import canonical_json
from mlgitops.core.repeated import TOGETHER, kept
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SYNTAX = re.compile("(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128})")
_SHORT = 12


class Digest(NamedTuple):
    """A digest taken apart.

    Attributes:
        algorithm: `sha256` or `sha512`.
        hex: 64 or 128 lowercase hexadecimal digits.
    """

    algorithm: str
    hex: str

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


def parse_digest(text: str) -> Digest:
    """Read `sha256:<64 hex>` or `sha512:<128 hex>`, the registered algorithms of the OCI image specification.

    Raises:
        InputError: `text` is none of them.
    """
    match = _SYNTAX.fullmatch(text)
    if match is None:
        raise InputError(
            f'"{text[:80]}" is not a digest',
            hint="Write sha256: and 64 lowercase hexadecimal digits; `mlgitops digest PATH` computes one.",
        )
    return Digest(match[1] or match[3], match[2] or match[4])


def is_digest(text: str) -> bool:
    """Whether `text` is a digest that `parse_digest` reads."""
    return _SYNTAX.fullmatch(text) is not None


def short(digest: str, length: int = _SHORT) -> str:
    """The first `length` hexadecimal digits of a digest, for people, branches and file names."""
    return digest.partition(":")[2][:length]


def digest(value: Any) -> str:
    """`sha256:<64 hex>` of the canonical JSON of `value`.

    Raises:
        InputError: As for `canonical_json`.
    """
    state = _sha256()
    state.update(canonical_json(value))
    return f"sha256:{state.hexdigest()}"


def of_release(release: Mapping[str, Any]) -> str:
    """The digest of a release's block as written; asked for again and again of the same one.

    Raises:
        InputError: As for `canonical_json`.
    """
    (found,) = _of_release(release)
    return found


@kept(TOGETHER)
def _of_release(release: Mapping[str, Any]) -> list[str]:
    return [digest(release)]


def file_digest(chunks: Iterable[bytes]) -> str:
    """`sha256:<64 hex>` of a file's bytes, given in any portions."""
    state = _sha256()
    for chunk in chunks:
        state.update(chunk)
    return f"sha256:{state.hexdigest()}"


def folder_digest(entries: Iterable[tuple[str, str]]) -> str:
    """`sha256:<64 hex>` of what `sha256sum` prints for a folder's files in byte order of their relative paths.

    Args:
        entries: For each file its path relative to the folder (POSIX separators, bytes that are not UTF-8 as
            surrogate escapes) and the 64 hexadecimal digits of its SHA-256.

    Raises:
        InputError: There is no file.
    """
    lines = sorted((path.encode("utf-8", "surrogateescape"), hexadecimal) for path, hexadecimal in entries)
    if not lines:
        raise InputError("a folder without files has no digest", hint="Name the folder that holds the files.")
    state = _sha256()
    for path, hexadecimal in lines:
        state.update(_sum_line(path, hexadecimal))
    return f"sha256:{state.hexdigest()}"


def _sha256() -> Any:
    import hashlib  # 3 ms that many runs need not

    return hashlib.sha256()


def _sum_line(path: bytes, hexadecimal: str) -> bytes:
    """One line of `sha256sum`; it escapes backslash, newline and carriage return and then marks the line."""
    escaped = path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != path else b""
    return mark + hexadecimal.encode() + b"  " + escaped + b"\n"
