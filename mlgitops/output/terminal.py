"""Text for terminals and logs: nothing that was read can steer a terminal, or the CI runner that reads the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgitops.core.patterns import later
from mlgitops.core.redaction import redact

if TYPE_CHECKING:
    from mlgitops.errors import MlgitopsError

_STEERING = later("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_COMMAND = later(r"^([^\S\n]*):(?=:)|#(?=#\[)", re.MULTILINE)
_CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36", "dim": "2"}


def clean(text: str) -> str:
    """`text` with control and bidirectional characters shown as escapes; line breaks and tabs stay.

    What GitHub's runner takes for a command is broken up likewise: `::` at the start of a line, however indented, and
    `##[` anywhere (actions/runner, ActionCommand.cs).
    """
    text = escaped(text)
    if "::" in text or "##[" in text:
        text = _COMMAND.sub(lambda found: f"{found[1] or ''}\\u{ord(found[0][-1]):04x}", text)
    return text


def escaped(text: str) -> str:
    """`text` with control and bidirectional characters as JSON writes them."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def styled(text: str, *styles: str, color: bool) -> str:
    """`text` in ANSI styles, if `color`."""
    if not color:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"


def sentence(text: str) -> str:
    """`text` with a capital letter first and a full stop last, however its author wrote it; paths stay as they are."""
    first = text.partition(" ")[0].rstrip(",:;")
    start = text[:1].upper() if first.isalpha() else text[:1]
    return start + text[1:] + ("" if text.endswith((".", "?", "!", "…")) else ".")


def error_text(error: MlgitopsError, *, color: bool) -> str:
    """Where, what and what to do, for stderr; secrets are redacted."""
    where = f"{error.place}: " if error.place else ""
    lines = [f"{styled('error:', 'bold', 'red', color=color)} {clean(redact(where + error.message))}"]
    if error.hint:
        lines.append(f"{styled('hint:', 'bold', 'cyan', color=color)} {clean(redact(sentence(error.hint)))}")
    return "\n".join(lines) + "\n"
