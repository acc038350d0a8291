"""`mlgitops rollback`, `hold` and `unhold`: what was declared before is declared again, and stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.promotions import CHURN, FRAUD, FRESH, Shop, copied, evaluation, new_shop, state
from support.repo import Repo

from mlgitops.core.digests import digest
from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from pathlib import Path

PATH = FRAUD.path("prod")
BACK = "mlgitops/rollback/prod/service.fraud"
TEAM = "mlgitops/promote/staging/prod/team.risk"
HELD = "mlgitops/hold/prod/service.fraud"
LIFTED = "mlgitops/unhold/prod/service.fraud"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """1.1.0 has come to prod by promotion, and 1.0.0 was there before."""
    return copied(tmp_path, "promoted", promoted)


def promoted(folder: Path) -> Shop:
    shop = new_shop(folder)
    assert shop.run("promote", "staging", "prod", "fraud").code == 0
    shop.merge(TEAM)
    return shop


def document(shop: Shop, branch: str) -> dict:
    return load(shop.show(branch, PATH).encode(), PATH)


def test_the_release_before_comes_back_whole_with_a_hold(shop: Shop) -> None:
    told = shop.asked("rollback", "prod", "fraud", "--reason", "misses: the new cards", "--until", "2099-12-01")
    assert (told["code"], told["change"]["branch"]) == (0, BACK)
    assert shop.show(BACK, PATH).startswith(state(FRAUD, "prod", "1.0.0"))
    assert document(shop, BACK)["hold"] == {
        "reason": "rolled back from 1.1.0 to 1.0.0: misses: the new cards",
        "by": "ada@example.org",
        "until": "2099-12-01",
    }
    assert "fraud:1.0.0" in shop.show(BACK, "environments/prod/hydrated/risk/fraud/deployment-fraud.yaml")
    shop.merge(BACK)
    assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0
    assert shop.run("validate", where=shop.people).code == 0


def test_the_second_run_reads_only(shop: Shop) -> None:
    shop.run("rollback", "prod", "fraud")
    before = shop.branches()
    told = shop.asked("rollback", "prod", "fraud")
    assert (told["code"], told["change"]["pushed"]) == (0, False)
    assert shop.branches() == before


def test_asked_again_after_the_merge_it_does_not_go_forward(shop: Shop) -> None:
    shop.run("rollback", "prod", "fraud")
    shop.merge(BACK)
    outcome = shop.run("rollback", "prod", "fraud")
    assert (outcome.code, outcome.out) == (2, "")
    assert "prod has declared no release of fraud before this one" in outcome.err


def test_a_hold_that_is_lifted_before_it_is_merged_is_withdrawn(shop: Shop) -> None:
    shop.run("hold", "prod", "fraud", "--reason", "look")
    assert HELD in shop.branches()
    told = shop.asked("unhold", "prod", "fraud")
    assert (told["code"], told["change"], told["deleted"]) == (0, None, [HELD])
    assert HELD not in shop.branches()


@pytest.mark.long
def test_the_opposite_of_what_is_asked_is_withdrawn(shop: Shop) -> None:
    shop.run("hold", "prod", "fraud", "--reason", "look")
    shop.merge(HELD)
    shop.run("unhold", "prod", "fraud")
    assert LIFTED in shop.branches()
    shop.run("hold", "prod", "fraud", "--reason", "look again")
    assert LIFTED not in shop.branches()
    assert HELD in shop.branches()


def test_people_may_work_on_its_branch(shop: Shop) -> None:
    shop.run("rollback", "prod", "fraud")
    text = shop.show(BACK, PATH).replace("max: 6", "max: 9")
    shop.push({PATH: text}, BACK, "Size it")
    before = shop.branches()
    told = shop.asked("rollback", "prod", "fraud")
    assert (told["code"], told["change"]["pushed"]) == (0, False)
    assert shop.branches() == before
    assert "+  replicas: {min: 2, max: 9}" in told["change"]["body"]


@pytest.mark.long
def test_the_next_promotion_does_not_undo_it(shop: Shop) -> None:
    shop.run("rollback", "prod", "fraud")
    shop.merge(BACK)
    shop.release("1.2.0", FRAUD, environments=("staging",))
    refused = shop.run("promote", "staging", "prod", "fraud")
    assert refused.code == 1
    assert "prod is held by ada@example.org: rolled back from 1.1.0 to 1.0.0" in refused.out
    assert "mlgitops unhold prod fraud" in refused.out
    assert shop.run("unhold", "prod", "fraud").code == 0
    shop.merge(LIFTED)
    assert shop.show("main", PATH) == state(FRAUD, "prod", "1.0.0")
    assert shop.run("promote", "staging", "prod", "fraud").code == 0
    shop.merge(TEAM)
    assert shop.show("main", PATH) == state(FRAUD, "prod", "1.2.0")


@pytest.mark.long
def test_what_left_does_not_come_back_by_promotion(shop: Shop) -> None:
    shop.run("rollback", "prod", "fraud")
    shop.merge(BACK)
    shop.run("unhold", "prod", "fraud")
    shop.merge(LIFTED)
    refused = shop.run("promote", "staging", "prod", "fraud")
    assert refused.code == 1
    assert "mlgitops rollback prod fraud --to 1.1.0" in " ".join(refused.out.split())
    assert shop.run("rollback", "prod", "fraud", "--to", "1.1.0").code == 0


@pytest.mark.long
def test_to_a_version_a_digest_or_a_commit(shop: Shop) -> None:
    first = shop.bare.git("log", "--reverse", "--format=%H", "main", "--", PATH).splitlines()[0]
    release = load(state(FRAUD, "prod", "1.0.0").encode(), "")["release"]
    shop.release("1.2.0", FRAUD, environments=("prod",))
    assert document(shop, "main")["release"]["version"] == "1.2.0"
    commits = set()
    for named in ("1.0.0", digest(release), digest(release).removeprefix("sha256:")[:12], first, first[:10]):
        told = shop.asked("rollback", "prod", "fraud", "--to", named)
        assert told["code"] == 0, named
        assert told["change"]["services"][0]["after"] == {"version": "1.0.0", "digest": digest(release)}
        commits.add(told["change"]["commit"])
    assert len(commits) == 1
    told = shop.asked("rollback", "prod", "fraud")
    assert told["change"]["services"][0]["after"]["version"] == "1.1.0"


def test_where_it_is_already_there_is_nothing_to_do(shop: Shop) -> None:
    before = shop.branches()
    outcome = shop.run("rollback", "prod", "fraud", "--to", "1.1.0")
    assert outcome.code == 0
    assert outcome.out.startswith("Nothing to do")
    assert shop.branches() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prod", "fraud", "--to", "9.9.9"], "prod has never declared a release `9.9.9` of fraud"),
        (["prod", "fraud", "--to", "--output=x"], "prod has never declared"),
        (["prod", "churn"], "prod has declared no release of churn before this one"),
        (["prod", "fruad"], "Did you mean `fraud`?"),
        (["prod/challenger", "fraud"], "declared no release of fraud before"),
        (["pord", "fraud"], "Did you mean `prod`?"),
        (["prod", "fraud", "--until", "tomorrow"], "tomorrow"),
    ],
)
def test_what_cannot_be_asked(shop: Shop, arguments: list[str], message: str) -> None:
    before = shop.branches()
    outcome = shop.run("rollback", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert shop.branches() == before


def test_a_clone_that_is_cut_off_cannot_tell(shop: Shop) -> None:
    shallow = Repo(shop.folder / "shallow")
    shop.bare.git("clone", "--quiet", "--depth=1", f"file://{shop.bare.top}", str(shallow.top))
    outcome = shop.run("rollback", "prod", "fraud", where=shallow)
    assert outcome.code == 2
    assert "git fetch --unshallow" in outcome.err
    assert shop.run("hold", "prod", "fraud", "--reason", "x", where=shallow).code == 0


@pytest.mark.long
def test_time_and_metrics_stop_no_rollback(shop: Shop) -> None:
    project = shop.show("main", "mlgitops.yaml").replace("gates:\n", "gates:\n  soak: {prod: 48h}\n")
    strict = shop.show("main", PATH).replace("min: 0.9}", "min: 0.949}")
    shop.push({"mlgitops.yaml": project, PATH: strict} | evaluation(FRAUD, "1.0.0", auc=0.91))
    outcome = shop.run("rollback", "prod", "fraud")
    assert outcome.code == 0, outcome.out


def test_what_it_needs_must_still_be_there(shop: Shop) -> None:
    gone = shop.show("main", PATH).replace('env: {STORE: "redis://features.prod:6379"}', "env: {}")
    gone = gone.replace("    env: [STORE]\n", "")
    shop.push({PATH: gone})
    told = shop.asked("rollback", "prod", "fraud")
    assert told["code"] == 1
    assert told["change"]["refused"] is True
    assert told["change"]["services"][0]["missing"] == ["STORE"]
    assert BACK not in shop.branches()


def test_what_has_changed_around_it_is_told(shop: Shop) -> None:
    shop.push({PATH: shop.show("main", PATH).replace("max: 6", "max: 8")})
    body = shop.asked("rollback", "prod", "fraud")["change"]["body"]
    assert "| `deploy.replicas.max` |" in body


def test_hold_and_unhold_leave_the_same_bytes(shop: Shop) -> None:
    before = shop.show("main", PATH)
    told = shop.asked("hold", "prod", "fraud", "--reason", "looking into it")
    assert (told["code"], told["change"]["branch"]) == (0, HELD)
    assert shop.changed(HELD) == [PATH]
    assert shop.bare.git("log", "-1", "--format=%s", HELD) == "Hold fraud in prod"
    shop.merge(HELD)
    told = shop.run("hold", "prod", "fraud", "--reason", "looking into it").out.splitlines()
    assert told[0] == f"deleted, no longer needed: {HELD}"
    assert told[1].startswith("Nothing to do")
    assert shop.run("unhold", "prod", "fraud").code == 0
    shop.merge(LIFTED)
    assert shop.show("main", PATH) == before
    assert "Nothing to do" in shop.run("unhold", "prod", "fraud").out


@pytest.mark.long
def test_a_hold_is_changed_by_another(shop: Shop) -> None:
    shop.run("hold", "prod", "fraud", "--reason", "looking into it")
    shop.run("hold", "prod", "fraud", "--reason", "still looking")
    assert document(shop, HELD)["hold"]["reason"] == "still looking"
    assert shop.bare.git("rev-list", "--count", f"main..{HELD}") == "1"


@pytest.mark.long
def test_the_second_hold_reads_only(shop: Shop) -> None:
    shop.run("hold", "prod", "fraud", "--reason", "looking into it")
    before = shop.branches()
    assert shop.run("hold", "prod", "fraud", "--reason", "looking into it").code == 0
    assert shop.branches() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hold", "prod", "fraud", "--reason", " "], "a hold needs a reason"),
        (["hold", "prod", "fraud", "--reason", "x", "--until", "tomorrow"], "tomorrow"),
        (["hold", "prod", "fraud", "--reason", "x", "--until", "2026-02-30"], "2026-02-30"),
        (["hold", "prod", "fraud", "--reason", "x", "--until", "2020-01-01"], "2020-01-01 is over"),
        (["hold", "prod/challenger", "fraud", "--reason", "x"], "nothing in prod/challenger of fraud to hold"),
        (["unhold", "prod", "fresh"], "prod has no state called `fresh`"),
    ],
)
def test_holds_that_cannot_be_asked(shop: Shop, arguments: list[str], message: str) -> None:
    before = shop.branches()
    outcome = shop.run(*arguments)
    assert (outcome.code, outcome.out) == (2, ""), outcome
    assert message in outcome.err
    assert shop.branches() == before


WORKING = state(FRAUD, "prod", "1.1.0")
NEWER = state(FRAUD, "prod", "1.2.0")


@pytest.mark.parametrize(
    ("broken", "shown", "reason"),
    [
        pytest.param("kind: [\n", "nothing → 1.1.0", "back at 1.1.0", id="no YAML"),
        pytest.param(
            NEWER.replace("min: 2, max: 6", "min: many"),
            "1.2.0 → 1.1.0",
            "rolled back from 1.2.0 to 1.1.0",
            id="another release",
            marks=pytest.mark.long,
        ),
        pytest.param(
            WORKING.replace("min: 2, max: 6", "min: many"),
            "1.1.0, as it was",
            "back at 1.1.0",
            id="the same release",
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_is_no_valid_state_any_more_comes_back_whole(shop: Shop, broken: str, shown: str, reason: str) -> None:
    valid = shop.branches()["main"]
    shop.push({PATH: broken}, render=False)
    told = shop.asked("rollback", "prod", "fraud", "--reason", "it is broken")
    (planned,) = told["change"]["services"]
    assert (told["code"], planned["after"]["version"]) == (0, "1.1.0")
    assert f"all of it comes back as it was in commit {valid[:12]}" in planned["whole"]
    assert planned["whole"] in told["change"]["body"].replace("\\", "")
    assert shop.show(BACK, PATH).startswith(WORKING)
    assert document(shop, BACK)["hold"]["reason"] == f"{reason}: it is broken"
    again = shop.run("rollback", "prod", "fraud", "--reason", "it is broken")
    assert (again.code, "nothing new" in again.out) == (0, True)
    assert f"  fraud  {shown}\n    ! The file is no valid state (" in again.out
    shop.clone.git("fetch", "--quiet", "origin")
    judged = shop.run("gates", "--commit", f"origin/{BACK}")
    assert judged.code == 0, judged.out
    shop.merge(BACK)
    assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0


def test_a_release_that_is_named_comes_back_as_it_last_was_a_valid_state(shop: Shop) -> None:
    shop.push({PATH: WORKING.replace("replicas: {min: 2, max: 6}", "replicas: {min: many}")}, render=False)
    told = shop.asked("rollback", "prod", "fraud", "--to", "1.0.0")
    assert (told["code"], told["change"]["services"][0]["after"]["version"]) == (0, "1.0.0")
    assert shop.show(BACK, PATH).startswith(state(FRAUD, "prod", "1.0.0"))
    refused = shop.run("rollback", "prod/challenger", "fraud")
    assert (refused.code, "`mlgitops rollback prod fraud`" in refused.err) == (2, True)
    refused = shop.run("promote", "staging", "prod", "fraud")
    assert (refused.code, f"{PATH}:" in refused.err) == (2, True), refused.err


@pytest.mark.long
def test_people_may_mend_it_on_its_branch(shop: Shop) -> None:
    shop.push({PATH: "kind: [\n"}, render=False)
    shop.run("rollback", "prod", "fraud")
    shop.push({PATH: shop.show(BACK, PATH).replace("max: 6", "max: 9")}, BACK, "Size it")
    told = shop.asked("rollback", "prod", "fraud", "--to", "1.0.0")
    assert (told["code"], told["change"]["services"][0]["whole"]) == (0, None)
    assert document(shop, BACK)["deploy"]["replicas"]["max"] == 9
    assert document(shop, BACK)["release"]["version"] == "1.0.0"


def test_what_was_never_a_valid_state_is_mended_by_hand(shop: Shop) -> None:
    path = FRESH.path("prod")
    shop.push({path: state(FRESH, "prod", "0.9.0").replace("max: 6", "max: many")}, render=False)
    refused = shop.run("rollback", "prod", "fresh")
    assert (refused.code, refused.out) == (2, "")
    assert f"{path} has never been a valid state" in refused.err
    assert "Mend it by hand: " in refused.err


@pytest.mark.long
def test_a_rollback_of_a_service_that_was_gone_for_a_time(shop: Shop) -> None:
    people = shop.people
    people.git("rm", "--quiet", "-r", PATH, "environments/prod/hydrated/risk/fraud")
    shop.push({}, message="Take fraud out")
    shop.push({PATH: state(FRAUD, "prod", "1.1.0")})
    told = shop.asked("rollback", "prod", "fraud")
    assert told["change"]["services"][0]["after"]["version"] == "1.0.0"
    assert FRESH.path("prod") not in shop.changed(BACK)
    assert CHURN.path("prod") not in shop.changed(BACK)
