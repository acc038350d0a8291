"""Markdown in which no value can be anything but a value: no mention, link, table cell or mark of its own."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from mlgitops.core.canonical import canonical_json
from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPECIAL = re.compile(r"([\\`*\[\]<>#|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")  # within a word `_` means nothing
_LINKED = re.compile(r"(?<=@)|(?<=#)(?=[0-9])|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-[0-9])", re.IGNORECASE)
"""Where forges would see a mention, an issue or an address: an invisible character goes there."""

_APART = "\u200b"
_TICKS = re.compile("`+")
_DIGEST = re.compile("(sha256:[0-9a-f]{12})[0-9a-f]{52}")
NONE = "—"
"""What stands where there is nothing."""

_LONGEST = 300
"""Characters of one value that a table shows."""


def words(text: str) -> str:
    """Text on one line, with nothing in it that Markdown or a forge would act upon."""
    shown = _line(text)
    return _SPECIAL.sub(r"\\\1", _LINKED.sub(_APART, shown)).replace("&", "&amp;")


def value(found: Any) -> str:
    """A value as code, digests shortened; a dash for none."""
    if found is None:
        return NONE
    text = found if isinstance(found, str) else canonical_json(found).decode()
    return code(_DIGEST.sub(r"\1…", text))


def code(text: str) -> str:
    """Text as code on one line, whatever stands in it, also in a cell of a table."""
    shown = _line(text)
    if not shown.strip():
        return "` `"
    ticks = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    parted = re.sub(r"\\(?=\|)", rf"\\{_APART}", shown)  # GitHub would take `\\|` for a backslash and a new cell
    return f"{ticks}{pad}{parted}{pad}{ticks}".replace("|", "\\|")


def fence(text: str, language: str) -> str:
    """A block of code that nothing in it can end."""
    inside = clean(redact(text))
    ticks = "`" * max(3, max(map(len, _TICKS.findall(inside)), default=0) + 1)
    return f"{ticks}{language}\n{inside.rstrip()}\n{ticks}\n"


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def details(summary: str, inside: str) -> str:
    """What is folded away until somebody asks for it."""
    return f"<details><summary>{escape(_line(summary))}</summary>\n\n{inside.rstrip()}\n\n</details>\n"


def _line(text: str) -> str:
    shown = " ".join(clean(redact(text)).split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
