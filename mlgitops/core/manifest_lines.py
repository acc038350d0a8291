"""Lines of manifests: whether a file may hold what nobody should write into it.

Thousands of manifests have few lines that are not alike, and few words in these: each is looked at once. What a file
may hold is looked for in its strings; what it cannot hold is not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import inline_bytes, secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET, _BYTES, _LONG, _SEVERAL, _NEW = 1, 2, 4, 8, 16
_KEPT = 20_000
"""Lines that are kept, and words, each no longer than `_KEPT_LENGTH`."""
_KEPT_LENGTH = 400

_lines: dict[str, int] = {}
"""What a line may hold, bit by bit; `_LONG` is a word of which many together may be bytes, `_SEVERAL` are two."""
_words: dict[str, int] = {}
"""The same of words."""


class Held(NamedTuple):
    """What a file may hold; False only where nothing of it is in any of its strings.

    Attributes:
        secret: A secret, by `core.secrets`.
        data: Bytes, by `core.inline_bytes`.
    """

    secret: bool
    data: bool


@lru_cache(maxsize=1)
def held(text: str) -> Held:
    """What a YAML file may hold."""
    if "\\" in text:  # an escape: a word is not what its string is
        return Held(secrets.may_be_in(text), inline_bytes.may_be_in(text))
    lines = text.split("\n")
    marks = [_lines.get(line, _NEW) for line in lines]
    if _NEW in marks:
        fresh = _kept(_lines, _marked([line for line, mark in zip(lines, marks, strict=True) if mark == _NEW]))
        marks = [fresh[line] if mark == _NEW else mark for line, mark in zip(lines, marks, strict=True)]
    bits = 0
    for mark in set(marks):
        bits |= mark
    wrapped = bits & _LONG and sum(bool(mark & _LONG) for mark in marks) >= inline_bytes.LINE_COUNT
    together = (wrapped or bits & _SEVERAL) and inline_bytes.are_together(text)
    return Held(bool(bits & _SECRET), bool(bits & _BYTES or together))


def _marked(lines: list[str]) -> dict[str, int]:
    """What each line may hold."""
    words = set("\n".join(lines).split())
    fresh = [word for word in words if word not in _words]
    risky = {word: _words[word] for word in words.difference(fresh) if _words[word]}
    if fresh:
        risky |= {word: mark for word, mark in _kept(_words, _judged(fresh)).items() if mark}
    marks = dict.fromkeys(lines, 0)
    for line in lines if risky else ():
        for word in line.split():
            mark = risky.get(word, 0)
            marks[line] |= mark | (_SEVERAL if mark & marks[line] & _LONG else 0)
    return marks


def _judged(words: list[str]) -> dict[str, int]:
    """What each word may hold."""
    suspected = secrets.suspects(words)
    return {
        word: _SECRET * (word in suspected)
        | _BYTES * inline_bytes.may_be_in_word(word)
        | _LONG * inline_bytes.is_long(word)
        for word in words
    }


def _kept(known: dict[str, int], marks: Mapping[str, int]) -> Mapping[str, int]:
    if len(known) + len(marks) > _KEPT:
        known.clear()
    known.update((text, mark) for text, mark in marks.items() if len(text) <= _KEPT_LENGTH)
    return marks
