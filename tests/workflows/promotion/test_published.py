"""Pull requests on a forge: one a team, found again, kept, closed; where a run breaks off, the next one ends it."""

from __future__ import annotations

import pytest
from support.memory_forge import Breaking, MemoryForge
from support.promotions import CHURN, FRAUD, FRESH, Shop, state

from mlgitops.core.promotion.overrides import Override, Overrides
from mlgitops.core.slots import slot_name
from mlgitops.errors import RefusedError
from mlgitops.workflows.promote import Promote, Report, Request

TEAM = "mlgitops/promote/staging/prod/team.risk"
TEAMLESS = "mlgitops/promote/staging/prod/teamless"


def promote(shop: Shop, forge: MemoryForge, *names: str, **asked: object) -> Report:
    with shop.parts(forge) as parts:
        return Promote(parts).run(Request(slot_name("staging"), slot_name("prod"), names, **asked))


@pytest.fixture
def forge(shop: Shop) -> MemoryForge:
    return MemoryForge(shop.bare)


def test_one_a_team_and_a_status_a_gate(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge)
    assert [(found.branch, found.title, found.draft) for found in forge.pulls] == [
        (TEAM, "Promote 2 services of risk from staging to prod", False),
        (TEAMLESS, "Promote churn 1.1.0 from staging to prod", False),
    ]
    assert forge.verdicts(shop.branches()[TEAMLESS]) == dict.fromkeys(
        ["findings", "hold", "no-worse", "regression", "soak", "step", "window"], "success"
    )


