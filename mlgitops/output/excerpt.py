"""The source line under a finding, with a caret where it is."""

from __future__ import annotations

import unicodedata

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean, styled

_WIDEST = 100  # characters of a source line that are shown
_BEFORE = 60  # of them, left of the caret, in a line that is longer
_WINDOW = 8192  # characters on each side of the place that are looked through for secrets


def excerpt(line: str, number: int, column: int, *, indent: int, color: bool) -> str:
    """Two lines: the source line after its number, and a caret under its column; only the first for column 0.

    Args:
        line: The source line, as it stands in the file.
        number: Its number.
        column: Counted in characters from 1, as YAML readers count.
        indent: Spaces before both lines.
        color: Whether to colour them.

    A long line is cut on both sides. What could steer a terminal or is secret is shown escaped or masked; where that
    changes what stands before the caret, the caret moves with it.
    """
    start = max(0, column - _WINDOW)
    line, column = line[start : column + _WINDOW], max(column - start, min(column, 1))
    shown, before = _shown(line.rstrip()), _shown(line[: max(column, 1) - 1])
    caret = len(before) if shown.startswith(before) else 0  # a mask may span the place: point to nothing wrong
    if width(shown) > _WIDEST:
        shown, caret = _cut(shown, caret)
    gutter = f"{number} | "
    numbered = styled(gutter, "dim", color=color)
    first = f"{'':{indent}}{numbered}{shown}\n"
    if not column:
        return first
    below = f"{'':{indent + len(gutter) - 2}}{styled('|', 'dim', color=color)} "
    mark = styled("^", "bold", "red", color=color)
    return f"{first}{below}{'':{width(shown[:caret])}}{mark}\n"


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: two for East Asian wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _shown(text: str) -> str:
    return clean(redact(text.replace("\t", " ")))


def _cut(shown: str, caret: int) -> tuple[str, int]:
    """The part of a long line around the caret, and the caret's place in it."""
    start = max(0, caret - _BEFORE)
    part = shown[start : start + _WIDEST]
    if start + _WIDEST < len(shown):
        part = f"{part}…"
    return (f"…{part}", caret - start + 1) if start else (part, caret)
