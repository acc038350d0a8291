"""Names of branches: whatever services, teams and environments are called, Git takes them, and no two are alike."""

from __future__ import annotations

import itertools
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.git_refs import is_valid_branch
from mlgitops.core.names import is_dns1123_label
from mlgitops.core.project import Unit
from mlgitops.core.promotion.branches import (
    PREFIX,
    change_branch,
    of_service,
    of_team,
    promotion_prefix,
    require_branch,
)
from mlgitops.core.slots import SlotName
from mlgitops.errors import InputError

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True).filter(
    is_dns1123_label
) | st.sampled_from(["lock", "head", "challenger", "teamless", "team", "service", "0"])
SLOTS = st.builds(SlotName, LABELS, st.booleans())


@given(SLOTS, SLOTS, LABELS, LABELS | st.just(""))
def test_every_branch_can_be_called_so(source: SlotName, target: SlotName, name: str, team: str) -> None:
    unit, prefix = Unit(target.environment, team, name), promotion_prefix(source, target)
    for branch in (prefix + of_team(unit), prefix + of_service(unit), change_branch("rollback", target, name)):
        assert is_valid_branch(branch), branch
        assert branch.startswith(PREFIX)


def test_git_agrees_on_names_that_end_like_its_own_files() -> None:
    unit = Unit("lock", "lock", "lock")
    prefix = promotion_prefix(SlotName("lock"), SlotName("lock", challenger=True))
    for last in (of_team(unit), of_service(unit)):
        subprocess.run(["git", "check-ref-format", "--branch", prefix + last], check=True, capture_output=True)


def test_no_branch_stands_in_the_way_of_another() -> None:
    names = ["lock", "teamless", "team", "service", "a"]
    units = [Unit("prod", team, name) for team in ["", *names] for name in names]
    slots = [SlotName("prod"), SlotName("prod", challenger=True), SlotName("staging")]
    found = {
        promotion_prefix(source, target) + last(unit)
        for source, target in itertools.permutations(slots, 2)
        for unit in units
        for last in (of_team, of_service)
    } | {change_branch(verb, slot, name) for verb in ("hold", "unhold", "rollback") for slot in slots for name in names}
    assert len(found) == 6 * (len(names) + 1 + len(names)) + 9 * len(names)
    assert not any(one.startswith(f"{other}/") for one, other in itertools.permutations(found, 2))


@pytest.mark.parametrize("name", ["-f", "a..b", "a b", "", "HEAD", "a\n", "refs/heads/x.lock", "@{-1}"])
def test_a_base_is_a_branch(name: str) -> None:
    with pytest.raises(InputError) as caught:
        require_branch(name)
    assert caught.value.hint == "Name the branch that is merged into."
    assert require_branch("release/1.x") == "release/1.x"
