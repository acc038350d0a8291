"""A service that the target does not declare yet: a draft that asks, people who answer, and a pull request at last."""

from __future__ import annotations

import pytest
from support.promotions import CHURN, FRESH, Shop

from mlgitops.core.yaml.read import load

BRANCH = "mlgitops/promote/staging/prod/teamless"
PATH = FRESH.path("prod")
HYDRATED = "environments/prod/hydrated/fresh/deployment-fresh.yaml"


def filled(shop: Shop) -> str:
    """The draft's file with what a person fills in."""
    text = shop.show(BRANCH, PATH)
    head, mark, _ = text.partition("deploy: {}\n")
    assert mark
    return (
        head + "# Sized by Ada.\ndeploy:\n  placement: {nodePools: [t4]} # the only one\n  replicas: {min: 2, max: 3}\n"
        '  env: {STORE: "redis://features.prod:6379"}\n\nacceptance:\n  holdout: {metrics: {auc: {min: 0.9}}}\n'
    )


def test_it_asks_for_what_never_travels(shop: Shop) -> None:
    told = shop.asked("promote", "staging", "prod", "fresh")
    assert told["code"] == 0
    (one,) = told["promotions"]
    (service,) = one["services"]
    assert (one["draft"], service["created"], service["gates"]) == (True, True, [])
    assert {question["field"]: question["required"] for question in service["questions"]} == {
        "deploy.placement": True,
        "deploy.replicas": False,
        "deploy.env.STORE": True,
        "acceptance": False,
    }
    assert shop.changed(BRANCH) == [PATH]
    assert "features.staging" not in shop.show(BRANCH, PATH)
    assert "| `deploy.env.STORE` | yes | `redis://features.staging:6379` |" in one["body"]
    before = shop.branches()
    assert shop.run("promote", "staging", "prod", "fresh").code == 0
    assert shop.branches() == before


def test_what_people_fill_in_stays_and_makes_it_whole(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    answered = shop.push({PATH: filled(shop)}, BRANCH, "Fill in what prod needs", render=False)
    told = shop.asked("promote", "staging", "prod", "fresh")
    assert told["code"] == 0, told
    (one,) = told["promotions"]
    assert (one["draft"], one["pushed"]) == (False, True)
    assert shop.bare.git("rev-parse", f"{BRANCH}^") == answered
    assert shop.show(BRANCH, PATH) == filled_again(shop)
    assert "redis://features.prod:6379" in shop.show(BRANCH, HYDRATED)
    before = shop.branches()
    again = shop.asked("promote", "staging", "prod", "fresh")
    assert [found["pushed"] for found in again["promotions"]] == [False]
    assert again["promotions"][0]["body"] == one["body"]
    assert shop.branches() == before
    shop.merge(BRANCH)
    assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0
    assert shop.run("validate", where=shop.people).code == 0
    assert "Nothing to promote" in shop.run("promote", "staging", "prod", "fresh").out


def filled_again(shop: Shop) -> str:
    """What the person wrote."""
    return shop.bare.git("show", f"{BRANCH}^:{PATH}") + "\n"


@pytest.mark.long
def test_people_who_hydrate_themselves_leave_nothing_to_do(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop)}, BRANCH, "Fill in and render")
    before = shop.branches()
    told = shop.asked("promote", "staging", "prod", "fresh")
    assert (told["code"], told["promotions"][0]["draft"]) == (0, False)
    assert shop.branches() == before
    assert "+  replicas: {min: 2, max: 3}" in told["promotions"][0]["body"]


@pytest.mark.long
def test_an_override_is_committed_to_what_people_have_completed(shop: Shop) -> None:
    project = shop.show("main", "mlgitops.yaml")
    shop.push({"mlgitops.yaml": project.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")})
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop)}, BRANCH, "Fill in and render")
    asked = ("promote", "staging", "prod", "fresh", "--override", "soak", "--reason", "a  fix")
    assert shop.run(*asked).code == 0
    assert "\nMlgitops-Override: soak: a fix\n" in shop.bare.git("log", "-1", "--format=%B", BRANCH)
    before = shop.branches()
    for arguments in (asked, asked[:4]):
        assert shop.run(*arguments).code == 0
        assert shop.branches() == before


