"""`diff` as typed, over real repositories."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.declared import challenged, place, repository, state
from support.evaluations import DATA, MODEL, OTHER, evaluation
from support.project import DIGEST

from mlgitops.cli._boundary import run
from mlgitops.core.evaluation import identity
from mlgitops.core.yaml.write import dump

STAGING, PROD = place("staging"), place("prod")
NEWER = state("2").replace(DIGEST, OTHER)


@pytest.fixture
def repo(tmp_path):
    made = repository(tmp_path)
    made.commit({STAGING: state("1"), PROD: state("1")}, "Declare fraud")
    return made


@pytest.fixture
def typed(repo, capsys):
    def type_(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(["-C", str(repo.top), "diff", *arguments]) == code
        return capsys.readouterr()

    return type_


@pytest.fixture
def told(typed):
    def of(*arguments: str) -> dict[str, Any]:
        document = json.loads(typed(*arguments, "--format", "json").out)
        assert document.pop("version") == 1
        return document

    return of


def render(repo, *environments):
    assert run(["-C", str(repo.top), "render", *environments]) == 0
    return repo.commit(message="Hydrate")


def measured(model, value, environment="staging"):
    document = evaluation(subject={"model": model}, metrics={"auc": value})
    return {f"environments/{environment}/evaluations/fraud/{identity(document)}.yaml": dump(document)}


def test_two_environments_what_changed_for_the_model_first(repo, told, typed):
    newer = NEWER.replace("max: 6", "max: 9")
    repo.commit({STAGING: newer, **measured(OTHER, 0.95), **measured(MODEL, 0.93, "prod")})
    document = told("prod", "staging")
    (service,) = document["services"]
    (slot,) = service["slots"]
    assert (document["before"], document["after"], document["differs"]) == ("prod", "staging", True)
    assert (slot["before"]["slot"], slot["before"]["release"], slot["after"]["release"]) == ("prod", "1", "2")
    assert slot["before"]["digest"] != slot["after"]["digest"]
    fields = [change["field"] for change in slot["model"]]
    assert fields[:2] == ["version", "model.digest"]
    assert "lineage.data.training.digest" in fields
    assert slot["model"][1] == {"field": "model.digest", "before": DIGEST, "after": OTHER}
    (metric,) = slot["metrics"]
    assert (metric["before"], metric["after"], metric["comparable"]) == (0.93, 0.95, True)
    assert service["stays"] == [{"field": "deploy.replicas.max", "before": 6, "after": 9}]
    text = typed("prod", "staging").out
    assert text.index("version") < text.index("holdout: auc") < text.index("deploy.replicas.max")


def test_metrics_on_other_data_are_told_as_such(repo, typed):
    other = evaluation(subject={"model": MODEL}, data={"uri": "s3://x/", "digest": DATA[:-1] + "f"})
    path = f"environments/prod/evaluations/fraud/{identity(other)}.yaml"
    repo.commit({STAGING: NEWER, **measured(OTHER, 0.95), path: dump(other)})
    assert "other data" in typed("prod", "staging").out


def test_two_environments_that_declare_the_same(repo, told, typed):
    assert typed("staging", "prod").out == "staging and prod declare the same\n"
    assert told("staging", "prod")["differs"] is False
    typed("staging", "prod", "--exit-code", code=0)
    repo.commit({STAGING: NEWER})
    typed("staging", "prod", "--exit-code", code=1)
    typed("staging", "prod", code=0)


def test_two_revisions_all_environments_or_one(repo, told, typed):
    repo.commit({STAGING: NEWER})
    repo.commit({PROD: NEWER, place("prod", "risk/new"): state("7", "new")})
    services = told("HEAD~2", "HEAD")["services"]
    assert [(one["environments"][1], one["service"]) for one in services] == [
        ("staging", "fraud"),
        ("prod", "fraud"),
        ("prod", "risk/new"),
    ]
    assert [one["service"] for one in told("HEAD~1", "HEAD")["services"]] == ["fraud", "risk/new"]
    assert [one["service"] for one in told("HEAD~2", "HEAD", "--env", "staging")["services"]] == ["fraud"]
    assert told("HEAD", "main")["services"] == []
    new = services[2]["slots"][0]
    assert (new["before"]["release"], new["after"]["release"]) == (None, "7")
    assert "champion 7 is new" in typed("HEAD~2", "HEAD", "risk/new").out
    assert "champion 7 is gone" in typed("HEAD", "HEAD~2", "new").out


def test_an_environment_as_it_was(repo, told):
    repo.commit({PROD: NEWER})
    (repo.top / PROD).write_text(state("3"))
    (slot,) = told("prod@HEAD~1", "prod@HEAD")["services"][0]["slots"]
    assert (slot["before"]["release"], slot["after"]["release"]) == ("1", "2")
    (slot,) = told("prod@HEAD", "prod")["services"][0]["slots"]
    assert (slot["before"]["release"], slot["after"]["release"]) == ("2", "3")


def test_a_champion_and_its_challenger(repo, told, typed):
    repo.commit({PROD: challenged("1", "2"), place("prod", "alone"): state("4", "alone")})
    render(repo, "prod")
    (service,) = told("prod", "prod/challenger")["services"]  # what has no challenger is not compared
    (slot,) = service["slots"]
    assert (slot["before"]["slot"], slot["after"]["slot"]) == ("prod", "prod/challenger")
    assert (slot["before"]["release"], slot["after"]["release"]) == ("1", "2")
    names = [one["path"].rpartition("/")[2] for one in service["manifests"]]
    assert names
    assert all("fraud-challenger" in name for name in names)
    assert all(one["before"] and "challenger" not in one["before"] for one in service["manifests"])
    assert "release" in typed("prod", "prod/challenger", "--no-manifests").out.lower()


def test_beside_two_champions_their_challengers(repo, told, typed):
    repo.commit({PROD: challenged("1", "2")})
    (service,) = told("staging", "prod")["services"]
    (slot,) = service["slots"]
    assert (slot["after"]["slot"], slot["after"]["release"]) == ("prod/challenger", "2")
    assert {change["field"] for change in service["stays"]} == {"challenger.mode", "challenger.percent"}
    assert "challenger 2 is new" in typed("staging", "prod").out


def test_manifests_come_last_and_without_the_header_of_another_state(repo, told, typed):
    render(repo)
    repo.commit({STAGING: state("1").replace("min: 2", "min: 3")})
    render(repo)
    (service,) = told("prod", "staging")["services"]
    by_name = {one["path"].rpartition("/")[2]: one for one in service["manifests"]}
    changed = by_name["deployment-fraud.yaml"]
    assert (changed["before"], changed["after"]) == (
        "environments/prod/hydrated/fraud/deployment-fraud.yaml",
        "environments/staging/hydrated/fraud/deployment-fraud.yaml",
    )
    assert "+  replicas: 3\n" in changed["diff"]
    assert "Generated by" not in changed["diff"]
    text = typed("prod", "staging").out
    assert text.index("deploy.replicas.min") < text.index("--- a/environments/prod/hydrated")
    stat = typed("prod", "staging", "--stat").out
    assert "@@" not in stat
    counted = f"+{changed['added']} -{changed['removed']} environments/staging/hydrated/fraud/deployment-fraud.yaml\n"
    assert counted in stat
    assert told("prod", "staging", "--no-manifests")["services"][0]["manifests"] == []
    assert "hydrated" not in typed("prod", "staging", "--no-manifests").out


def test_manifests_that_alone_differ(repo, told):
    render(repo)
    path = "environments/prod/hydrated/fraud/deployment-fraud.yaml"
    edited = (repo.top / path).read_text().replace("replicas: 2", "replicas: 5")
    repo.commit({path: edited})
    (service,) = told("HEAD~1", "HEAD")["services"]
    assert (service["slots"], service["stays"]) == ([], [])
    assert service["manifests"][0]["added"] == 1
    assert "+  replicas: 5\n" in service["manifests"][0]["diff"]


def test_a_team_called_like_a_service_keeps_its_manifests(repo, told):
    repo.commit({place("prod", "fraud/other"): state("1", "other")})
    render(repo)
    found = {one["service"]: one for one in told("HEAD~1", "HEAD", "--env", "prod")["services"]}
    assert all("/hydrated/fraud/other/" in one["path"] for one in found["fraud/other"]["manifests"])
    assert not any("/hydrated/fraud/other/" in one["path"] for one in found["fraud"]["manifests"])


def test_what_is_asked_wrongly(typed):
    assert "`prod` is an environment and `HEAD` is none" in typed("prod", "HEAD", code=2).err
    assert "hint: Did you mean `staging`?" in typed("prod", "stagin", code=2).err
    assert "there is no commit `nowhere`" in typed("nowhere", "HEAD", code=2).err
    assert "there is no commit `v9`" in typed("prod@v9", "prod", code=2).err
    assert "Did you mean `fraud`?" in typed("prod", "staging", "froud", code=2).err
    assert "Leave --env out" in typed("prod", "staging", "--env", "prod", code=2).err
    assert "Did you mean `prod`?" in typed("HEAD", "HEAD", "--env", "prd", code=2).err


def test_a_broken_state_is_named_and_the_others_are_compared(repo, typed, told):
    repo.commit({PROD: "release: [\n", place("prod", "other"): state("1", "other")})
    shown = typed("HEAD~1", "HEAD")
    assert f"{PROD} is not compared" in shown.err
    assert "prod: other" in shown.out
    assert [one["path"] for one in told("HEAD~1", "HEAD")["broken"]] == [PROD]
    alone = typed("HEAD~1", "HEAD", "fraud", "--exit-code", code=1)
    assert alone.out == "HEAD~1 and HEAD declare the same, as far as they can be compared\n"


def test_no_secret_and_nothing_that_steers_a_terminal(repo, typed):
    token = "ghp_" + "a1B2" * 10
    hostile = state("2").replace(
        'THRESHOLD: "0.83"', f'DB_PASSWORD: correct-horse, T: "{token}", X: "\\e[2J\\u202e##["'
    )
    repo.commit({PROD: hostile})
    repo.commit({"environments/prod/hydrated/fraud/secret-x.yaml": "kind: Secret\nstringData:\n  a: battery-staple\n"})
    for form in ("text", "json"):
        out = typed("HEAD~2", "HEAD", "--format", form).out
        assert "DB_PASSWORD" in out
        assert "secret-x.yaml" in out
        for word in ("\x1b", "\u202e", "##[", token, "correct-horse", "battery-staple"):
            assert word not in out, (form, word)
