"""`mlgitops promote` on a remote on disk: what is pushed, what is refused, and that nothing else is touched."""

from __future__ import annotations

import pytest
from support.promotions import CHURN, FRAUD, SCORE, Shop, state
from support.repo import Repo
from support.tree import read_tree

from mlgitops.core.yaml.read import load

TEAM = "mlgitops/promote/staging/prod/team.risk"
TEAMLESS = "mlgitops/promote/staging/prod/teamless"
TIP = "mlgitops/promote/staging/prod/"


def release(shop: Shop, branch: str, path: str) -> dict:
    return load(shop.show(branch, path).encode(), path)["release"]


def test_a_branch_a_team_with_states_and_manifests(shop: Shop) -> None:
    told = shop.asked("promote", "staging", "prod")
    assert told["code"] == 0
    assert {one["branch"]: [service["name"] for service in one["services"]] for one in told["promotions"]} == {
        TEAM: ["fraud", "score"],
        TEAMLESS: ["churn"],
    }
    assert told["undeclared"] == ["fresh"]
    assert shop.branches().keys() == {"main", TEAM, TEAMLESS}
    assert {one["branch"]: one["commit"] for one in told["promotions"]} == {
        branch: commit for branch, commit in shop.branches().items() if branch != "main"
    }
    assert shop.changed(TEAMLESS) == [
        "environments/prod/hydrated/churn/configmap-churn-provenance.yaml",
        "environments/prod/hydrated/churn/deployment-churn.yaml",
        "environments/prod/state/churn.yaml",
    ]
    assert release(shop, TEAMLESS, CHURN.path("prod")) == release(shop, "main", CHURN.path("staging"))
    shop.merge(TEAM)
    shop.merge(TEAMLESS)
    assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0
    assert shop.run("validate", where=shop.people).code == 0


def test_every_other_byte_of_the_state_stays(shop: Shop) -> None:
    shop.run("promote", "staging", "prod")
    assert shop.show(TEAMLESS, CHURN.path("prod")) == state(CHURN, "prod", "1.1.0")


def test_a_branch_a_service(shop: Shop) -> None:
    outcome = shop.run("promote", "staging", "prod", "--per-service")
    assert outcome.code == 0
    assert f"git merge --no-ff origin/{TIP}service.churn && git push`; likewise for 2 more\n" in outcome.err
    assert shop.branches().keys() == {"main", *(f"{TIP}service.{name}" for name in ("churn", "fraud", "score"))}


def test_nothing_of_a_checkout_is_touched_however_it_stands(shop: Shop) -> None:
    repo = shop.clone
    repo.git("switch", "--quiet", "--create", "work")
    (repo.top / CHURN.path("staging")).write_text("kind: [broken\n")
    (repo.top / FRAUD.path("prod")).unlink()
    (repo.top / "new.txt").write_text("not added\n")
    (repo.top / "added.txt").write_text("added\n")
    repo.git("add", "added.txt")

    def everything() -> tuple:
        status = repo.git("status", "--porcelain=v2", "--branch")
        index = (repo.top / ".git/index").read_bytes()
        refs = [line for line in repo.git("for-each-ref").splitlines() if "refs/mlgitops/" not in line]
        return read_tree(repo.top), index, status, refs, repo.git("stash", "list"), (repo.top / ".git/HEAD").read_text()

    before = everything()
    assert shop.run("promote", "staging", "prod", "--no-pr").code == 0
    assert everything() == before
    assert release(shop, TEAMLESS, CHURN.path("prod"))["version"] == "1.1.0"


def test_the_remote_counts_and_not_what_a_clone_has_of_it(shop: Shop) -> None:
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    assert shop.run("promote", "staging", "prod", "churn").code == 0
    assert release(shop, TEAMLESS, CHURN.path("prod"))["version"] == "1.1.1"


def test_the_second_run_reads_only(shop: Shop) -> None:
    shop.run("promote", "staging", "prod")
    before = shop.branches()
    told = shop.asked("promote", "staging", "prod")
    assert told["code"] == 0
    assert [one["pushed"] for one in told["promotions"]] == [False, False]
    assert shop.branches() == before