@pytest.mark.long
def test_half_an_answer_is_a_draft_still(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    half = filled(shop).replace('  env: {STORE: "redis://features.prod:6379"}\n', "")
    shop.push({PATH: half}, BRANCH, "Fill in half", render=False)
    told = shop.asked("promote", "staging", "prod", "fresh")
    assert told["promotions"][0]["draft"] is True
    assert [question["field"] for question in told["promotions"][0]["services"][0]["questions"]] == ["deploy.env.STORE"]
    assert shop.show(BRANCH, PATH) == half


@pytest.mark.long
def test_a_faulty_answer_keeps_nobody_else(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop).replace("min: 2", "min: two")}, BRANCH, "Fill in", render=False)
    before = shop.branches()
    told = shop.asked("promote", "staging", "prod")
    assert told["code"] == 1
    assert shop.branches()["mlgitops/promote/staging/prod/team.risk"]
    assert shop.branches()[BRANCH] == before[BRANCH] or PATH in shop.changed(BRANCH)


def test_a_newer_release_reaches_the_draft_and_leaves_the_answers(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop)}, BRANCH, "Fill in what prod needs", render=False)
    shop.release("0.9.1", FRESH, environments=("dev", "staging"))
    assert shop.run("promote", "staging", "prod", "fresh").code == 0
    after = load(shop.show(BRANCH, PATH).encode(), PATH)
    assert after["release"]["version"] == "0.9.1"
    assert after["deploy"]["replicas"] == {"min": 2, "max": 3}
    assert "# Sized by Ada." in shop.show(BRANCH, PATH)


def test_a_draft_stays_when_others_are_promoted(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    for names in ([], ["churn"]):
        assert shop.run("promote", "staging", "prod", *names).code == 0
        assert PATH in shop.changed(BRANCH)
        assert CHURN.path("prod") in shop.changed(BRANCH)


@pytest.mark.long
def test_others_stay_when_a_draft_begins(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.run("promote", "staging", "prod", "fresh")
    assert {PATH, CHURN.path("prod")} <= set(shop.changed(BRANCH))


@pytest.mark.long
def test_people_who_merge_the_base_into_it_change_nothing_more(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop)}, BRANCH, "Fill in what prod needs", render=False)
    shop.push({CHURN.path("prod"): shop.show("main", CHURN.path("prod")).replace("max: 6", "max: 7")})
    people = shop.people
    people.git("checkout", "--quiet", BRANCH)
    people.git("reset", "--quiet", "--hard", f"origin/{BRANCH}")
    people.git("merge", "--quiet", "--no-edit", "origin/main")
    people.git("push", "--quiet", "origin", f"HEAD:{BRANCH}")
    told = shop.asked("promote", "staging", "prod", "fresh")
    assert [service["name"] for service in told["promotions"][0]["services"]] == ["fresh"]
    assert CHURN.path("prod") not in shop.changed(BRANCH)


def squashed(shop: Shop) -> None:
    """People fill in a draft, and squash it into the base; the branch stays."""
    shop.run("promote", "staging", "prod", "fresh")
    shop.push({PATH: filled(shop)}, BRANCH, "Fill in what prod needs", render=False)
    shop.run("promote", "staging", "prod", "fresh")
    shop.squash(BRANCH)


@pytest.mark.long
def test_what_was_squashed_into_a_base_that_went_on_has_no_say(shop: Shop) -> None:
    squashed(shop)
    shop.push({PATH: shop.show("main", PATH).replace("max: 3", "max: 5")}, message="Give it more")
    shop.release("0.9.1", FRESH, environments=("dev", "staging"))
    assert shop.run("promote", "staging", "prod", "fresh").code == 0
    assert load(shop.show(BRANCH, PATH).encode(), PATH)["deploy"]["replicas"] == {"min": 2, "max": 5}
    assert shop.bare.git("rev-parse", f"{BRANCH}^") == shop.branches()["main"]


@pytest.mark.long
def test_what_was_squashed_into_the_base_is_done_with(shop: Shop) -> None:
    squashed(shop)
    assert shop.run("promote", "staging", "prod").code == 0
    assert PATH not in shop.changed(BRANCH)
    assert CHURN.path("prod") in shop.changed(BRANCH)


@pytest.mark.long
def test_a_branch_of_people_is_closed_and_never_deleted(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    kept = shop.push({"notes.md": "mind the holiday\n"}, BRANCH, "Take notes")
    shop.push({CHURN.path("staging"): shop.show("main", CHURN.path("prod"))})
    assert shop.run("promote", "staging", "prod").code == 0
    assert shop.branches()[BRANCH] == kept
