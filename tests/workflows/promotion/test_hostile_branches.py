"""Who may push to branches of promotions, and no further, gets nothing past a plan, and stops nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.memory_forge import MemoryForge
from support.promotions import CHURN, FRAUD, FRESH, PROJECT, SCORE, Shop, evaluation, state

from mlgitops.core.slots import SlotName
from mlgitops.workflows.promote import Promote, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIX = "mlgitops/promote/staging/prod/"
TEAMLESS = f"{PREFIX}teamless"
TEAM = f"{PREFIX}team.risk"
ENVIRONMENT = "environments/prod/environment.yaml"


def pushed(shop: Shop, branch: str, change: Callable[[Path], object]) -> None:
    """Somebody pushes whatever Git takes."""
    people = shop.people
    people.git("fetch", "--quiet", "origin")
    people.git("checkout", "--quiet", "-B", "hostile", "origin/main")
    change(people.top)
    people.commit(message="Nothing to see here")
    people.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")


def evil(text: str) -> str:
    return text.replace("redis://features.prod:6379", "redis://elsewhere:6379").replace("max: 6", "max: 600")


@pytest.mark.parametrize("branch", [TEAM, f"{PREFIX}service.fraud"])
def test_a_branch_changes_nothing_of_services_that_it_does_not_bring(shop: Shop, branch: str) -> None:
    files = {CHURN.path("prod"): evil(state(CHURN, "prod", "1.0.0"))}
    files |= {CHURN.path("staging"): state(CHURN, "staging", "6.6.6"), **evaluation(CHURN, "6.6.6", 0.99)}
    shop.push(files, branch)
    assert shop.run("promote", "staging", "prod", "churn").code == 0
    assert shop.show(TEAMLESS, CHURN.path("prod")) == state(CHURN, "prod", "1.1.0")


def test_nor_of_the_source_of_those_that_it_brings(shop: Shop) -> None:
    shop.push({FRAUD.path("staging"): state(FRAUD, "staging", "6.6.6"), **evaluation(FRAUD, "6.6.6", 0.99)}, TEAM)
    told = shop.asked("promote", "staging", "prod", "fraud")
    (one,) = told["promotions"]
    assert {service["name"]: service["after"]["version"] for service in one["services"]}["fraud"] == "1.1.0"
    assert FRAUD.path("staging") in one["besides"]
    assert f"- `{FRAUD.path('staging')}`" in one["body"]


def test_what_else_people_bring_is_shown_and_has_no_say(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    floor = "acceptance:\n  holdout: {metrics: {auc: {min: 0.999}}}\n"
    shop.push({ENVIRONMENT: shop.show("main", ENVIRONMENT) + floor}, "main", render=False)
    weak = shop.show("main", ENVIRONMENT).replace(floor, "")
    shop.push({ENVIRONMENT: weak + "# weaker\n", "mlgitops.yaml": PROJECT + "# mine\n"}, TEAMLESS, render=False)
    told = shop.asked("promote", "staging", "prod", "churn", "--dry-run")
    assert told["code"] == 1
    (refused,) = told["refused"]
    (gate,) = (gate for gate in refused["gates"] if gate["gate"] == "findings")
    assert (gate["result"], "failed-acceptance" in gate["reason"]) == ("failed", True)


@pytest.mark.long
def test_they_are_named_to_whoever_runs_it_and_reviews(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.push({"mlgitops.yaml": PROJECT + "# mine\n", "a\u202eb": "x"}, TEAMLESS, render=False)
    outcome = shop.run("promote", "staging", "prod", "churn", "--dry-run")
    assert outcome.code == 0
    assert "! by people on this branch, not judged here: a\\u202eb, mlgitops.yaml\n" in outcome.out
    assert "**Merging brings more than this promotion:**" in outcome.out
    assert shop.asked("promote", "staging", "prod", "churn")["promotions"][0]["besides"] == [
        "a\u202eb",
        "mlgitops.yaml",
    ]


@pytest.mark.long
def test_a_rollback_names_them_too(shop: Shop) -> None:
    assert shop.run("rollback", "staging", "churn").code == 0
    shop.push({"mlgitops.yaml": PROJECT + "# mine\n"}, "mlgitops/rollback/staging/service.churn", render=False)
    told = shop.asked("rollback", "staging", "churn", "--dry-run")
    assert told["change"]["besides"] == ["mlgitops.yaml"]


@pytest.mark.long
def test_they_are_neither_merged_by_itself_nor_vouched_for(shop: Shop) -> None:
    forge = MemoryForge(shop.bare)
    request = Request(SlotName("staging"), SlotName("prod"), ("churn",), auto_merge=True)
    with shop.parts(forge) as parts:
        (first,) = Promote(parts).run(request).published
    assert list(forge.merging.values()) == [first.commit]
    by_people = shop.push({"mlgitops.yaml": PROJECT + "# mine\n"}, TEAMLESS, render=False)
    with shop.parts(forge) as parts:
        (second,) = Promote(parts).run(request).published
    assert second.commit == by_people
    assert list(forge.merging.values()) == [first.commit]
    assert {commit for commit, _ in forge.statuses} == {first.commit}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  placement: {nodePools: [t4]} # the only one\n", "  placement: {nodePools: true}\n"),
        pytest.param("  holdout: {metrics: {auc: {min: 0.9}}}\n", "  holdout: null\n", marks=pytest.mark.long),
        pytest.param("{auc: {min: 0.9}}", "{auc: []}", marks=pytest.mark.long),
    ],
    ids=["deploy", "acceptance", "metric"],
)
def test_nor_by_what_is_no_valid_state_on_it(shop: Shop, old: str, new: str) -> None:
    text = state(CHURN, "prod", "1.0.0")
    assert old in text
    shop.push({CHURN.path("prod"): text.replace(old, new)}, TEAMLESS, render=False)
    told = shop.asked("promote", "staging", "prod")
    assert (told["code"], [one["branch"] for one in told["promotions"]]) == (1, [TEAM])
    assert [one["name"] for one in told["broken"]] == ["churn"]
    outcome = shop.run("promote", "staging", "prod", "churn")
    assert outcome.code == 2
    assert f"error: {CHURN.path('prod')}:" in outcome.err


def test_nor_by_a_state_that_is_deleted_on_it(shop: Shop) -> None:
    pushed(shop, TEAMLESS, lambda top: (top / CHURN.path("prod")).unlink())
    told = shop.asked("promote", "staging", "prod", "--dry-run")
    assert (told["code"], [one["branch"] for one in told["promotions"]]) == (1, [TEAM])
    outcome = shop.run("promote", "staging", "prod", "churn")
    assert outcome.code == 2
    assert f"error: {CHURN.path('prod')}: people have deleted it on a branch that promotes it" in outcome.err


def test_nor_by_a_name_that_is_taken(shop: Shop) -> None:
    doubled = FRESH.path("prod").replace("state/", "state/risk/")
    shop.push({CHURN.path("prod").replace("state/", "state/risk/"): state(CHURN, "prod", "1.0.0")}, TEAM, render=False)
    shop.push({doubled: state(FRESH, "prod", "0.9.0")}, TEAM, render=False)
    shop.push({FRESH.path("prod"): state(FRESH, "prod", "0.8.0")}, TEAMLESS, render=False)
    told = shop.asked("promote", "staging", "prod")
    assert (told["code"], told["broken"]) == (0, [])
    services = [service["name"] for one in told["promotions"] for service in one["services"]]
    assert services == ["fraud", "fresh", "score", "churn"]


@pytest.mark.long
def test_nor_by_a_new_state_that_is_filled_in_wrongly(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    draft = shop.show(TEAMLESS, FRESH.path("prod"))
    for deploy in ("deploy: 5\n", "deploy: {placement: {nodePools: 5}}\n"):
        shop.push({FRESH.path("prod"): draft.replace("deploy: {}\n", deploy)}, TEAMLESS, render=False)
        told = shop.asked("promote", "staging", "prod", "--dry-run")
        assert (told["code"], [one["name"] for one in told["broken"]]) == (1, ["fresh"])


def test_nor_a_hold_by_what_is_on_its_branch(shop: Shop) -> None:
    text = state(CHURN, "prod", "1.0.0")
    branch = "mlgitops/hold/prod/service.churn"
    shop.push({CHURN.path("prod"): text.replace("nodePools: [t4]", "nodePools: 5")}, branch, render=False)
    assert shop.run("hold", "prod", "churn", "--reason", "x").code == 2


def link(top: Path) -> None:
    place = top / CHURN.path("prod")
    place.unlink()
    place.symlink_to("/etc/passwd")


def large(top: Path) -> None:
    (top / CHURN.path("prod")).write_bytes(b"#" * (17 << 20))


def repository(top: Path) -> None:
    folder = top / "environments/prod/hydrated/churn"
    for name in ("HEAD", "objects/a", "refs/a"):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text("ref: refs/heads/main\n")


def no_project(top: Path) -> None:
    (top / "mlgitops.yaml").write_text("path: [\n")


def no_text(top: Path) -> None:
    (top / CHURN.path("staging")).write_bytes(b"\xff\xfe\0")


@pytest.mark.long
@pytest.mark.parametrize("changes", [(link, large, no_project), (large, link, no_text)])
def test_nobody_is_stopped_by_what_is_on_a_branch(shop: Shop, changes: tuple[Callable[[Path], None], ...]) -> None:
    for branch, change in zip((TEAMLESS, TEAM, f"{PREFIX}a"), changes, strict=True):
        pushed(shop, branch, change)
    assert shop.run("promote", "staging", "prod", "churn", "score").code == 0
    assert shop.show(TEAMLESS, CHURN.path("prod")) == state(CHURN, "prod", "1.1.0")
    assert shop.bare.git("ls-tree", TEAMLESS, CHURN.path("prod")).startswith("100644 ")
    assert shop.show(TEAM, SCORE.path("prod")) == state(SCORE, "prod", "1.1.0")


def test_nor_by_a_repository_in_it(shop: Shop) -> None:
    pushed(shop, f"{PREFIX}service.fraud", repository)
    assert shop.run("promote", "staging", "prod", "churn").code == 0


def unrelated(shop: Shop, branch: str) -> None:
    people = shop.people
    people.git("checkout", "--quiet", "--orphan", "alone")
    (people.top / "mlgitops.yaml").write_text(PROJECT + "# alone\n")
    people.commit(message="Alone")
    people.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")


@pytest.mark.long
def test_a_history_of_its_own_stops_only_what_needs_the_name(shop: Shop) -> None:
    unrelated(shop, TEAM)
    assert shop.run("promote", "staging", "prod", "churn").code == 0
    outcome = shop.run("promote", "staging", "prod", "score")
    assert outcome.code == 2
    assert f"the branch `{TEAM}` has no commit in common with main" in outcome.err


@pytest.mark.long
def test_a_state_that_was_too_large_once_keeps_nobody_from_telling_the_past(shop: Shop) -> None:
    project = PROJECT.replace("gates:\n", "gates:\n  soak: {prod: 1m}\n")
    shop.push({"mlgitops.yaml": project, CHURN.path("staging"): b"#" * (17 << 20)}, render=False)
    shop.push({CHURN.path("staging"): state(CHURN, "staging", "1.1.0")})
    pushed(shop, TEAMLESS, large)
    shop.clone.git("pull", "--quiet", "--ff-only", "origin", "main")
    for arguments in (("status",), ("status", "--remote", "origin"), ("history", "staging", "churn")):
        outcome = shop.run(*arguments)
        assert (outcome.code, outcome.err) == (0, "")
    assert shop.run("promote", "staging", "prod", "churn").code == 0
