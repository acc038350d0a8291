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


def test_what_nobody_can_read_at_once_widens_no_other_row() -> None:
    long = "x" * 1_000_000
    lines = table(("a", "b"), [(long, "1"), *[("y", "2")] * 100], drawn=False).splitlines()
    assert lines[1] == f"{long}  1"
    assert {len(line) for line in lines if line != lines[1]} == {123}


def test_a_cell_stays_in_its_line_and_cannot_steer() -> None:
    text = table(("a", "b"), [("one\ntwo\t\x1b[2J", "https://u:p@h/")], drawn=False)
    assert text.splitlines()[1] == "one\\ntwo\\t\\u001b[2J  https://***@h/"


def test_a_drawn_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = table(("field", "value", "where"), ROWS, drawn=True)
    assert max(map(len, text.splitlines())) <= 60
    assert "sha256:abababababab…" in text.replace(" ", "").replace("\n", "")
    assert "\x1b" not in text


def test_where_columns_would_be_too_narrow_cells_stand_below_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [*ROWS, ("", "was", "environments/dev/state/" + "x" * 20)]
    assert table(("field", "value", "where"), rows, drawn=True).splitlines() == [
        "field",
        "    value  where",
        "deploy.replicas.min",
        "    2  dev.yaml:3",
        "release.model.digest",
        "    sha256:abababababab…  state.yaml:10",
        "    was",
        "      environments/dev/state/xxxxxxxxxxx",
        "      xxxxxxxxx",
    ]


def test_cells_below_stay_below_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    rows = [
        ("fraud", "dev", "1.10.0", "", "held: " + "word " * 10),
        ("", "prod/challenger", "1.9", "as dev", "shadow"),
        ("score", "dev", "2", "", ""),
        ("score", "prod", "1", "behind", ""),
        ("score", "", "0", "once", ""),
    ]
    assert table(("service", "slot", "release", "beside", "notes"), rows, drawn=True).splitlines() == [
        "service",
        "    slot             release  beside  notes",
        "fraud",
        "    dev              1.10.0",
        "      held: word word word word word word word",
        "      word word word",
        "    prod/challenger  1.9      as dev  shadow",
        "score",
        "    dev              2",
        "    prod             1        behind",
        "    0        once",
    ]


def test_a_column_that_fits_is_no_reason_to_give_up_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert " x   y " in table(("a", "b"), [("x", "y")], drawn=True)


def test_a_drawn_table_shows_markup_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "[bold]x[/bold]" in table(("a",), [("[bold]x[/bold]",)], drawn=True)
