"""The pages about rules say what the rules say; `python scripts/write_rule_pages.py` writes them."""

from __future__ import annotations

from pathlib import Path

from mlgitops.output.rule_pages import pages
from mlgitops.rules import catalogue

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "rules"


def test_pages_are_fresh() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == pages(catalogue().values()), "run `python scripts/write_rule_pages.py`"
