"""Tables, for terminals and for pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.output.table import table

if TYPE_CHECKING:
    import pytest

DIGEST = "sha256:" + "ab" * 32
ROWS = [("deploy.replicas.min", "2", "dev.yaml:3"), ("release.model.digest", DIGEST, "state.yaml:10")]


def test_piped_rows_are_lines_of_aligned_columns() -> None:
    assert table(("field", "value", "where"), ROWS, drawn=False).splitlines() == [
        f"FIELD                 {'VALUE':<71}  WHERE",
        f"deploy.replicas.min   {'2':<71}  dev.yaml:3",
        f"release.model.digest  {DIGEST}  state.yaml:10",
    ]


def test_wide_characters_keep_columns_aligned() -> None:
    lines = table(("名", "b"), [("x", "1"), ("名前", "2")], drawn=False).splitlines()
    assert lines == ["名    B", "x     1", "名前  2"]


def test_a_cell_stays_in_its_line_and_cannot_steer() -> None:
    text = table(("a", "b"), [("one\ntwo\t\x1b[2J", "https://u:p@h/")], drawn=False)
    assert text.splitlines()[1] == "one\\ntwo\\t\\u001b[2J  https://***@h/"


def test_a_drawn_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = table(("field", "value", "where"), ROWS, drawn=True)
    assert max(map(len, text.splitlines())) <= 60
    assert "sha256:abababababab…" in text.replace(" ", "").replace("\n", "")
    assert "\x1b" not in text


def test_a_drawn_table_shows_markup_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "[bold]x[/bold]" in table(("a",), [("[bold]x[/bold]",)], drawn=True)
