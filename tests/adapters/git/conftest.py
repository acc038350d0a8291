"""A program that tells when it was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.hostile_git import telltale

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """What `evil` makes when it is run."""
    return tmp_path / "canary"


@pytest.fixture
def evil(tmp_path: Path, canary: Path) -> Path:
    """A program that nothing may run."""
    return telltale(tmp_path / "evil", canary)
