"""Strings that some YAML reader, template or eye takes for something else, and strategies that draw more of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WORDS = (
    *("y", "n", "Y", "N", "yes", "no", "Yes", "NO", "on", "off", "On", "OFF", "true", "false", "True", "FALSE"),
    *(
        "null",
        "Null",
        "NULL",
        "~",
        "none",
        "",
        "nan",
        ".nan",
        ".NaN",
        "NaN",
        ".inf",
        "-.inf",
        "+.INF",
        "inf",
        "Infinity",
    ),
)
NUMBERS = (
    *("0", "-0", "+1", "012", "017", "08", "09", "0o17", "0x1F", "0X1f", "-0x1F", "0b101", "-0b11", "0B1", "0o", "0x"),
    *(
        "1_000",
        "1__0",
        "_1",
        "_",
        "1_",
        "0x_1f",
        "1e3",
        "1E3",
        "1e+3",
        "1.e3",
        "1.0",
        ".5",
        "5.",
        "+.5",
        ".",
        "..",
        "...",
    ),
    *(
        "1e400",
        "-1e400",
        "1e-400",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "1:30",
        "190:20:30",
    ),
    *(
        "1:30.5",
        "-1:30",
        "12e03",
        "1e",
        "e1",
        "1.2.3",
        "1,000",
        "0.",
        "-.5",
        "4",
        "500m",
        "16Gi",
        "1e3Gi",
        "0x1p-2",
        "1i",
    ),
)
TIMES = (
    *("2026-01-01", "2026-1-1", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00", "2026-01-01t00:00:00.5-05:00"),
    *("2026-11-03T09:12:00Z", "2026-01-01 00:00:00 +01:00", "90d", "24h", "12:00"),
)
MARKS = (
    *(
        "-",
        "- x",
        "--",
        "---",
        "--- x",
        "-x",
        "--port=8080",
        "-c",
        "-inf",
        "?",
        "? x",
        ":",
        ": ",
        ": x",
        "a: b",
        "a:",
        "a:b",
    ),
    *(
        "a :b",
        ":a",
        "#",
        "# x",
        "a #b",
        "a#b",
        "a # b",
        "!",
        "!x",
        "!!str x",
        "&",
        "&x",
        "*",
        "*x",
        "%",
        "%YAML 1.1",
        "@",
        "@x",
    ),
    *(
        "`",
        "`x`",
        "|",
        "|-",
        "> x",
        ">",
        "'",
        "''",
        "'x'",
        '"',
        '""',
        '"x"',
        "{",
        "}",
        "{}",
        "{a: b}",
        "[",
        "]",
        "[]",
        "[a]",
    ),
    *(
        ",",
        "a, b",
        "=",
        "<<",
        "<< ",
        "\\",
        "\\n",
        "\\x41",
        "C:\\x",
        "it's",
        'say "x"',
        "}}",
        "{{ x }}",
        "{% x %}",
        "${VAR}",
    ),
    *("$(VAR)", "a, ]", "a }", "x: {", "::set-output name=x::y", "[red]x[/red]", "</script>", "%s %d", "{0}"),
)
SPACES = (
    *(
        " ",
        "  ",
        " x",
        "x ",
        "x  y",
        "\t",
        "\tx",
        "x\t",
        "a\tb",
        "a:\tb",
        "\n",
        "\n\n",
        "x\n",
        "x\n\n",
        "\nx",
        "x\ny",
        "x\ny\n",
    ),
    *(
        " x\ny",
        "x\n y",
        "x\n\ny",
        "x \ny",
        "x\n \ny",
        "x\n\ty",
        "x\t\ny",
        "\n x",
        "\n- x",
        "x\n- y: z",
        "x\n# y",
        "x\n---\ny",
    ),
    *(
        "x\n...\n",
        "%x\ny",
        "- x\n- y\n",
        "a: b\nc: d\n",
        "x\r\ny",
        "\r",
        "x\ry",
        "x\n\n\n",
        "key: |\n  x\n",
        "x\ny ",
        "\n\nx\n",
    ),
)
CHARACTERS = (
    *(
        "\0",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x80",
        "x\x85y",
        "\x9f",
        "\xa0",
        "\xad",
        "\u061c",
        "\u200b",
        "\u200d",
        "\u200e",
    ),
    *("x\u2028y", "x\u2029y", "\u202e", "a\u202eb\u202c", "\u2066x\u2069", "\ufeff", "\ufeffx", "x\ufeff", "\ufffd"),
    *(
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\ue000",
        "\uf8ff",
        "\U0001fffe",
        "\U0010ffff",
        "\U000e0001",
        "\U0001f600",
        "é",
        "e\u0301",
    ),
    *("日本", "\u0130", "\u00df", "\U00010000", "x\x85", "x\u2028\ny", "é\nü\n", "\U0001f468\u200d\U0001f469"),
)
LONG = ("x" * 200, "x " * 100 + "x", "é" * 200, "a: " * 100, "x" * 1500, "x\n" * 300, "- " * 300)

STRINGS = (*WORDS, *NUMBERS, *TIMES, *MARKS, *SPACES, *CHARACTERS, *LONG)
"""All of them; none holds half of a surrogate pair, which no reader takes."""

_ALPHABET = (
    "-?:,[]{}#&*!|>'\"%@` \t\n\r\\=<~^$()/._+0123456789abeEoOxXyYnNtTfFiIuUlLsSgGzZ"
    "\0\x1b\x7f\x85\xa0\xad\u061c\u200b\u200e\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ufffe\uffff\ue000\uf8ff"
    "\U0001f600\U0001fffe\U000e0001é日"
)
_IN_KEYS = "".join(c for c in _ALPHABET if c.isprintable() and c not in "\ue000\uf8ff")


def texts() -> st.SearchStrategy[str]:
    """Draw hostile strings, pieces of them side by side, and any text at all."""
    drawn = st.text(st.sampled_from(_ALPHABET), max_size=12)
    anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    return st.one_of(st.sampled_from(STRINGS), drawn, anything, st.tuples(st.sampled_from(STRINGS), drawn).map("".join))


def keys() -> st.SearchStrategy[str]:
    """Draw hostile strings without characters that are refused in keys."""
    good = [text for text in STRINGS if len(text) < 300 and text.isprintable()]
    return st.one_of(st.sampled_from(good), st.text(st.sampled_from(_IN_KEYS), max_size=8))


def json_values(max_leaves: int = 20) -> st.SearchStrategy[Any]:
    """Draw JSON values without nulls: hostile strings and keys, 64-bit integers, finite floats."""
    leaves = st.one_of(
        texts(),
        st.booleans(),
        st.integers(-(1 << 63), (1 << 63) - 1),
        st.floats(allow_nan=False, allow_infinity=False),
    )
    return st.recursive(
        leaves,
        lambda children: st.one_of(st.lists(children, max_size=4), st.dictionaries(keys(), children, max_size=4)),
        max_leaves=max_leaves,
    )
