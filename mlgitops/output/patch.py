"""Differences of files, for people: coloured on a terminal, without credentials, and without what steers one."""

from __future__ import annotations

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean, styled

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def patch(diff: str, *, color: bool) -> str:
    """Unified differences as they may be shown; where nothing is masked and nothing escaped, still a patch."""
    shown = clean(redact(diff))
    if not color:
        return shown
    return "".join(
        styled(line.rstrip("\n"), _COLORS[line[0]], color=True) + "\n" if line[:1] in _COLORS else line
        for line in shown.splitlines(keepends=True)
    )
