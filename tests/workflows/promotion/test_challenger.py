"""A challenger begins beside a champion, is replaced, crowned and gone."""

from __future__ import annotations

import pytest
from support.promotions import FRAUD, Shop, state

from mlgitops.core.yaml.read import load

PATH = FRAUD.path("prod")
START = "mlgitops/promote/staging/prod.challenger/team.risk"
CROWN = "mlgitops/promote/prod.challenger/prod/team.risk"
BESIDE = "environments/prod/hydrated/risk/fraud/deployment-fraud-challenger.yaml"


def started(shop: Shop) -> None:
    assert shop.run("promote", "staging", "prod/challenger", "fraud").code == 0
    shop.merge(START)


def test_it_begins_as_a_shadow(shop: Shop) -> None:
    started(shop)
    document = load(shop.show("main", PATH).encode(), PATH)
    assert (document["challenger"]["mode"], document["challenger"]["percent"]) == ("shadow", 10)
    assert document["challenger"]["release"]["version"] == "1.1.0"
    assert document["release"]["version"] == "1.0.0"
    assert shop.show("main", PATH).startswith(state(FRAUD, "prod", "1.0.0"))
    assert "fraud:1.1.0" in shop.show("main", BESIDE)


def test_it_is_crowned_and_its_manifests_go(shop: Shop) -> None:
    started(shop)
    outcome = shop.run("promote", "prod/challenger", "prod", "fraud")
    assert outcome.code == 0, outcome.out
    assert BESIDE in shop.changed(CROWN)
    shop.merge(CROWN)
    assert shop.show("main", PATH) == state(FRAUD, "prod", "1.1.0")
    assert not shop.bare.git("ls-tree", "main", BESIDE)
    assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0
    assert shop.run("promote", "staging", "prod", "fraud").code == 0
    assert "Nothing to promote" in shop.run("promote", "staging", "prod", "fraud").out


@pytest.mark.long
def test_people_may_work_on_the_branch_that_crowns_it(shop: Shop) -> None:
    started(shop)
    shop.run("promote", "prod/challenger", "prod", "fraud")
    people = shop.push({PATH: shop.show(CROWN, PATH).replace("max: 6", "max: 7")}, CROWN)
    assert shop.run("promote", "prod/challenger", "prod", "fraud").code == 0
    assert shop.branches()[CROWN] == people


@pytest.mark.long
def test_a_link_in_place_of_a_manifest_that_went_is_somebody_s(shop: Shop) -> None:
    started(shop)
    assert shop.run("promote", "prod/challenger", "prod", "fraud").code == 0
    people = shop.people
    people.git("fetch", "--quiet", "origin")
    people.git("checkout", "--quiet", "-B", "crown", f"origin/{CROWN}")
    (people.top / BESIDE).symlink_to("elsewhere")
    people.git("add", BESIDE)
    people.git("commit", "--quiet", "--amend", "--no-edit")
    people.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{CROWN}")
    amended = shop.branches()[CROWN]
    assert shop.run("promote", "prod/challenger", "prod", "fraud").code == 0
    assert shop.bare.git("rev-parse", f"{CROWN}^") == amended
    assert not shop.bare.git("ls-tree", CROWN, BESIDE)


def test_starting_it_twice_is_nothing_to_do(shop: Shop) -> None:
    started(shop)
    outcome = shop.run("promote", "staging", "prod/challenger", "fraud")
    assert (outcome.code, "Nothing to promote" in outcome.out) == (0, True)


@pytest.mark.long
def test_without_names_only_challengers_that_are_there_are_replaced(shop: Shop) -> None:
    started(shop)
    shop.release("1.2.0", FRAUD, environments=("staging",))
    told = shop.asked("promote", "prod/challenger", "prod")
    assert [service["name"] for one in told["promotions"] for service in one["services"]] == ["fraud"]


@pytest.mark.long
def test_a_challenger_can_be_held_alone(shop: Shop) -> None:
    started(shop)
    assert shop.run("hold", "prod/challenger", "fraud", "--reason", "measuring").code == 0
    shop.merge("mlgitops/hold/prod.challenger/service.fraud")
    shop.release("1.2.0", FRAUD, environments=("staging",))
    outcome = shop.run("promote", "staging", "prod/challenger", "fraud")
    assert (outcome.code, "prod/challenger is held" in outcome.out) == (1, True)
    assert shop.run("promote", "staging", "prod", "fraud").code == 0