def test_nothing_to_do_makes_nothing(shop: Shop) -> None:
    before = read_tree(shop.bare.top)
    outcome = shop.run("promote", "prod", "prod-us")
    assert outcome.code == 0
    assert "Nothing to promote." in outcome.out
    assert read_tree(shop.bare.top) == before


def test_a_dry_run_tells_all_and_pushes_nothing(shop: Shop) -> None:
    before = read_tree(shop.bare.top)
    outcome = shop.run("promote", "staging", "prod", "churn", "--dry-run")
    assert outcome.code == 0
    assert "+  version: 1.1.0" in outcome.out
    assert "**Promote churn 1.1.0 from staging to prod**" in outcome.out
    assert outcome.out.endswith("Nothing was pushed: --dry-run.\n")
    assert read_tree(shop.bare.top) == before


@pytest.mark.long
def test_the_base_has_moved_elsewhere(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    before = shop.branches()
    shop.push({"README.md": "news\n"})
    assert shop.run("promote", "staging", "prod", "churn").code == 0
    assert shop.branches()[TEAMLESS] == before[TEAMLESS]


def test_the_base_has_moved_in_the_same_files(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    before = shop.branches()
    more = state(CHURN, "prod", "1.0.0").replace("max: 6", "max: 7")
    tip = shop.push({CHURN.path("prod"): more})
    told = shop.asked("promote", "staging", "prod", "churn")
    assert [one["pushed"] for one in told["promotions"]] == [True]
    assert shop.branches()[TEAMLESS] != before[TEAMLESS]
    assert shop.bare.git("rev-parse", f"{TEAMLESS}^") == tip
    assert shop.show(TEAMLESS, CHURN.path("prod")) == more.replace(
        state(CHURN, "prod", "1.0.0").partition("\n# Stays")[0], state(CHURN, "prod", "1.1.0").partition("\n# Stays")[0]
    )


@pytest.mark.long
def test_what_it_hydrates_with_has_changed(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    path = "environments/prod/environment.yaml"
    text = shop.show("main", path).replace("namespace: ml-prod", "namespace: ml-live")
    tip = shop.push({path: text})
    shop.run("promote", "staging", "prod", "churn")
    assert shop.bare.git("rev-parse", f"{TEAMLESS}^") == tip
    assert "namespace: ml-live" in shop.show(TEAMLESS, "environments/prod/hydrated/churn/deployment-churn.yaml")


def test_a_newer_release_replaces_the_branch(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    shop.run("promote", "staging", "prod", "churn")
    assert shop.bare.git("rev-list", "--count", f"main..{TEAMLESS}") == "1"
    assert shop.bare.git("log", "-1", "--format=%s", TEAMLESS) == "Promote churn 1.1.1 from staging to prod"


def test_merged_branches_are_withdrawn(shop: Shop) -> None:
    shop.run("promote", "staging", "prod")
    shop.merge(TEAM)
    assert shop.run("promote", "staging", "prod").code == 0
    assert shop.branches().keys() == {"main", TEAMLESS}


def test_branches_that_are_superseded_are_withdrawn(shop: Shop) -> None:
    shop.run("promote", "staging", "prod")
    assert shop.run("promote", "staging", "prod", "--per-service").code == 0
    assert TEAM not in shop.branches()
    assert shop.run("promote", "staging", "prod").code == 0
    assert shop.branches().keys() == {"main", TEAM, TEAMLESS}


@pytest.mark.long
def test_what_left_the_source_is_withdrawn(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.push({CHURN.path("staging"): state(CHURN, "staging", "1.0.0")})
    shop.run("promote", "staging", "prod")
    assert TEAMLESS not in shop.branches()


def test_a_named_one_does_not_throw_out_the_others(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fraud")
    told = shop.asked("promote", "staging", "prod", "score")
    assert [service["name"] for service in told["promotions"][0]["services"]] == ["fraud", "score"]
    assert release(shop, TEAM, FRAUD.path("prod"))["version"] == "1.1.0"
    assert release(shop, TEAM, SCORE.path("prod"))["version"] == "1.1.0"


@pytest.mark.long
def test_nor_does_it_bring_what_was_squashed_into_the_base_before(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "fraud")
    shop.squash(TEAM)
    shop.release("1.1.1", FRAUD, environments=("dev", "staging"))
    assert shop.run("promote", "staging", "prod", "score").code == 0
    assert FRAUD.path("prod") not in shop.changed(TEAM)


def test_names_of_teams_may_stand_before_names(shop: Shop) -> None:
    told = shop.asked("promote", "staging", "prod", "risk/fraud", "fraud")
    assert [[service["name"] for service in one["services"]] for one in told["promotions"]] == [["fraud"]]


HELD = "\nhold: {reason: looking into it}\n"


def test_with_names_it_is_all_or_nothing(shop: Shop) -> None:
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + HELD})
    before = shop.branches()
    outcome = shop.run("promote", "staging", "prod", "fraud", "churn")
    assert outcome.code == 1
    assert "prod is held: looking into it" in outcome.out
    assert "nothing was pushed: services that are named go together or not at all" in outcome.out
    assert shop.branches() == before


def test_without_names_what_may_goes(shop: Shop) -> None:
    shop.push({FRAUD.path("prod"): state(FRAUD, "prod", "1.0.0") + HELD})
    told = shop.asked("promote", "staging", "prod")
    assert told["code"] == 1
    assert [one["name"] for one in told["refused"]] == ["fraud"]
    assert shop.branches().keys() == {"main", TEAM, TEAMLESS}
    assert FRAUD.path("prod") not in shop.changed(TEAM)
    assert SCORE.path("prod") in shop.changed(TEAM)


@pytest.mark.long
def test_what_a_gate_has_stopped_since_stays_open(shop: Shop) -> None:
    shop.run("promote", "staging", "prod")
    before = shop.branches()
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + HELD})
    assert shop.run("promote", "staging", "prod").code == 1
    assert shop.branches()[TEAMLESS] == before[TEAMLESS]


def test_a_step_is_not_skipped(shop: Shop) -> None:
    outcome = shop.run("promote", "dev", "prod", "fraud")
    assert outcome.code == 1
    assert "the release would skip staging" in outcome.out
    assert shop.branches().keys() == {"main"}


def test_a_gate_is_overridden_with_a_reason_that_stands_everywhere(shop: Shop) -> None:
    outcome = shop.run("promote", "dev", "prod", "fraud", "--override", "step", "--reason", "a fix\nfor #7")
    assert outcome.code == 0, outcome
    branch = "mlgitops/promote/dev/prod/team.risk"
    assert "Mlgitops-Override: step: a fix for #7" in shop.bare.git("log", "-1", "--format=%B", branch)
    assert "overridden: a fix for \\#\u200b7" in outcome.out
    before = shop.branches()
    shop.run("promote", "dev", "prod", "fraud", "--override", "step", "--reason", "a fix\nfor #7")
    assert shop.branches() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dev", "prod-us", "fraud", "--override", "step", "--reason", "x"], "cannot be overridden for prod-us"),
        (["dev", "prod", "fraud", "--override", "step"], "an override needs a reason"),
        (["dev", "prod", "fraud", "--override", "stepp", "--reason", "x"], "there is no gate `stepp`"),
        (["staging", "prod", "fruad"], "Did you mean `fraud`?"),
        (["staging", "prod", "other/fraud"], "staging has no state called `other/fraud`"),
        (["stagin", "prod"], "Did you mean `staging`?"),
        (["staging", "prodd"], "Did you mean `prod`?"),
        (["staging", "staging"], "staging is both source and target"),
        (["prod", "dev"], "prod comes after dev on the path, so this would bring releases back"),
        (["prod", "prod/challenger"], "a champion does not become its own challenger"),
        (["prod/champion", "prod"], "`prod/champion` is no slot"),
        (["prod/challenger", "prod", "fraud"], "fraud has no prod/challenger"),
        (["staging", "prod/challenger", "fresh"], "prod does not declare fresh"),
        (["staging", "prod", "--base", "--upload-pack=x"], "cannot be the name of a branch"),
        (["staging", "prod", "--base", "nowhere"], "nowhere"),
        (["staging", "prod", "--remote", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_asked(shop: Shop, arguments: list[str], message: str) -> None:
    outcome = shop.run("promote", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert shop.branches().keys() == {"main"}


def test_an_override_is_for_those_who_are_named(shop: Shop) -> None:
    assert shop.run("promote", "staging", "prod", "score").code == 0
    held = {one.path("prod"): state(one, "prod", "1.0.0") + HELD for one in (FRAUD, SCORE)}
    shop.push(held, render=False)
    outcome = shop.run("promote", "staging", "prod", "fraud", "--override", "hold", "--reason", "it burns")
    assert "score  1.0.0 → 1.1.0" in outcome.out
    assert shop.changed(TEAM)[-1] == FRAUD.path("prod"), "what else the team's branch brought is held"
    assert "\nMlgitops-Override: hold: it burns\n" in shop.bare.git("log", "-1", "--format=%B", TEAM)
    assert (
        shop.run("promote", "staging", "prod", "fraud", "score", "--override", "hold", "--reason", "it burns").code == 0
    )
    assert shop.changed(TEAM)[-2:] == [FRAUD.path("prod"), SCORE.path("prod")]


def test_an_override_of_a_gate_that_passes_is_told_of_nowhere(shop: Shop) -> None:
    assert shop.run("promote", "staging", "prod", "fraud", "--override", "hold", "--reason", "x").code == 0
    assert "Mlgitops-Override" not in shop.bare.git("log", "-1", "--format=%B", TEAM)


@pytest.mark.long
def test_several_environments_of_a_step(shop: Shop) -> None:
    assert shop.run("promote", "staging", "prod-us", "fraud").code == 0
    assert shop.run("promote", "staging", "prod", "fraud").code == 0
    shop.merge("mlgitops/promote/staging/prod-us/team.risk")
    outcome = shop.run("promote", "prod-us", "prod", "fraud")
    assert outcome.code == 0, outcome.out
    assert release(shop, "mlgitops/promote/prod-us/prod/team.risk", FRAUD.path("prod"))["version"] == "1.1.0"


def test_a_hotfix_goes_back(shop: Shop) -> None:
    shop.release("1.0.1", FRAUD, environments=("prod",))
    refused = shop.run("promote", "staging", "prod", "fraud")
    assert refused.code == 1
    assert "what it mends would be undone" in refused.out
    assert shop.run("promote", "prod", "staging", "fraud").code == 0
    assert release(shop, "mlgitops/promote/prod/staging/team.risk", FRAUD.path("staging"))["version"] == "1.0.1"


def test_a_job_does_not_become_a_model(shop: Shop) -> None:
    job = (
        state(CHURN, "prod", "1.0.0")
        .replace("kind: ModelDeployment", "kind: TrainingJob")
        .partition("\nacceptance")[0]
        .replace("  replicas: {min: 2, max: 6}\n", "")
    )
    job = "".join(line for line in job.splitlines(keepends=True) if not line.startswith("  model:")) + "\n"
    shop.push({CHURN.path("prod"): job}, render=False)
    outcome = shop.run("promote", "staging", "prod", "churn")
    assert outcome.code == 2
    assert "churn is a ModelDeployment in staging and a TrainingJob in prod" in outcome.err


def test_a_broken_target_is_named(shop: Shop) -> None:
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0").replace("min: 2", "min: two")}, render=False)
    outcome = shop.run("promote", "staging", "prod", "churn")
    assert outcome.code == 2
    assert f"{CHURN.path('prod')}:24:19" in outcome.err
    assert shop.run("promote", "staging", "prod", "fraud").code == 0


@pytest.mark.long
def test_one_broken_target_does_not_keep_the_others(shop: Shop) -> None:
    shop.push({CHURN.path("prod"): "kind: ModelDeployment\nrelease: {{\n"}, render=False)
    told = shop.asked("promote", "staging", "prod")
    assert told["code"] == 1
    assert shop.branches().keys() == {"main", TEAM}
    assert [one["name"] for one in told["broken"]] == ["churn"]
    assert CHURN.path("prod") in shop.run("promote", "staging", "prod").out


def test_a_service_that_fails_a_rule_in_the_target_is_refused(shop: Shop) -> None:
    shop.push({FRAUD.path("prod"): state(FRAUD, "prod", "1.0.0").replace("min: 0.9}", "min: 0.99}")})
    told = shop.asked("promote", "staging", "prod")
    assert [one["name"] for one in told["refused"]] == ["fraud"]
    (findings,) = [gate for gate in told["refused"][0]["gates"] if gate["gate"] == "findings"]
    assert findings["result"] == "failed"
    assert "failed-acceptance" in findings["reason"]


def test_findings_about_no_service_count_only_when_they_are_new(shop: Shop) -> None:
    path = "environments/prod/environment.yaml"
    text = shop.show("main", path)
    small = text.replace("count: 2", "count: 1").replace('cpu: "8"', 'cpu: "2"')
    assert small != text
    shop.push({path: small})  # three services with a surge need more than one node of two processors
    before = shop.asked("validate", where=shop.people)
    assert "overcommitted-pool" in {one["rule"] for one in before["findings"]}, before["findings"]
    assert shop.run("promote", "staging", "prod", "churn").code == 0


@pytest.mark.long
def test_findings_about_no_service_stop_it_when_they_are_new(shop: Shop) -> None:
    path = "environments/prod/environment.yaml"
    shop.push({path: shop.show("main", path).replace('cpu: "8"', 'cpu: "6"').replace("count: 2", "count: 1")})
    assert shop.run("validate", where=shop.people).code == 0
    for environment in ("dev", "staging"):
        big = state(CHURN, environment, "1.1.1").replace('cpu: "1"', 'cpu: "5"')
        shop.push({CHURN.path(environment): big}, render=False)
    outcome = shop.run("promote", "staging", "prod", "churn")
    assert outcome.code == 1
    assert "overcommitted-pool" in outcome.out


def test_another_base(shop: Shop) -> None:
    shop.bare.git("branch", "next", "main")
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    assert shop.run("promote", "staging", "prod", "churn", "--base", "next").code == 0
    assert release(shop, TEAMLESS, CHURN.path("prod"))["version"] == "1.1.0"


def test_the_environments_may_stand_in_a_folder(shop: Shop) -> None:
    people = shop.people
    names = people.git("ls-tree", "--name-only", "HEAD").splitlines()
    (people.top / "ml").mkdir()
    people.git("mv", *names, "ml")
    people.commit({"README.md": "ml\n"}, "Move")
    people.git("push", "--quiet", "origin", "HEAD:main")
    shop.clone.git("pull", "--quiet", "--ff-only", "origin", "main")
    outcome = shop.run("promote", "staging", "prod", "churn", where=Repo(shop.clone.top / "ml"))
    assert outcome.code == 0, outcome.err
    assert shop.changed(TEAMLESS)[-1] == f"ml/{CHURN.path('prod')}"


def test_a_clone_that_is_cut_off_is_told_how_to_go_on(shop: Shop) -> None:
    shallow = Repo(shop.folder / "shallow")
    shop.bare.git("clone", "--quiet", "--depth=1", f"file://{shop.bare.top}", str(shallow.top))
    outcome = shop.run("promote", "staging", "prod", "churn", where=shallow)
    assert outcome.code == 2
    assert "git fetch --unshallow" in outcome.err


def test_a_reason_without_an_override_is_for_nothing(shop: Shop) -> None:
    before = shop.branches()
    outcome = shop.run("promote", "staging", "prod", "fraud", "--reason", "x")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--reason says why a gate is passed over" in outcome.err
    assert shop.branches() == before


def test_a_later_run_takes_no_override_back(shop: Shop) -> None:
    shop.run("promote", "dev", "prod", "fraud", "--override", "step", "--reason", "a fix")
    before = shop.branches()
    told = shop.asked("promote", "dev", "prod", "fraud")
    assert (told["code"], told["promotions"][0]["pushed"]) == (0, False)
    assert shop.branches() == before


def test_an_override_is_of_one_release(shop: Shop) -> None:
    shop.run("promote", "dev", "prod", "fraud", "--override", "step", "--reason", "a fix")
    shop.release("9.9.9", FRAUD, environments=("dev",))
    assert shop.run("promote", "dev", "prod", "fraud").code == 1


def test_a_gate_that_is_not_installed_stops_everything(shop: Shop) -> None:
    project = shop.show("main", "mlgitops.yaml")
    shop.push({"mlgitops.yaml": project.replace("gates:\n", "gates:\n  settings: {agreed-ticket: {prefix: X}}\n")})
    outcome = shop.run("promote", "staging", "prod", "fraud")
    assert (outcome.code, outcome.out) == (2, "")
    assert "sets up the gate `agreed-ticket`, which is not installed here" in outcome.err
