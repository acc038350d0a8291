"""Reads YAML: libyaml's events, one pass, and the project's own rules.

- UTF-8 only; a byte order mark at the start is passed over; CRLF and CR are LF.
- Plain scalars by the core schema of YAML 1.2; a date is a string.
- Refused: a key that stands twice or is no string, tags, directives, merge keys, infinities and NaN, control and
  bidirectional formatting characters written as they are (`mlgitops.core.yaml.characters`).
- Manifests that people wrote are read as kubectl does (`KUBECTL`): other scalars, keys that become strings, merge keys.
- Anchors and aliases are copied out, so no two places of a result are one object.
- Bounded by `mlgitops.core.yaml.limits`, in the events, before anything is built: a composer that builds nodes by
  recursion in C ends the process at 60 kB of `- - - …`.

Each violation is one `InputError` with path, line, column and what to do.
"""

from __future__ import annotations

from typing import Any

from mlgitops.core.yaml.build import UNRESOLVED, Scalar, build
from mlgitops.core.yaml.characters import RAW
from mlgitops.core.yaml.limits import DOCUMENT, Limits
from mlgitops.core.yaml.positions import Positions, positions
from mlgitops.core.yaml.scalars import CORE, KUBECTL, Reader
from mlgitops.errors import InputError

__all__ = [
    "KUBECTL",
    "UNRESOLVED",
    "Json",
    "Positions",
    "Scalar",
    "load",
    "load_all",
    "load_marked",
    "load_text",
    "locate",
]

Json = Any
"""dict[str, Json] | list[Json] | str | int | float | bool | None, of exactly these types."""


def load(data: bytes, path: str, limits: Limits = DOCUMENT) -> Json:
    """The value of a file that holds exactly one document.

    Args:
        data: The bytes of the file.
        path: What to call it in errors.
        limits: Bounds on its size.

    Raises:
        InputError: It breaks a rule of this module, is empty or holds several documents.
    """
    documents, starts = _read(decode(data, path, limits), path, limits)
    if len(documents) > 1:
        raise InputError(
            "a second document starts here, where one is expected",
            hint="Remove the line `---`, or move what follows into a file of its own.",
            path=path,
            line=starts[1],
            column=1,
        )
    if not documents or documents[0] is None:
        raise InputError("the document is empty", hint="Write it, or remove the file.", path=path, line=1, column=1)
    return documents[0]


def load_all(data: bytes, path: str, limits: Limits = DOCUMENT, reader: Reader = CORE) -> list[Json]:
    """The values of all documents of a file; empty ones are dropped.

    Args:
        data: The bytes of the file.
        path: What to call it in errors.
        limits: Bounds on its size.
        reader: How plain scalars, and keys, are read: `KUBECTL` for manifests that people wrote.

    Raises:
        InputError: The file breaks a rule of this module.
    """
    return load_text(decode(data, path, limits), path, limits, reader)


def load_text(text: str, path: str, limits: Limits = DOCUMENT, reader: Reader = CORE) -> list[Json]:
    """The values of all documents of a decoded text, by the same rules; private-use characters are like letters.

    Raises:
        InputError: The text breaks a rule of this module.
    """
    return [document for document in _read(text, path, limits, reader=reader)[0] if document is not None]


def load_marked(text: str, path: str, scalar: Scalar, limits: Limits = DOCUMENT) -> list[Json]:
    """As `load_text`, but `scalar` is asked first what each scalar, keys too, stands for.

    Args:
        text: The documents.
        path: What to call them in errors.
        scalar: Given the text of a scalar and whether it is plain, answers its value, hashable for a key, or
            `UNRESOLVED` to leave it to the rules of this module.
        limits: Bounds on their size.

    Raises:
        InputError: The text breaks a rule of this module.
    """
    return [document for document in _read(text, path, limits, scalar)[0] if document is not None]


def locate(data: bytes, path: str, document: int = 0, limits: Limits = DOCUMENT, reader: Reader = CORE) -> Positions:
    """Where each value and key of one document of a file stands; for messages, it reads the file once more.

    Args:
        data: The bytes of the file.
        path: What to call it in errors.
        document: Index of the document in what `load_all` answers.
        limits: Bounds on its size.
        reader: How plain scalars are read.

    Raises:
        InputError: The file breaks a rule of this module.
    """
    text = decode(data, path, limits)
    _read(text, path, limits, reader=reader)
    return positions(text, document)


def decode(data: bytes, path: str, limits: Limits = DOCUMENT) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        InputError: It is too large or not UTF-8.
    """
    if len(data) > limits.size:
        raise _too_large(len(data), path, limits)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError("the file is UTF-16", hint="Save it as UTF-8.", path=path, line=1, column=1) from None
        from mlgitops.core.yaml import faults

        before = data[: error.start].decode()
        line, column = faults.place(before, len(before))
        raise InputError(
            f"byte 0x{data[error.start]:02x} is no UTF-8",
            hint="Save the file as UTF-8.",
            path=path,
            line=line,
            column=column,
        ) from None
    return text.removeprefix("\ufeff")


def _too_large(size: int, path: str, limits: Limits) -> InputError:
    return InputError(
        f"{size:,} bytes are more than the {limits.size:,} that are read of a YAML file",
        hint="Split it, or keep data out of it.",
        path=path,
    )


def _read(
    text: str, path: str, limits: Limits, ask: Scalar | None = None, reader: Reader = CORE
) -> tuple[list[Json], list[int]]:
    if len(text) > limits.size:
        raise _too_large(len(text), path, limits)
    if not text.isascii():  # libyaml itself refuses the ASCII ones
        found = RAW.search(text)
        if found is not None:
            from mlgitops.core.yaml import faults

            raise faults.character(text, found.start(), path)
    return build(text, path, limits, ask, reader)
