"""Bytes in texts: data URIs (RFC 2397), and Base64 in one piece or wrapped into lines, longer than keys are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_TYPES = ("application", "audio", "font", "image", "model", "text", "video")
_DATA_URI = re.compile(
    f"(?:^|[^A-Za-z0-9_-])data:(?:[A-Za-z0-9!#$%&'*+./;=^_-]*;base64,|(?:{'|'.join(_TYPES)})/[A-Za-z0-9.+-]+[;,])",
    re.IGNORECASE,
)
_RUN_LENGTH = 512
_RUN = re.compile(f"(?<![A-Za-z0-9+/_.:-])[A-Za-z0-9+/_-]{{{_RUN_LENGTH},}}")
_LINE_LENGTH = 60
_LINE_COUNT = 8
WHOLE_COUNT = _LINE_COUNT - 2
"""Words, each nothing but a line of Base64, that bytes wrapped into lines have at least: others stand beside quotes."""
_LINE = f"[A-Za-z0-9+/_-]{{{_LINE_LENGTH},}}"
_WHOLE = re.compile(_LINE)
_LINES = re.compile(f"(?<![A-Za-z0-9+/_-])(?:{_LINE}[\r\n ]{{1,2}} *){{{_LINE_COUNT}}}")


def may_be_in(text: str) -> bool:
    """Whether a file may hold bytes: False only where `found` finds none in any of its strings. Quick."""
    return bool(suspects(text.split())) or are_together(text)


def suspects(words: Collection[str]) -> set[str]:
    """Those of some words, what stands between spaces and ends of lines, that may be bytes by themselves."""
    suspected = {word for word in words if len(word) >= _RUN_LENGTH}
    if "data:" in " ".join(words).lower():
        suspected |= {word for word in words if _is_uri(word.lower())}
    return suspected


def _is_uri(lower: str) -> bool:
    return "data:" in lower and (";base64," in lower or any(f"data:{kind}/" in lower for kind in _TYPES))


def whole_lines(words: Collection[str]) -> set[str]:
    """Those of some words that may be one line of bytes that are wrapped into several."""
    return {word for word in words if len(word) >= _LINE_LENGTH and _WHOLE.fullmatch(word)}


def are_together(text: str) -> bool:
    """Whether as many long words stand one after the other as bytes need that are wrapped into lines."""
    if len(text) < _LINE_COUNT * _LINE_LENGTH:
        return False
    together = 0
    for length in map(len, text.split()):
        together = together + 1 if length >= _LINE_LENGTH else 0
        if together >= _LINE_COUNT:
            return True
    return False


def found(text: str) -> bool:
    """Whether a string holds bytes; certificates and keys in PEM are none."""
    if "-----BEGIN " in text:
        return False
    return bool(_DATA_URI.search(text) or _RUN.search(text) or _LINES.search(text))