def test_an_override_waits_for_a_code_owner(shop: Shop, forge: MemoryForge) -> None:
    project = shop.show("main", "mlgitops.yaml")
    shop.push({"mlgitops.yaml": project.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")})
    report = promote(shop, forge, "churn", overrides=Overrides((Override("soak", "a fix"),)))
    assert not forge.pulls[0].draft
    said = forge.statuses[report.published[0].commit, "mlgitops/soak"]
    assert (said.verdict, said.description) == ("pending", "override: a fix")


def test_no_gate_passes_a_draft_that_asks(shop: Shop, forge: MemoryForge) -> None:
    report = promote(shop, forge, "fresh", "churn")
    assert report.groups[0].draft
    told = {forge.statuses[key] for key in forge.statuses if key[0] == report.published[0].commit}
    assert {(one.verdict, one.description) for one in told} == {
        ("pending", "fresh: what it asks for has to be filled in first")
    }


def test_the_second_run_writes_nothing(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge, auto_merge=True)
    forge.writes.clear()
    promote(shop, forge, auto_merge=True)
    assert forge.writes == []


def test_nothing_to_do_asks_for_no_change(shop: Shop, forge: MemoryForge) -> None:
    with shop.parts(forge) as parts:
        Promote(parts).run(Request(slot_name("prod"), slot_name("prod-us")))
    assert forge.writes == []


def test_labels_and_reviewers_are_those_of_the_base(shop: Shop, forge: MemoryForge) -> None:
    more = "forge: {kind: github, labels: [promotion], reviewers: [acme/ml]}\n"
    shop.push({"mlgitops.yaml": shop.show("main", "mlgitops.yaml") + more})
    promote(shop, forge, "churn")
    assert (forge.pulls[0].labels, forge.pulls[0].reviewers) == (("promotion",), ("acme/ml",))


def test_words_and_title_of_people_stay(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge, "churn")
    forge.change(1, body=f"Mind the holiday.\n\n{forge.pulls[0].body}\n\n- [x] seen\n", title="Churn, at last")
    shop.push({"README.md": "news\n"})
    promote(shop, forge, "churn")
    assert forge.pulls[0].title == "Churn, at last"
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    promote(shop, forge, "churn")
    body = forge.pulls[0].body
    assert body.startswith("Mind the holiday.\n\n<!-- mlgitops: begin")
    assert body.endswith("<!-- mlgitops: end -->\n\n- [x] seen\n")
    assert "| version | `1.0.0` | `1.1.1` |" in body
    assert forge.pulls[0].title == "Churn, at last"


@pytest.mark.long
def test_a_title_of_its_own_follows_the_plan(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge, "churn")
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    promote(shop, forge, "churn")
    assert forge.pulls[0].title == "Promote churn 1.1.1 from staging to prod"


def test_what_is_pending_is_a_draft_until_it_is_not(shop: Shop, forge: MemoryForge) -> None:
    project = shop.show("main", "mlgitops.yaml")
    shop.push({"mlgitops.yaml": project.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")})
    report = promote(shop, forge, "churn", auto_merge=True)
    assert forge.pulls[0].draft
    assert forge.verdicts(report.published[0].commit)["soak"] == "pending"
    assert forge.merging == {}
    shop.push({"mlgitops.yaml": project.replace("gates:\n", "gates:\n  soak: {prod: 1m}\n")})
    promote(shop, forge, "churn", auto_merge=True)
    assert not forge.pulls[0].draft
    assert forge.verdicts(report.published[0].commit)["soak"] == "success"
    assert forge.merging == {1: report.published[0].commit}


def test_what_is_not_needed_any_more_is_closed_with_a_word(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge)
    promote(shop, forge, per_service=True)
    closed = [found.branch for found in forge.pulls if found.state == "closed"]
    assert closed == [TEAM, TEAMLESS]
    assert "Nothing of this is left to promote from staging to prod" in forge.comments[1]


def test_what_was_merged_is_not_closed(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge, "churn")
    shop.merge(TEAMLESS)
    promote(shop, forge)
    assert forge.pulls[0].state == "merged"
    assert forge.comments == {}


@pytest.mark.long
def test_what_people_closed_is_opened_anew(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge, "churn")
    forge.change(1, state="closed")
    promote(shop, forge, "churn")
    assert [found.state for found in forge.pulls] == ["closed", "open"]


@pytest.mark.long
def test_a_body_keeps_to_the_room_of_the_forge(shop: Shop) -> None:
    forge = MemoryForge(shop.bare, body_limit=4_000)
    promote(shop, forge)
    assert all(len(found.body) <= forge.body_limit for found in forge.pulls)
    forge.change(1, body="x" * 3_000 + "\n\n" + forge.pulls[0].body)
    promote(shop, forge)
    assert forge.pulls[0].body.startswith("x" * 3_000)


@pytest.mark.long
def test_people_who_fill_the_room_alone_leave_none(shop: Shop) -> None:
    forge = MemoryForge(shop.bare, body_limit=4_000)
    promote(shop, forge, "churn")
    forge.change(1, body="x" * 3_990)
    promote(shop, forge, "churn")
    assert forge.pulls[0].body == "x" * 3_990


def calls(shop: Shop, forge: MemoryForge, countdown: int, *names: str, done: bool = False) -> int:
    """Promote with ports that break off at a call; how many calls were left."""
    counter = [countdown]
    with shop.parts(forge) as parts:
        broken = parts._replace(
            remote=Breaking(parts.remote, counter, done=done), forge=lambda _: Breaking(forge, counter, done=done)
        )
        Promote(broken).run(Request(slot_name("staging"), slot_name("prod"), names))
    return counter[0]


@pytest.mark.long
@pytest.mark.parametrize("done", [False, True], ids=["before", "answer lost"])
def test_wherever_a_run_breaks_off_the_next_one_ends_it(shop: Shop, done: bool) -> None:
    reference = MemoryForge(shop.bare)
    count = 1000 - calls(shop, reference, 1000, "churn", "fresh")
    expected = [(found.branch, found.title, found.draft, found.body) for found in reference.pulls]
    for number in range(count, 0, -1):
        shop.bare.git("update-ref", "-d", f"refs/heads/{TEAMLESS}")
        forge = MemoryForge(shop.bare)
        with pytest.raises(RefusedError, match="broken off"):
            calls(shop, forge, number, "churn", "fresh", done=done)
        calls(shop, forge, 1000, "churn", "fresh")
        assert [(found.branch, found.title, found.draft, found.body) for found in forge.pulls] == expected
        assert shop.branches().keys() == {"main", TEAMLESS}
        assert shop.bare.git("rev-list", "--count", f"main..{TEAMLESS}") == "1"
        before, said = shop.branches(), len(forge.writes)
        calls(shop, forge, 1000, "churn", "fresh")
        assert (shop.branches(), len(forge.writes)) == (before, said)


@pytest.mark.long
def test_what_is_to_be_withdrawn_is_so_after_a_break(shop: Shop, forge: MemoryForge) -> None:
    promote(shop, forge)
    shop.push({service.path("staging"): state(service, "staging", "1.0.0") for service in (CHURN, FRAUD)})
    for number in range(1, 40):
        try:
            calls(shop, forge, number)
        except RefusedError:
            continue
        break
    assert shop.branches().keys() == {"main", TEAM}
    assert {found.branch: found.state for found in forge.pulls} == {TEAM: "open", TEAMLESS: "closed"}
    assert FRESH.path("prod") not in shop.changed(TEAM)
