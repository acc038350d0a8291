"""The README's pictures show what the program prints; `python scripts/write_pictures.py` writes them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs/images"
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = {path.name: path.read_text(encoding="utf-8") for path in sorted(IMAGES.glob("*.svg"))}


def test_they_are_fresh() -> None:
    again = runpy.run_path(str(ROOT / "scripts/write_pictures.py"))["pictures"]()
    assert set(again) == set(SHOWN)
    for name, text in again.items():
        assert lines(text) == lines(SHOWN[name]), "run `python scripts/write_pictures.py`"
    assert again == SHOWN, "run `python scripts/write_pictures.py`"


def test_the_readme_shows_each_and_says_what_it_is_of() -> None:
    told = dict(re.findall(r"!\[([^\]]+)\]\(docs/images/([a-z]+\.svg)\)", README))
    assert set(told.values()) == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_they_ask_no_server_for_anything(name: str) -> None:
    """Whoever reads the README is told to nobody: no font, style, image or script from elsewhere."""
    text = SHOWN[name]
    assert not re.search(r"@font-face|@import|\bhref\b|<image|<script|url\((?!#)", text)
    assert {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()} <= {
        *("svg", "style", "defs", "clipPath", "rect", "text", "g", "circle"),
    }


def test_they_show_a_refused_state_a_plan_and_the_status() -> None:
    refused, promotion, status = ("\n".join(lines(SHOWN[f"{name}.svg"])) for name in ("refused", "promotion", "status"))
    assert "[mutable-tag]" in refused
    assert "[exceeds-accelerator-memory]" in refused
    assert "1.5.0 → 1.6.0" in promotion
    assert "✗ hold" in promotion
    assert "1 behind staging" in status


def lines(picture: str) -> list[str]:
    """The text of a picture, line by line from its top."""
    tree = ET.fromstring(picture)
    found: dict[float, dict[float, str]] = {}
    for element in tree.iter("{http://www.w3.org/2000/svg}text"):
        place = float(element.get("y", "0"))
        found.setdefault(place, {})[float(element.get("x", "0"))] = (element.text or "").replace("\xa0", " ")
    return ["".join(text for _, text in sorted(row.items())) for _, row in sorted(found.items())]
