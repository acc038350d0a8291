"""The rule that the how-to page shows works: it finds its bad examples, lets its good ones be, and can be loaded."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from support.examples import Example, findings

from mlgitops.rules import Rule, catalogue

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/write-a-rule.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The page's one block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def rule() -> Rule:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    assert isinstance(names["RULE"], Rule)
    return names["RULE"]


def test_it_finds_what_its_examples_say() -> None:
    shown = rule()
    rules = catalogue().joined({shown.id: shown})
    for bad, texts in ((True, shown.bad), (False, shown.good)):
        for number, text in enumerate(texts):
            found = findings(Example(shown, shown.judges, text, bad, number), lambda: rules)
            assert (shown.id in {finding.rule for finding in found}) is bad


def test_its_package_names_it() -> None:
    project = tomllib.loads(block("toml"))["project"]
    assert project["entry-points"]["mlgitops.rules"] == {rule().id: "acme_mlgitops.missing_seed"}


def test_the_page_has_every_kind_of_case() -> None:
    told = set(re.findall(r"^\| `(\w+)` \| (?:none|`\w+Case`)", PAGE, re.MULTILINE))
    assert told == set(re.findall(r"""["'](\w+)["']""", str(Rule.__annotations__["judges"]))) - {"template"}
