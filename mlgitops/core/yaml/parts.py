"""Reads documents that have parts in common: one service in several environments, most of it its release.

A text whose lines at the margin are keys of one mapping says no more than these keys with what is indented below each.
What was read below one of them is the same object in every document that says it in the same words. Any other text,
and whatever is wrong, is read by `mlgitops.core.yaml.read` as a whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.yaml.build import build
from mlgitops.core.yaml.limits import DOCUMENT
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_MARGIN = re.compile(r"\n(?=[^ \n#])(?:([A-Za-z]+):(?=[ \n]))?")
"""A line that is neither indented nor empty nor a comment, and the key that it is, if it is a plain one."""
_LONGEST = 20_000
"""Characters of a text that is read in parts: of so few, no bound on a whole document is reached."""
_KEPT = 512

_known: dict[str, dict[str, Any]] = {}


def load_shared(data: bytes, path: str) -> Any:
    """As `mlgitops.core.yaml.read.load`; what is below a key may be part of other results, too, and is not changed.

    Raises:
        InputError: As `load`.
    """
    try:
        whole: dict[str, Any] = {}
        for part in _parts(data):
            whole |= _known[part] if part in _known else _read(part, path)
    except (InputError, _IndivisibleError):
        return load(data, path)
    return whole


class _IndivisibleError(Exception):
    """A text is not read in parts."""


def _parts(data: bytes) -> Iterator[str]:
    """The lines of each key at the margin, from it to the next."""
    if len(data) > _LONGEST or not data.isascii() or b"\r" in data or b"*" in data:
        raise _IndivisibleError  # line breaks of other kinds; aliases, which reach from one part into another
    text = "\n" + data.decode()
    found = list(_AT_MARGIN.finditer(text))
    names = {match[1] for match in found}
    if not found or None in names or len(names) < len(found) or not _says_nothing(text[: found[0].start()]):
        raise _IndivisibleError
    starts = [match.start() + 1 for match in found]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end]


def _says_nothing(text: str) -> bool:
    """Whether a text is empty but for comments."""
    return all(not line or line.startswith("#") for line in map(str.strip, text.split("\n")))


def _read(part: str, path: str) -> dict[str, Any]:
    """What one part says: a mapping of one key."""
    if len(_known) >= _KEPT:
        _known.clear()
    found: dict[str, Any]
    ((found,), _) = build(part, path, DOCUMENT)
    _known[part] = found
    return found
