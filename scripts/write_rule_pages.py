"""Write `docs/rules/`, `docs/gates/` and the index `mlgitops/rules/_judged.py` anew from rules and gates themselves.

Run after one has changed: python scripts/write_rule_pages.py
"""

from __future__ import annotations

from pathlib import Path

from mlgitops import gates, rules
from mlgitops.output import gate_pages, rule_index, rule_pages

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"

for name, pages in (
    ("rules", rule_pages.pages(rules.catalogue().values())),
    ("gates", gate_pages.pages(gates.catalogue().values())),
):
    folder = DOCS / name
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for page, text in pages.items():
        (folder / page).write_text(text, encoding="utf-8")
    print(f"{len(pages)} pages in {name}/")
index = rule_index.index(rules.catalogue().checked.values())
(TOP / "mlgitops/rules/_judged.py").write_text(index, encoding="utf-8")
