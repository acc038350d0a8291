"""The reference of documents says what their schemas say; `python scripts/write_document_reference.py` writes it."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = (ROOT / "docs/reference/documents.md").read_text(encoding="utf-8")


def test_the_page_is_fresh() -> None:
    page = runpy.run_path(str(ROOT / "scripts/write_document_reference.py"))["page"]
    assert page() == WRITTEN, "run `python scripts/write_document_reference.py`"
