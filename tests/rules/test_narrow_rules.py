"""Rules that say of themselves that they look at pods, or at releases, alone, and so are asked about nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from support.examples import DIGEST, RELEASE, Example, examples, merged
from support.kubernetes import schemas

from mlgitops.core.cases import ManifestCase, StateCase
from mlgitops.core.manifest_lines import Held
from mlgitops.core.pods import pods
from mlgitops.core.states import Slot
from mlgitops.core.yaml.read import load
from mlgitops.rules import Rule, catalogue

RULES = [rule for rule in catalogue().values() if rule.pods or rule.releases]
OF_PODS = [one for one in examples() if one.rule.pods and one.kind == "manifest"]
OF_RELEASES = [one for one in examples() if one.rule.releases and one.kind == "state"]


def given(example: Example) -> Any:
    return load(example.text.replace("DIGEST", DIGEST).encode(), str(example))


def manifest_case(example: Example, asked: list[Any] | None = None) -> ManifestCase:
    manifest = given(example)
    found = list(pods(manifest)) if asked is None else asked
    return ManifestCase("f.yaml", manifest, Held(secret=True, data=True), True, found, {}, "1.34", schemas())


def state_case(example: Example) -> StateCase:
    """Releases, and nothing else to look at."""
    state = given(example)
    blocks = [(root, state) if not root else (root, state.get(*root, {})) for root in ((), ("challenger",))]
    releases = [(root, block.get("release", {})) for root, block in blocks if not root or block]
    whole = load(RELEASE.replace("DIGEST", DIGEST).encode(), "release")
    nothing: Any = None
    slots = [Slot("name", root, merged(whole, release), nothing, nothing) for root, release in releases]
    return StateCase(nothing, nothing, nothing, slots, nothing, nothing, nothing, nothing, nothing)


@pytest.mark.parametrize("example", OF_PODS, ids=str)
def test_nothing_is_found_where_there_are_no_pods(example: Example) -> None:
    assert manifest_case(example).pods
    check = example.rule.checks("manifest")
    assert check
    assert list(check(manifest_case(example, []))) == []


@pytest.mark.parametrize("example", OF_RELEASES, ids=str)
def test_what_is_found_in_releases_needs_nothing_else(example: Example) -> None:
    check = example.rule.checks("state")
    assert check
    assert bool(list(check(state_case(example)))) == example.bad


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_has_an_example(rule: Rule) -> None:
    assert rule.pods == any(example.rule is rule for example in OF_PODS)
    assert rule.releases == any(example.rule is rule for example in OF_RELEASES)
