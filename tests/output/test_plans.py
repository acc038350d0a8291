"""Plans as text: what gates say is folded within a terminal, below where it begins; without one, nothing is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluations import RELEASE

from mlgitops.core.project import Unit
from mlgitops.core.promotion.creation import Question
from mlgitops.core.promotion.moves import Move
from mlgitops.core.slots import slot_name
from mlgitops.gates import Verdict
from mlgitops.output.outcome import next_step
from mlgitops.output.plans import Plans
from mlgitops.workflows.promotion.planned import Group, Planned, Told
from mlgitops.workflows.promotion.publish import Published

WORDS = "1.6.0 is declared in staging since 2026-11-16 08:30 UTC, 48h are demanded: until 2026-11-18 08:30 UTC"


def planned(reason: str, mend: str = "", override: str = "") -> Planned:
    """A promotion of which one gate says something."""
    after = {**RELEASE, "version": "1.6.0"}
    unit = Unit("prod", "risk", "fraud")
    move = Move("promotion", slot_name("staging"), slot_name("prod"), unit, {}, b"", after, RELEASE, {})
    told = [Told("soak", Verdict("pending", reason, mend), blocks=True, drafts=True, override=override)]
    return Planned(move, {}, (), told, (), (), (), (), (), (), "", ())


def text(columns: int, **said: str) -> list[str]:
    return Plans(color=False, columns=columns).planned(planned(**said)).splitlines()


def test_a_terminal_gets_folded_lines_below_where_they_begin() -> None:
    assert text(60, reason=WORDS, mend="Wait until then, or pass over it: `--override soak --reason TEXT`.")[1:] == [
        "    … soak  1.6.0 is declared in staging since 2026-11-16",
        "            08:30 UTC, 48h are demanded: until 2026-11-18",
        "            08:30 UTC",
        "            mend: Wait until then, or pass over it:",
        "                  `--override soak --reason TEXT`.",
    ]


def test_a_pipe_gets_each_in_one_line() -> None:
    assert text(0, reason=WORDS, override="nobody waits for it " * 20)[1:] == [
        f"    ! soak  {WORDS}",
        f"            overridden: {'nobody waits for it ' * 20}",
    ]


@given(st.lists(st.text("ab1-", min_size=1, max_size=20), min_size=1, max_size=40), st.integers(60, 200))
def test_folding_changes_nothing_but_the_lines(words: list[str], columns: int) -> None:
    lines = text(columns, reason=" ".join(words))[1:]
    assert " ".join(" ".join(lines).split()) == f"… soak {' '.join(words)}"
    assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("columns", [1, 12, 41])
def test_a_terminal_too_narrow_to_read_in_folds_by_itself(columns: int) -> None:
    assert len(text(columns, reason=WORDS)) == 2


def test_what_to_do_with_branches_that_no_forge_knows() -> None:
    waits, goes = planned("wait"), planned("wait", override="now")
    asks = goes._replace(questions=[Question("deploy.placement", None, required=True)])
    made = {"a": goes, "b": goes, "c": waits, "d": asks}
    published = [Published(Group(branch, [one]), "0" * 40, True, None, "") for branch, one in made.items()]
    merge = "`git fetch upstream && git merge --no-ff upstream/a && git push`"
    assert next_step(published, "main", "upstream").splitlines() == [
        f"next: open a pull request into main, or, on main: {merge}; likewise for 1 more",
        "next: fill in what d asks for, on that branch, and run this again",
        "next: run this again later: what c brings is not to be merged yet",
    ]
    assert next_step([], "main", "origin", auto_merge=True) == ""
    told = next_step(published[:1], "main", "origin", auto_merge=True)
    assert told.startswith("no forge was asked, so --auto-merge merges nothing\nnext: ")
