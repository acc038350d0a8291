r"""Digests: what names a release, a model, a folder of data.

Canonical JSON follows RFC 8785 (JSON Canonicalization Scheme); the digest of a folder is what anyone can repeat with
coreutils: `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum`.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 7493, section 2.2)."""

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
    return f"sha256:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def file_digest(chunks: Iterable[bytes]) -> str:
    """`sha256:<64 hex>` of a file's bytes, given in any portions."""
    state = hashlib.sha256()
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
    state = hashlib.sha256()
    for path, hexadecimal in lines:
        state.update(_sum_line(path, hexadecimal))
    return f"sha256:{state.hexdigest()}"


def _sum_line(path: bytes, hexadecimal: str) -> bytes:
    """One line of `sha256sum`; it escapes backslash, newline and carriage return and then marks the line."""
    escaped = path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != path else b""
    return mark + hexadecimal.encode() + b"  " + escaped + b"\n"


def canonical_json(value: Any) -> bytes:
    """The one JSON text of `value`, UTF-8, as RFC 8785 has it.

    Args:
        value: JSON-like data: dict with string keys, list, tuple, str, int, float, bool, None.

    Raises:
        InputError: An integer beyond 2^53 - 1, a float that is not finite, text that is not Unicode (a lone
            surrogate), a key that is not a string or a value of another type.
    """
    if _is_plain(value):
        text = _dump_plain(value)
    else:
        parts: list[str] = []
        _write(value, parts)
        text = "".join(parts)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InputError("text holds a lone surrogate: it is not Unicode and has no digest") from None


_dump_plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_quote = json.JSONEncoder(ensure_ascii=False).encode


def _is_plain(value: Any) -> bool:
    """Whether the standard library writes `value` as RFC 8785 demands.

    It does where there is no float, every integer is small and every key is ASCII: it sorts by code points, RFC 8785
    by UTF-16 units, and these part for characters beyond U+FFFF only.
    """
    stack = [value]
    for item in stack:
        kind = type(item)
        if kind is str or kind is bool or item is None:
            continue
        if kind is dict:
            if not all(type(key) is str and key.isascii() for key in item):
                return False
            stack.extend(item.values())
        elif kind is list:
            stack.extend(item)
        elif kind is not int or not -MAX_INTEGER <= item <= MAX_INTEGER:
            return False
    return True


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(_quote(value))
    elif value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise InputError(f"the integer {value} is beyond 2^53 - 1: not every reader keeps it", hint="Quote it.")
        parts.append(str(value))
    elif isinstance(value, float):
        parts.append(_number(value))
    elif isinstance(value, dict):
        _write_object(value, parts)
    elif isinstance(value, list | tuple):
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, parts)
        parts.append("]")
    else:
        raise InputError(f"a value of type {type(value).__name__} is not JSON")


def _write_object(value: dict[Any, Any], parts: list[str]) -> None:
    for key in value:
        if not isinstance(key, str):
            raise InputError(f"the key {key!r} is not a string", hint="Quote it.")
    parts.append("{")
    for index, key in enumerate(sorted(value, key=_utf16)):
        parts.append(f"{',' if index else ''}{_quote(key)}:")
        _write(value[key], parts)
    parts.append("}")


def _utf16(key: str) -> bytes:
    """Sorts as UTF-16 code units do."""
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """A float as ECMAScript's `Number::toString` writes it, which RFC 8785 section 3.2.2.3 prescribes.

    Python's `repr` gives the same shortest digits; only their layout differs.
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 (only NaN differs from itself)
        raise InputError(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _layout(digits, point)


def _layout(digits: str, point: int) -> str:
    """Digits with the decimal point after `point` of them; exponents from 1e21 up and from 1e-7 down."""
    if len(digits) <= point <= 21:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004 (ECMA-262, Number::toString)
        return "0." + "0" * -point + digits
    head, tail = digits[0], digits[1:]
    return f"{head}{'.' if tail else ''}{tail}e{point - 1:+d}"
