"""How a string is spelt so that every reader takes it for the same string.

The readers: YAML 1.1 (PyYAML), YAML 1.2 (ruamel.yaml) and Kubernetes (a port of libyaml with its own resolver: `y` and
`017` are no strings to it). Quotes are left out only where the form of the text leaves none of them a choice: it
starts like a word, path, option or quantity and is no word that any of them resolves.
"""

from __future__ import annotations

import re

from mlgitops.core.yaml.characters import KEY, name
from mlgitops.errors import InputError

MAX_KEY = 1_000
"""Characters of a key as it is spelt; readers give up on `key:` after 1,024."""

_REST = r"(?:[A-Za-z0-9_./@+=,;()~%?&*!$'\"^|<>#-]|:(?![ ]|\Z)|[ ](?![ #]|\Z))*"
_PLAIN = re.compile(
    rf"""(?:
      [A-Za-z/]                                  # a word, a path; the words that mean something are in _WORDS
    | --?(?=[A-Za-z])                            # an option of a command line
    | [0-9](?=[0-9A-Fa-f._:+-]*[g-nq-suvwyG-NQ-SUVWY/@])   # no number, date or time has these characters
    ){_REST}""",
    re.VERBOSE,
)
_WORDS = re.compile(r"-?-?(?:y|n|yes|no|on|off|true|false|null|none|nan|inf|infinity)", re.IGNORECASE)

_ESCAPES = "".join(
    (
        "\x7f-\xa0\xad",  # DEL, C1, spaces and hyphens that look like others
        "\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff",  # invisible, or line ends to YAML 1.1
        "\ud800-\uf8ff\ufdd0-\ufdef\ufff9-\uffff",  # surrogates, private use, no characters
        *(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 14)),  # no characters
        "\U000e0000-\U0010ffff",  # tags, private use
    )
)
INVISIBLE = re.compile(f"[{_ESCAPES}]")
"""What is written as an escape because eyes or readers miss it."""

_ESCAPED = re.compile(rf'["\\\0-\x1f{_ESCAPES}]')
_NOT_LITERAL = re.compile(
    r"\A[ \n]"  # readers take leading spaces for indentation
    r"| $|\n\n\Z"  # editors drop trailing spaces and lines
    rf"|[\0-\x09\x0b-\x1f{_ESCAPES}]",
    re.MULTILINE,
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def line(text: str) -> str:
    """`text` on one line: without quotes where that is safe, else in double quotes.

    Raises:
        InputError: It holds half of a surrogate pair, which stands for no character.
    """
    if _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text):
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def key(text: str) -> str:
    """`text` as a key.

    Raises:
        InputError: It is too long, or holds characters that no reader of ours takes in a key.
    """
    found = KEY.search(text)
    if found is not None:
        raise InputError(f"{name(found[0])} stands in a key", hint="Remove it.")
    spelt = line(text)
    if len(spelt) > MAX_KEY:
        raise InputError(f"a key of {len(spelt):,} characters", hint=f"Keep keys below {MAX_KEY:,} characters.")
    return spelt


def is_literal(text: str) -> bool:
    """Whether `text` is best written as it is, line by line, below a `|`."""
    return "\n" in text and len(text) > 1 and _NOT_LITERAL.search(text) is None


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 -- the escape with two digits
        return f"\\x{code:02X}"
    if 0xD800 <= code < 0xE000:  # noqa: PLR2004 -- surrogates
        raise InputError(f"half of a surrogate pair (U+{code:04X}) is no text", hint="Remove it.")
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"  # noqa: PLR2004 -- the escape with four digits
