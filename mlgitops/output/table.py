"""Tables: drawn by rich on a terminal, aligned plain text where somebody pipes it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from mlgitops.core.redaction import redact
from mlgitops.output.excerpt import width
from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = 2  # spaces between columns
_WIDEST = 120  # columns that a column is padded to where it is piped: a sentence has as many
_NARROWEST = 20  # columns of a terminal that the widest column may be folded into, so that the others are not

_DIGEST = re.compile("(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, drawn: bool, color: bool = False) -> str:
    """The rows below their headers.

    Args:
        headers: Names of the columns.
        rows: Texts of the cells; the first column is what each row is about.
        drawn: Whether it is for a terminal: as wide as it is, digests shortened; where columns would be too narrow to
            be read, the cells of a row stand below its first, which rows that have the same share. Else each row is
            one line, columns are parted by two spaces or more, and nothing is cut; what is wider than a sentence
            moves no other row.
        color: Whether to colour it.
    """
    cells = [[_cell(cell) for cell in row] for row in rows]
    return _drawn(headers, cells, color=color) if drawn else _plain(headers, cells)


def _cell(text: str) -> str:
    return clean(redact(text)).replace("\n", "\\n").replace("\t", "\\t")


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [[header.upper() for header in headers], *rows]
    widths = [min(max(width(line[column]) for line in lines), _WIDEST) for column in range(len(headers))]
    return "".join(
        "".join(
            cell + " " * (max(wide - width(cell), 0) + _GAP) for cell, wide in zip(line, widths, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def _drawn(headers: Sequence[str], rows: Sequence[Sequence[str]], *, color: bool) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from mlgitops.output.stacked import stack

    rows = [[_DIGEST.sub(r"\1…", cell) for cell in row] for row in rows]
    console = Console(file=sys.stdout, color_system="auto" if color else None, highlight=False, markup=False)
    widths = [max(map(width, column)) for column in zip(headers, *rows, strict=True)]
    widest = widths.index(max(widths))
    room = console.width - sum(widths) - _GAP * len(widths) + widths[widest]
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, header in enumerate(headers):
        drawn.add_column(header, style="cyan" if number == 0 else "", overflow="fold", no_wrap=number != widest)
    for row in rows:
        drawn.add_row(*map(Text, row))
    with console.capture() as captured:
        if room < min(_NARROWEST, widths[widest]):
            stack(console, headers, rows)
        else:
            console.print(drawn)
    return captured.get()
