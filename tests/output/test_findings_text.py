"""Findings as people read them."""

from __future__ import annotations

import time

import pytest

from mlgitops.core.finding import Finding
from mlgitops.output.excerpt import excerpt, width
from mlgitops.output.text import findings_text, tally

STATE = "environments/dev/state/fraud.yaml"
WRONG = Finding(STATE, 21, 19, "invalid-document", "error", "`replicas.min`: expected an integer", "remove the quotes")
ABOUT_ALL = Finding("mlgitops.yaml", 0, 0, "missing-thing", "warning", "it is missing", "")


def test_findings_stand_below_their_file_with_their_line_and_what_to_do() -> None:
    text = findings_text([ABOUT_ALL, WRONG], color=False, lines={(STATE, 21): '  replicas: {min: "2", max: 6}'})
    assert text == (
        "environments/dev/state/fraud.yaml\n"
        "  21:19   error: `replicas.min`: expected an integer [invalid-document]\n"
        '          21 |   replicas: {min: "2", max: 6}\n'
        "             |                   ^\n"
        "          mend: Remove the quotes.\n"
        "mlgitops.yaml\n"
        "  -       warning: it is missing [missing-thing]\n"
    )


def test_a_line_without_a_column_has_no_caret() -> None:
    finding = WRONG._replace(column=0)
    text = findings_text([finding], color=False, lines={(STATE, 21): "replicas: x"})
    assert "  21      error:" in text
    assert "^" not in text


def test_colours_are_asked_for() -> None:
    assert "\x1b[" not in findings_text([WRONG], color=False)
    assert "\x1b[1;31merror\x1b[0m" in findings_text([WRONG], color=True)


def test_what_was_read_cannot_steer_a_terminal_nor_show_a_secret() -> None:
    finding = WRONG._replace(message="\x1b[2J\u202eevil", mend="see https://user:pass@host/")
    text = findings_text([finding], color=False, lines={(STATE, 21): "\x1b]0;x\x07 url: https://ada:secret@host/x"})
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "pass@" not in text
    assert "secret@" not in text


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [
        ("a: x", 4, "   ^"),
        ("名: x", 4, "    ^"),  # a wide character takes two columns
        ("e\u0301: x", 5, "   ^"),  # a combining one none
        ("\ta: x", 2, " ^"),  # a tab is shown as one space
        ("a\x1bb: x", 6, "          ^"),  # an escape is as long as it is shown
        ("", 1, "^"),
        ("a", 9, " ^"),  # behind the line's end
    ],
)
def test_the_caret_stands_under_the_place(line: str, column: int, caret: str) -> None:
    assert excerpt(line, 7, column, indent=2, color=False).split("\n")[1] == "    | " + caret


def test_a_mask_before_the_place_moves_the_caret() -> None:
    shown, below, _ = excerpt("x: https://u:p@h/ y: 1", 1, 19, indent=0, color=False).split("\n")
    assert shown == "1 | x: https://***@h/ y: 1"
    assert shown[below.index("^")] == "y"


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 300 + "HERE" + "b" * 300
    shown, below, _ = excerpt(line, 1, 301, indent=0, color=False).split("\n")
    assert len(shown) < 120
    assert shown[below.index("^") :].startswith("HERE")
    assert shown.startswith("1 | …a")
    assert shown.endswith("b…")


def test_columns_of_a_terminal() -> None:
    assert [width(text) for text in ("abc", "名前", "e\u0301")] == [3, 4, 1]


def test_a_tally_counts_in_words() -> None:
    assert tally([]) == "no findings"
    assert tally([WRONG]) == "1 error"
    assert tally([WRONG, WRONG, ABOUT_ALL]) == "2 errors, 1 warning"


def test_a_long_line_is_looked_at_around_its_place_only() -> None:
    line = "x: [" + "1, " * 300_000 + "here]"
    column = line.index("here") + 1
    begun = time.process_time()
    for _ in range(300):
        first, second = excerpt(line, 1, column, indent=2, color=False).splitlines()
    assert time.process_time() - begun < 5
    assert first.index("here") == second.index("^")
    secret = "ghp_" + "a1B2" * 9
    assert secret not in excerpt(line + secret, 1, column, indent=2, color=False)
