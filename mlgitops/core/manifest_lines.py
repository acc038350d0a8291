"""Lines of manifests: whether a file may hold what nobody should write into it.

Thousands of manifests have few lines that are not alike, and few words in these: each is looked at once. What a file
may hold is looked for in its strings; what it cannot hold is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import inline_bytes, secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

_SECRET, _BYTES, _LONG, _SEVERAL = 1, 2, 4, 8
"""What a text may hold, bit by bit; `_LONG` is a word of which many together may be bytes, `_SEVERAL` are two."""
_KEPT = 4_000
"""Texts that are kept, each no longer than `_KEPT_LENGTH`."""
_KEPT_LENGTH = 400

Marks = dict[str, int]
"""Texts that may hold something, and what; others hold nothing."""


class Held(NamedTuple):
    """What a file may hold; False only where nothing of it is in any of its strings.

    Attributes:
        secret: A secret, by `core.secrets`.
        data: Bytes, by `core.inline_bytes`.
    """

    secret: bool
    data: bool


NOTHING = Held(secret=False, data=False)


def may_be_among(strings: Collection[str]) -> bool:
    """Whether what nobody should write may be in one of some strings, or be named by one, keys among them."""
    marks = _words.of(set("\n".join(strings).split()), _in_words).values()
    return any(mark != _LONG for mark in marks) or any(map(inline_bytes.are_together, strings))


def held(files: Sequence[bytes]) -> list[Held]:
    """What each of some YAML files may hold; those of one state have much in common."""
    texts = [data.decode(errors="replace") for data in files]
    parts = [text.split("\n") for text in texts]
    marks = _lines.of(set().union(*parts), _in_lines)
    if not marks and not any("\\" in text for text in texts):
        return [NOTHING] * len(texts)
    return [_held(text, lines, marks) for text, lines in zip(texts, parts, strict=True)]


def _held(text: str, lines: Sequence[str], marks: Marks) -> Held:
    if "\\" in text:  # an escape: a word is not what its string is
        return Held(secrets.may_be_in(text), inline_bytes.may_be_in(text))
    found = [marks[line] for line in filter(marks.__contains__, lines)]
    bits = _joined(found)
    long = sum(mark & _LONG for mark in found) // _LONG
    wrapped = (bits & _SEVERAL or long >= inline_bytes.WHOLE_COUNT) and inline_bytes.are_together(text)
    return Held(bool(bits & _SECRET), bool(bits & _BYTES or wrapped))


def _joined(marks: Sequence[int]) -> int:
    bits = 0
    for mark in marks:
        bits |= mark
    return bits


class _Seen:
    """Texts that were judged before, as many as are kept."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._marks: Marks = {}

    def of(self, texts: set[str], judge: Callable[[set[str]], Marks]) -> Marks:
        """What texts may hold; `judge` is asked about those that were not seen."""
        fresh = texts.difference(self._texts)
        marks = {text: self._marks[text] for text in self._marks.keys() & texts}
        if fresh:
            found = judge(fresh)
            self._keep(fresh, found)
            marks |= found
        return marks

    def _keep(self, fresh: set[str], found: Mapping[str, int]) -> None:
        if len(self._texts) + len(fresh) > _KEPT:
            self._texts.clear()
            self._marks.clear()
        short = {text for text in fresh if len(text) <= _KEPT_LENGTH}
        self._texts |= short
        self._marks |= {text: mark for text, mark in found.items() if text in short}


_lines, _words = _Seen(), _Seen()


def _in_lines(lines: set[str]) -> Marks:
    words = _words.of(set("\n".join(lines).split()), _in_words)
    marks: Marks = {}
    for line in lines if words else ():
        parts = line.split()
        if not words.keys().isdisjoint(parts):
            found = [words[word] for word in parts if word in words]
            several = sum(mark & _LONG for mark in found) > _LONG
            marks[line] = _joined(found) | _SEVERAL * several
    return marks


def _in_words(words: set[str]) -> Marks:
    marks: Marks = {}
    for bit, judge in ((_SECRET, secrets.suspects), (_BYTES, inline_bytes.suspects), (_LONG, inline_bytes.whole_lines)):
        for word in judge(words):
            marks[word] = marks.get(word, 0) | bit
    return marks
