"""`mlgitops gates`: what gates say of a promotion, and of changes that are there, by the policy of the base."""

from __future__ import annotations

import pytest
from support.memory_forge import MemoryForge
from support.promotions import CHURN, FRAUD, FRESH, PROJECT, Shop, evaluation, new_shop, state

from mlgitops.ports.forge import Approvals
from mlgitops.workflows.gates import Gates, Judged, Request

HAND = "ada/by-hand"
OWNERS = "* @all\n/environments/prod/ @carol\n"


@pytest.fixture
def forge(shop: Shop) -> MemoryForge:
    return MemoryForge(shop.bare)


def of_commit(shop: Shop, commit: str) -> dict:
    shop.clone.git("fetch", "--quiet", "origin")
    return shop.asked("gates", "--commit", commit)


def judged(shop: Shop, forge: MemoryForge, **asked: object) -> list[Judged]:
    with shop.parts(forge) as parts:
        return Gates(parts).run(Request(**asked))


def results(change: dict) -> dict[str, str]:
    """Result by gate of the one service."""
    (service,) = change["services"]
    return {gate["gate"]: gate["result"] for gate in service["gates"]}


def by_hand(version: str, **changes: str) -> dict[str, str]:
    return {CHURN.path("prod"): state(CHURN, "prod", version), **evaluation(CHURN, version), **changes}


def test_of_a_promotion_that_nobody_makes(shop: Shop) -> None:
    before = shop.branches()
    outcome = shop.run("gates", "staging", "prod", "churn")
    assert outcome.code == 0
    assert outcome.out.startswith("  churn  1.0.0 → 1.1.0\n    ✓ findings")
    refused = shop.asked("gates", "dev", "prod", "fraud")
    assert (refused["code"], results(refused["changes"][0])["step"]) == (1, "failed")
    assert shop.branches() == before
    assert shop.run("gates", "prod", "prod-us").out == "Nothing to promote.\n"


def test_of_a_change_by_hand(shop: Shop) -> None:
    commit = shop.push(by_hand("1.1.0"), HAND)
    told = of_commit(shop, commit)
    assert told["code"] == 0
    (change,) = told["changes"]
    assert change["commit"] == commit
    assert results(change) == dict.fromkeys(["findings", "hold", "no-worse", "regression", "step"], "passed")


def test_a_change_by_hand_is_held_to_the_same(shop: Shop) -> None:
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + "\nhold: {reason: looking into it}\n"})
    commit = shop.push(by_hand("1.1.0"), HAND)  # takes the hold away on its way
    told = of_commit(shop, commit)
    assert (told["code"], results(told["changes"][0])["hold"]) == (1, "failed")


def test_a_measured_release_that_is_worse_is_found(shop: Shop) -> None:
    commit = shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.3.0"), **evaluation(CHURN, "1.3.0", 0.91)}, HAND)
    told = of_commit(shop, commit)
    assert told["code"] == 1
    assert results(told["changes"][0])["no-worse"] == "failed"


