"""Bytes in texts: data URIs (RFC 2397), and Base64 in one piece or wrapped into lines, longer than keys are."""

from __future__ import annotations

import re

_TYPES = ("application", "audio", "font", "image", "model", "text", "video")
_DATA_URI = re.compile(
    f"(?:^|[^A-Za-z0-9_-])data:(?:[A-Za-z0-9!#$%&'*+./;=^_-]*;base64,|(?:{'|'.join(_TYPES)})/[A-Za-z0-9.+-]+[;,])",
    re.IGNORECASE,
)
_RUN_LENGTH = 512
_RUN = re.compile(f"(?<![A-Za-z0-9+/_.:-])[A-Za-z0-9+/_-]{{{_RUN_LENGTH},}}")
_LINE_LENGTH = 60
_LINE_COUNT = 8
_LINES = re.compile(f"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{{{_LINE_LENGTH},}}[\r\n ]{{1,2}} *){{{_LINE_COUNT}}}")


def may_be_in(text: str) -> bool:
    """Whether a file may hold bytes: False only where `found` finds none in any of its strings. Quick."""
    long = [length for length in map(len, text.split()) if length >= _LINE_LENGTH]
    if len(long) >= _LINE_COUNT or (long and max(long) >= _RUN_LENGTH):
        return True
    lower = text.lower()
    return "data:" in lower and (";base64," in lower or any(f"data:{kind}/" in lower for kind in _TYPES))


def found(text: str) -> bool:
    """Whether a string holds bytes; certificates and keys in PEM are none."""
    if "-----BEGIN " in text:
        return False
    return bool(_DATA_URI.search(text) or _RUN.search(text) or _LINES.search(text))
