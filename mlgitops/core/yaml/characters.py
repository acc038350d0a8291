"""Characters that may not stand in YAML as they are, because readers or eyes take them differently."""

from __future__ import annotations

from mlgitops.core.patterns import later

RAW = later("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
"""Refused in the text of a file, comments included.

Control characters and the last two of the plane are no YAML characters. NEL, LS and PS end a line in YAML 1.1 and
do not in 1.2. Bidirectional embeddings, overrides and isolates let a text read otherwise than it is (CVE-2021-42574).
In a value all but surrogates may be written as an escape in double quotes.
"""

KEY = later("[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
"""Refused in a key, even as an escape: two keys that look alike must be alike."""

_NAMES = {
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a carriage return",
    "\x85": "a line separator (U+0085)",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
    "\ufeff": "a byte order mark (U+FEFF)",
}


def name(character: str) -> str:
    """What to call a character of `RAW` or `KEY` in a message, in visible characters only."""
    code = ord(character)
    if character in _NAMES:
        return _NAMES[character]
    if code < 0x20 or 0x7F <= code < 0xA0:  # noqa: PLR2004 -- the two blocks of control characters
        return f"a control character (U+{code:04X})"
    if 0x200B <= code < 0x2070 or character == "\u061c":  # noqa: PLR2004 -- invisible format characters
        return f"an invisible character (U+{code:04X})"
    return f"the character U+{code:04X}"
