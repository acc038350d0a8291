"""The reference of the language names everything that there is, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.engine import hydrate

from mlgitops.core.template import fuel
from mlgitops.core.template.language import FILTER_NAMES, TEST_NAMES
from mlgitops.core.template.sandbox import _LOOP

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "template-language.md").read_text(encoding="utf-8")


def rows(start: str) -> list[str]:
    """First cells of the table whose head begins with `start`."""
    table = PAGE.partition(f"| {start} |")[2].partition("\n\n")[0]
    return [line.replace("\\|", "¦").split("|")[1].strip() for line in table.splitlines()[2:]]


def test_every_filter_has_its_row_in_order() -> None:
    named = [re.findall(r"x ¦ ([a-z]+)", row)[0] for row in rows("filter")]
    assert named == sorted(FILTER_NAMES)


def test_every_test_has_its_row_in_order() -> None:
    assert [re.findall(r"x is ([a-z]+)", row)[0] for row in rows("test")] == sorted(TEST_NAMES)


@pytest.mark.parametrize(
    "operator", ["~", "+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "not in"]
)
def test_every_operator_has_its_row(operator: str) -> None:
    assert f"`{operator}`" in " ".join(rows("operator"))


def test_every_attribute_of_a_loop_is_named() -> None:
    assert {f"`loop.{name}`" for name in _LOOP} == set(re.findall(r"`loop\.[a-z0-9]+`", PAGE))


@pytest.mark.parametrize("bound", [fuel.SOURCE, fuel.STEPS, fuel.CHARACTERS, fuel.CALL_DEPTH, fuel.NESTING, fuel.LOOPS])
def test_every_bound_is_the_true_one(bound: int) -> None:
    assert f"{bound:,}" in PAGE.partition("## Bounds")[2].partition("## ")[0]


def test_the_examples_are_templates() -> None:
    first, macro = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[:2]
    context = {
        "env": [{"name": "A", "value": "on"}],
        "scheduling": {"tolerations": []},
        "release": {"model": {"uri": "s3://m"}},
        "values": {"threshold": 0.5},
    }
    assert hydrate(first, context) == {"env": context["env"], "args": ["--model=s3://m", "--threshold=0.5"]}
    assert hydrate(macro, {}) == {"readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}}}
