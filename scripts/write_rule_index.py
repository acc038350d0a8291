"""Writes `mlgitops/rules/_judged.py`, from the rules: what each judges."""

from __future__ import annotations

from pathlib import Path

from mlgitops.output.rule_index import index
from mlgitops.rules import catalogue

TARGET = Path(__file__).parents[1] / "mlgitops/rules/_judged.py"

if __name__ == "__main__":
    TARGET.write_text(index(catalogue().checked.values()), encoding="utf-8")
