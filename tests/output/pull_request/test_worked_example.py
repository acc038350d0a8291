"""What reviewers of the worked example's promotion read; `update.py` beside this file writes it anew."""

from __future__ import annotations

from pathlib import Path

from support.worked_promotion import planned

GOLDEN = Path(__file__).with_name("worked-example.md")


def test_the_body_is_the_one_that_was_read_over(tmp_path: Path) -> None:
    report = planned(tmp_path / "example", ["fraud-detector"])
    assert [f"{body}\n" for body in report.bodies] == [GOLDEN.read_text(encoding="utf-8")]


def test_a_shadow_is_crowned(tmp_path: Path) -> None:
    report = planned(tmp_path / "example", ["fraud-detector"], "prod/challenger", "prod")
    (group,) = report.groups
    assert [path.rpartition("/")[2] for path in group.removed] == [
        "configmap-fraud-detector-challenger-provenance.yaml",
        "inferenceservice-fraud-detector-challenger.yaml",
        "poddisruptionbudget-fraud-detector-challenger.yaml",
    ]
    assert "\n-challenger:\n" in group.planned[0].diff