@pytest.mark.long
def test_what_is_brought_back_by_hand_is_a_rollback(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.merge("mlgitops/promote/staging/prod/teamless")
    project = PROJECT.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")
    shop.push({"mlgitops.yaml": project})
    told = of_commit(shop, shop.push(by_hand("1.0.0"), HAND))
    assert told["code"] == 0, told


def test_policy_and_gates_are_those_of_the_base(shop: Shop) -> None:
    shop.push({"mlgitops.yaml": PROJECT.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")})
    wide = f"{PROJECT}policy:\n  severity: {{missing-evaluation: {{prod: info}}}}\n"
    files = {CHURN.path("prod"): state(CHURN, "prod", "1.9.0"), "mlgitops.yaml": wide}
    told = of_commit(shop, shop.push(files, HAND))
    assert told["code"] == 1
    found = results(told["changes"][0])
    assert (found["findings"], found["soak"]) == ("failed", "failed")


def test_a_change_that_takes_the_environment_off_the_path_is_judged(shop: Shop) -> None:
    files = {
        CHURN.path("prod"): state(CHURN, "prod", "1.9.0"),
        "mlgitops.yaml": PROJECT.replace("[prod, prod-us]", "prod-us").replace("{prod: [step, hold, soak], ", "{"),
    }
    told = of_commit(shop, shop.push(files, HAND, render=False))
    assert told["code"] == 1
    assert results(told["changes"][0])["findings"] == "failed"


def test_code_owners_are_those_of_the_base(shop: Shop, forge: MemoryForge) -> None:
    shop.push({"CODEOWNERS": OWNERS})
    shop.push(by_hand("1.1.0", CODEOWNERS="* @bob\n"), HAND)
    forge.open(HAND, author="ada")
    forge.reviews[HAND] = Approvals(("bob",), (), None)
    (one,) = judged(shop, forge)
    (told,) = (told for told in one.planned[0].told if told.gate == "approval")
    assert told.verdict.result == "pending"
    forge.reviews[HAND] = Approvals(("Carol", "all"), (), None)
    (one,) = judged(shop, forge)
    (told,) = (told for told in one.planned[0].told if told.gate == "approval")
    assert told.verdict.result == "passed"


@pytest.fixture(scope="module")
def overridden(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, MemoryForge]:
    """A change by hand that asks to override a hold; whoever reviews it."""
    shop = new_shop(tmp_path_factory.mktemp("overridden"))
    shop.push({"CODEOWNERS": OWNERS + "/environments/ @carol @ada\n"})
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + "\nhold: {reason: looking into it}\n"})
    shop.push(by_hand("1.1.0"), HAND, "Bring a fix\n\nMlgitops-Override: hold: it burns\n")
    forge = MemoryForge(shop.bare)
    forge.open(HAND, author="ada")
    return shop, forge


@pytest.mark.parametrize(
    ("reviews", "counts"),
    [
        (Approvals((), (), None), False),
        (Approvals(("bob",), (), None), False),
        (Approvals(("carol",), (), None), True),
        (Approvals(("CAROL",), (), None), True),
        (Approvals(("carol",), ("bob",), None), False),
        (Approvals(("bob",), (), True), False),
        (Approvals((), (), True), False),
        (Approvals(("carol",), (), False), False),
        (Approvals(("ada",), (), None), False),
    ],
)
def test_an_override_counts_once_a_code_owner_approves(
    overridden: tuple[Shop, MemoryForge], reviews: Approvals, counts: bool
) -> None:
    shop, forge = overridden
    forge.reviews[HAND] = reviews
    (one,) = judged(shop, forge)
    (told,) = (told for told in one.planned[0].told if told.gate == "hold")
    assert (told.override, told.refuses) == (("it burns", False) if counts else ("", True))


def test_an_override_that_the_base_does_not_list_never_counts(shop: Shop, forge: MemoryForge) -> None:
    shop.push({"CODEOWNERS": OWNERS, "mlgitops.yaml": PROJECT.replace("prod: [step, hold, soak]", "prod: [step]")})
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + "\nhold: {reason: looking into it}\n"})
    shop.push(by_hand("1.1.0", **{"mlgitops.yaml": PROJECT}), HAND, "Fix\n\nMlgitops-Override: hold: it burns\n")
    forge.open(HAND, author="ada")
    forge.reviews[HAND] = Approvals(("carol",), (), True)
    (one,) = judged(shop, forge)
    assert one.failed


def test_without_a_pull_request_no_override_counts(shop: Shop) -> None:
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + "\nhold: {reason: looking into it}\n"})
    commit = shop.push(by_hand("1.1.0"), HAND, "Fix\n\nMlgitops-Override: hold: it burns\n")
    assert of_commit(shop, commit)["code"] == 1


NEWER = "cluster: {namespace: ml-live,"


def test_two_that_are_clean_apart_and_stale_together_are_found(shop: Shop, forge: MemoryForge) -> None:
    """One brings a service into an environment whose namespace the other changes: Git merges both without a word."""
    branch = "grace/fresh"
    new = {FRESH.path("prod"): state(FRESH, "prod", "0.9.0"), **evaluation(FRESH, "0.9.0")}
    shop.push(new, branch)
    path = "environments/prod/environment.yaml"
    renamed = shop.show("main", path).replace("cluster: {namespace: ml-prod,", NEWER)
    assert NEWER in renamed
    shop.push({path: renamed}, HAND)
    for name in (branch, HAND):
        forge.open(name)
    assert [one.failed for one in judged(shop, forge)] == [False, False]
    first = shop.bare.git("rev-parse", "main")
    shop.merge(HAND)
    (one,) = judged(shop, forge, status=True)
    assert one.failed
    assert "stale-manifest" in {finding.rule for finding in one.planned[0].findings}
    assert forge.verdicts(one.commit)["findings"] == "failure"
    assert of_commit(shop, one.commit)["code"] == 1
    shop.bare.git("update-ref", "refs/heads/main", first)
    forge.change(2, state="open")
    shop.merge(branch)
    (one,) = judged(shop, forge, status=True)
    assert one.failed, "the one that promotes nothing has manifests of before"
    assert forge.verdicts(one.commit)["findings"] == "failure"


