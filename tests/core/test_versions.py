"""`requires` of `mlgitops.yaml`: which versions of the program meet it."""

from __future__ import annotations

import pytest

from mlgitops.core.versions import satisfies


@pytest.mark.parametrize(
    ("version", "requirement", "met"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1.0", ">=0.1.0.0", True),
        ("0.1.0", ">0.1", False),
        ("0.1.0", "<=0.1", True),
        ("0.1.0", "<0.1", False),
        ("0.1.0", "==0.1", True),
        ("0.1.0", "!=0.1", False),
        ("0.10.0", ">=0.9", True),
        ("0.1.0", ">=9", False),
        ("1.2.3", ">=0.1, <1", False),
        ("0.9.9", ">=0.1,<1", True),
        ("1.9", "~=1.4", True),
        ("2.0", "~=1.4", False),
        ("1.3", "~=1.4", False),
        ("1.4.9", "~=1.4.2", True),
        ("1.5", "~=1.4.2", False),
        ("1.5", "~=1", True),
        ("1.0.0rc1", ">=1", True),
        ("0.2.dev3", ">=0.2", True),
    ],
)
def test_a_version_meets_every_clause(version: str, requirement: str, met: bool) -> None:
    assert satisfies(version, requirement) is met
