"""What libyaml says about a broken text, in words that tell what to do."""

from __future__ import annotations

import re
from typing import Any

from mlgitops.core.yaml.characters import RAW, name
from mlgitops.errors import InputError

_BREAK = re.compile("\r\n|\r|\n")
_PROBLEMS = (
    (
        "mapping values are not allowed",
        "a `key: value` stands where none can",
        "Quote the text if its colon belongs to it, else mend the indentation of this line or the line before.",
    ),
    (
        "unexpected end of stream",
        "a quoted text never ends",
        "Add the closing quote.",
    ),
    (
        "unexpected document indicator",
        "a quoted text runs into the next document",
        "Add the closing quote.",
    ),
    (
        "unknown escape character",
        "an escape that YAML does not have",
        r"Write `\\` for a backslash, or use single quotes.",
    ),
    (
        "invalid Unicode character escape code",
        "an escape that stands for no character",
        r"Write characters beyond U+FFFF as `\UXXXXXXXX`.",
    ),
    (
        "did not find expected ',' or",
        "a bracket or brace is not closed, or a comma is missing",
        "Close what is opened here, or add the comma.",
    ),
    (
        "did not find expected '-' indicator",
        "a line that is no item stands inside a list",
        "Start it with `- `, or mend its indentation.",
    ),
    (
        "did not find expected key",
        "what stands here is no `key: value` of the mapping around it",
        "Mend its indentation, or quote the value before it as a whole.",
    ),
    (
        "could not find expected ':'",
        "a line without `: ` stands where a key is expected",
        "Write `key: value`, or mend the indentation.",
    ),
    (
        "tab character",
        "a tab indents this line",
        "Indent with spaces.",
    ),
    (
        "block sequence entries are not allowed",
        "a list starts where none can",
        "Start it on the next line, or quote a text that starts with `- `.",
    ),
    (
        "mapping keys are not allowed",
        "a `? ` stands where no key can",
        "Quote a text that starts with `? `.",
    ),
    (
        "hexdecimal number",
        "an escape has too few digits",
        r"Write `\xXX`, `\uXXXX` or `\UXXXXXXXX`.",
    ),
    (
        "expected <document start>",
        "text stands after the end of the document",
        "Mend the indentation, or start another document with `---`.",
    ),
    (
        "incompatible YAML document",
        "a %YAML directive of another version",
        "Remove the line.",
    ),
    (
        "expected node content",
        "a closing bracket, comma or other mark stands where a value is expected",
        "Quote the text if the mark belongs to it.",
    ),
    (
        "expected comment or line break",
        "text stands behind `|` or `>`",
        "Start the text on the next line, indented, or quote it.",
    ),
    (
        "expected alphabetic or numeric character",
        "`&` or `*` stands before a text that is no name",
        "Quote the text.",
    ),
)

_AT_CONTEXT = ("found unexpected", "did not find expected ','", "could not find expected ':'")
"""Where the quote, bracket or key begins tells more than where libyaml gave up."""


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of the character at `offset`."""
    line, start = 1, 0
    for found in _BREAK.finditer(text, 0, offset):
        line, start = line + 1, found.end()
    return line, offset - start + 1


def character(text: str, offset: int, path: str) -> InputError:
    """The error for a character that may not stand in a file."""
    line, column = place(text, offset)
    found = text[offset]
    code = ord(found)
    escape = f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"  # noqa: PLR2004 -- the escape with two digits
    hint = f'Remove it; in a value write "{escape}", in double quotes.'
    if 0xD800 <= code < 0xE000:  # noqa: PLR2004 -- half of a surrogate pair, which no escape can stand for
        hint = "Remove it."
    return InputError(f"{name(found)} stands in the file", hint=hint, path=path, line=line, column=column)


def syntax(error: Any, text: str, path: str) -> InputError:
    """The error for what libyaml raised (a `yaml.error.YAMLError`) while it read `text`."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # the reader below the scanner, which knows no lines
        found = RAW.search(text)
        if found is not None:
            return character(text, found.start(), path)
        return InputError(f"no YAML: {error}", hint="Save the file as UTF-8.", path=path)
    problem = str(error.problem)
    if problem.startswith(_AT_CONTEXT) and error.context_mark is not None:
        mark = error.context_mark
    message, hint = _explain(problem, text, mark)
    return InputError(message, hint=hint, path=path, line=mark.line + 1, column=mark.column + 1)


def _explain(problem: str, text: str, mark: Any) -> tuple[str, str]:
    if problem.startswith("found character that cannot start any token"):
        lines = _BREAK.split(text, mark.line + 1)
        found = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
        if found == "\t":
            return "a tab indents this line", "Indent with spaces."
        return f"no text starts with `{found}`", "Quote it."
    for part, message, hint in _PROBLEMS:
        if part in problem:
            return message, hint
    return f"no YAML: {problem}", "Look at the indentation and the quotes around this place."
