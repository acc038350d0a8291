"""Write `docs/rules/` anew from the rules themselves.

Run after a rule has changed: python scripts/write_rule_pages.py
"""

from __future__ import annotations

from pathlib import Path

from mlgitops.output.rule_pages import pages
from mlgitops.rules import catalogue

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"

FOLDER.mkdir(exist_ok=True)
written = pages(catalogue().values())
for path in FOLDER.glob("*.md"):
    if path.name not in written:
        path.unlink()
for name, text in written.items():
    (FOLDER / name).write_text(text, encoding="utf-8")
print(f"{len(written)} pages in {FOLDER.name}/")
