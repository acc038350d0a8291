"""The lines of files that findings point to, for whoever shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.core.finding import Finding
    from mlgitops.core.snapshot import Snapshot


def source_lines(snapshot: Snapshot, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """The source line of each place, by path and line; none of files that cannot be read."""
    lines: dict[tuple[str, int], str] = {}
    texts: dict[str, list[str]] = {}
    for path, number in ((finding.path, finding.line) for finding in findings if finding.line):
        if path not in texts:
            texts[path] = _text(snapshot, path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if number <= len(texts[path]):
            lines[path, number] = texts[path][number - 1]
    return lines


def _text(snapshot: Snapshot, path: str) -> str:
    try:
        return snapshot.read(path).decode(errors="replace")
    except InputError:
        return ""
