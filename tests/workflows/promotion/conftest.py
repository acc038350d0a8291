"""The sample, copied for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.promotions import Shop, new_shop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return new_shop(tmp_path)
