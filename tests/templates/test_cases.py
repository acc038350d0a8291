"""States and what they hydrate to, file by file, and the pages of the templates; `update.py` writes both anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import shipped

if TYPE_CHECKING:
    from types import ModuleType


def _load(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


update = _load(Path(__file__).with_name("update.py"))
CASES = sorted(update.CASES.iterdir())
templates = pytest.mark.parametrize("reference", shipped.REFERENCES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_state_hydrates_to_what_is_committed(case: Path) -> None:
    expected = {path.name: path.read_bytes() for path in (case / "expected").iterdir()}
    assert update.hydrated(case) == expected


@templates
def test_every_template_has_its_example_among_the_cases(reference: str) -> None:
    assert f"example-{reference.partition('/')[0]}" in {case.name for case in CASES}


@templates
def test_the_page_of_a_template_has_its_parameters_and_example(reference: str) -> None:
    text = update.page_path(reference).read_text(encoding="utf-8")
    assert update.page(reference, text) == text


@templates
def test_every_parameter_is_described_and_has_examples_that_its_schema_takes(reference: str) -> None:
    for name, parameter in shipped.template(reference)["parameters"].items():
        assert parameter["description"].endswith("."), name
        assert parameter["examples"], name
        if "default" in parameter and "enum" in parameter["schema"]:
            assert set(parameter["examples"]) == set(parameter["schema"]["enum"]), f"{name}: an option is never tried"
