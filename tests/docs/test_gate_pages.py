"""The pages about gates say what the gates say; `python scripts/write_rule_pages.py` writes them."""

from __future__ import annotations

from pathlib import Path

from support.documents import schema_set

from mlgitops.core.yaml.read import load
from mlgitops.gates import catalogue
from mlgitops.output.gate_pages import pages

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "gates"
PROJECT = "apiVersion: mlgitops.dev/v1alpha1\nkind: Project\nmetadata: {name: acme}\npath: [dev, staging, prod]\n"


def test_pages_are_fresh() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == pages(catalogue().values()), "run `python scripts/write_rule_pages.py`"


def test_settings_that_pages_show_are_valid() -> None:
    shown = [gate.settings for gate in catalogue().values() if gate.settings]
    assert len(shown) >= 2
    for text in shown:
        assert schema_set().accepts("Project", load(f"{PROJECT}{text}".encode(), "mlgitops.yaml")), text