@pytest.mark.long
def test_two_that_change_one_workload_are_told_to_conflict(shop: Shop, forge: MemoryForge) -> None:
    shop.run("promote", "staging", "prod", "churn")
    forge.open("mlgitops/promote/staging/prod/teamless")
    path = "environments/prod/environment.yaml"
    shop.push({path: shop.show("main", path).replace("cluster: {namespace: ml-prod,", NEWER)})
    (one,) = judged(shop, forge)
    assert "conflicts with main in environments/prod/hydrated/churn/" in one.broken
    assert one.broken.endswith("run the command again that has made its branch")
    shop.run("promote", "staging", "prod", "churn")
    forge.change(1, commit=shop.branches()["mlgitops/promote/staging/prod/teamless"])
    (one,) = judged(shop, forge)
    assert not one.failed


def test_a_change_of_no_release_is_told_to_be_none(shop: Shop, forge: MemoryForge) -> None:
    commit = shop.push({"README.md": "news\n"}, HAND)
    told = of_commit(shop, commit)
    assert (told["code"], told["changes"][0]["services"]) == (0, [])
    forge.open(HAND)
    (one,) = judged(shop, forge, status=True)
    assert set(forge.verdicts(one.commit).values()) == {"success"}
    assert {"findings", "soak", "approval"} <= forge.verdicts(one.commit).keys()


def test_manifests_edited_by_hand_are_found(shop: Shop) -> None:
    path = "environments/prod/hydrated/churn/deployment-churn.yaml"
    text = shop.show("main", path).replace("replicas: 2", "replicas: 9")
    told = of_commit(shop, shop.push({path: text}, HAND, render=False))
    assert told["code"] == 1
    assert "stale-manifest" in shop.run("gates", "--commit", told["changes"][0]["commit"]).out


@pytest.mark.long
def test_a_broken_change_keeps_no_other_from_being_judged(shop: Shop, forge: MemoryForge) -> None:
    shop.push({CHURN.path("prod"): "kind: [\n"}, "a/broken", render=False)
    shop.push({"big.bin": b"\0" * (16 * 1024 * 1024 + 1)}, "b/big", render=False)
    people = shop.people
    people.git("checkout", "--quiet", "-B", "c/link", "origin/main")
    (people.top / CHURN.path("prod")).unlink()
    (people.top / CHURN.path("prod")).symlink_to("/etc/passwd")
    people.commit(message="Link")
    people.git("push", "--quiet", "origin", "HEAD:refs/heads/c/link")
    shop.push(by_hand("1.1.0"), "d/good")
    for branch in ("a/broken", "b/big", "c/link", "d/good"):
        forge.open(branch)
    told = {one.pull_request.branch: one for one in judged(shop, forge, status=True)}
    assert {branch: one.failed for branch, one in told.items()} == {
        "a/broken": True,
        "b/big": False,
        "c/link": True,
        "d/good": False,
    }
    assert CHURN.path("prod") in told["a/broken"].broken
    assert forge.verdicts(told["a/broken"].commit) == {"findings": "failure"}


def test_a_state_that_is_taken_away_is_no_release(shop: Shop) -> None:
    shop.people.git("checkout", "--quiet", "-B", HAND, "origin/main")
    shop.people.git("rm", "--quiet", "-r", FRAUD.path("prod"), "environments/prod/hydrated/risk/fraud")
    shop.people.commit(message="Take it out")
    shop.people.git("push", "--quiet", "origin", f"HEAD:{HAND}")
    told = of_commit(shop, shop.bare.git("rev-parse", HAND))
    assert (told["code"], told["changes"][0]["services"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "it is not said what to judge"),
        (["staging"], "it is not said what to judge"),
        (["staging", "prod", "--commit", "HEAD"], "it is not said what to judge"),
        (["staging", "prod", "--status"], "--status is for changes that are there"),
        (["--commit", "nowhere"], "nowhere"),
        (["--commit", "--output=x"], "--output=x"),
        (["--pull-requests"], "no forge is known"),
        (["--commit", "HEAD", "--status"], "no forge is known"),
    ],
)
def test_what_cannot_be_asked(shop: Shop, arguments: list[str], message: str) -> None:
    outcome = shop.run("gates", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
