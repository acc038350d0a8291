"""Measures mlgitops beside its peers and prints the table.

python tests/benchmarks/run.py            # some five minutes on two cores
python tests/benchmarks/run.py --short    # fewer rounds, fewer services
python tests/benchmarks/run.py --write    # also writes docs/reference/benchmarks.md
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does

from benchmarks.contenders import scratch
from benchmarks.ratios import FULL, SHORT, TARGETS, measure
from benchmarks.report import page, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "benchmarks.md"


def main(arguments: list[str]) -> int:
    """Measures, prints and, where asked, writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="fewer rounds, fewer services")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(PAGE.parents[2])}")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where files are made; default: in memory")
    told = parser.parse_args(arguments)
    plan = SHORT if told.short else FULL
    results = {}
    with scratch(told.folder) as folder:
        for name, result in measure(folder, plan):
            results[name] = result
            sys.stderr.write(f"{TARGETS[name].work} / {TARGETS[name].against}\n")
    sys.stdout.write(table(results) + "\n")
    if told.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(results, plan), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
