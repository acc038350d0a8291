"""Tables on a terminal that is too narrow for their columns: what a row is about, and its cells in lines below that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlgitops.output.excerpt import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

_GAP = 2  # spaces between cells
_INDENT = 4  # of the cells
_DEEPER = 2  # more, for what does not fit into a row's first line


def stack(console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows; those that have the same first cell stand below it together."""
    room = console.width - _INDENT
    columns = list(zip(headers, *rows, strict=True))[1:]
    widest = [max(map(width, column)) for column in columns]
    widths = _worth([cells for _, *cells in rows], [wide if wide <= room // 2 else 0 for wide in widest], room)
    _print(console, headers, widths, "bold", "bold")
    above = ""
    for first, *cells in rows:
        _print(console, ["" if first == above else first, *cells], widths, "cyan", "")
        above = first or above


def _worth(rows: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> Sequence[int]:
    """The widths by which cells stand below one another; none where that would take half as many lines again."""
    none = [0] * len(widths)
    apart, close = (sum(len(_flowed(cells, wide, room)) for cells in rows) for wide in (widths, none))
    return widths if apart * 2 < close * 3 else none


def _print(console: Console, row: Sequence[str], widths: Sequence[int], above: str, style: str) -> None:
    first, *cells = row
    if first:
        console.print(Text(first, style=above), overflow="fold")
    for line in _folded(_flowed(cells, widths, console.width - _INDENT), console):
        console.print(Text(line, style=style))


def _folded(lines: Sequence[str], console: Console) -> Iterator[str]:
    for number, line in enumerate(lines):
        indent = _INDENT + _DEEPER * (number > 0)
        for part in Text(line).wrap(console, console.width - indent):
            yield " " * indent + part.plain.rstrip()


def _flowed(cells: Sequence[str], widths: Sequence[int], room: int) -> list[str]:
    """Cells in as few lines as hold them, each begun where its column is, if it has a width and there is room."""
    lines: list[str] = []
    used = 0
    for cell, wide in zip(cells, widths, strict=True):
        if not cell:
            used += (wide + _GAP) * bool(lines and wide)
        elif lines and used + width(cell) <= room - _DEEPER * (len(lines) > 1):
            lines[-1] += " " * (used - width(lines[-1])) + cell
            used += max(wide, width(cell)) + _GAP
        else:
            lines.append(cell)
            used = max(wide, width(cell)) + _GAP
    return lines
