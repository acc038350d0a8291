"""States and what they hydrate to, file by file; `update_cases.py` writes what is expected anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import shipped

if TYPE_CHECKING:
    from types import ModuleType


def _update_cases() -> ModuleType:
    specification = importlib.util.spec_from_file_location("update_cases", Path(__file__).with_name("update_cases.py"))
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


CASES = _update_cases()
FOLDERS = sorted(CASES.CASES.iterdir())


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_a_state_hydrates_to_what_is_committed(case: Path) -> None:
    expected = {path.name: path.read_bytes() for path in (case / "expected").iterdir()}
    assert CASES.hydrated(case) == expected


def test_every_template_has_its_example_among_the_cases() -> None:
    names = {reference.partition("/")[0] for reference in shipped.REFERENCES}
    assert {f"example-{name}" for name in names} <= {case.name for case in FOLDERS}
