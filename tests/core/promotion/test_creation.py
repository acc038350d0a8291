"""A new state brings the release and asks for the rest: what belongs to an environment never travels."""

from __future__ import annotations

from typing import Any

from mlgitops.core.promotion.creation import created, questions
from mlgitops.core.promotion.moves import File
from mlgitops.core.slots import slot_name
from mlgitops.core.yaml.read import load

STAGING = slot_name("staging")
STATE = """\
# The canary of staging: never to be seen elsewhere.
apiVersion: mlgitops.dev/v1alpha1
kind: ModelDeployment
metadata: {name: fraud, owner: "7"}
release:
  version: 1.6.0 # tagged
  template: plain/v1
  requires: {env: [STORE, TOKEN]}
deploy:
  placement: {nodePools: [staging-only]}
  replicas: {min: 1}
  values: {surge: 3}
  env: {STORE: "redis://canary@features.staging", EXTRA: canary}
  secrets: {TOKEN: {name: canary, key: token}}
acceptance: {holdout: {within: 90d}}
hold: {reason: canary}
"""
DOCUMENT: dict[str, Any] = load(STATE.encode(), "")


def test_the_file_has_the_release_and_names_what_is_to_be_filled_in() -> None:
    made = created(File("environments/prod/state/fraud.yaml", STATE.encode()), STAGING, DOCUMENT).decode()
    assert made == (
        "apiVersion: mlgitops.dev/v1alpha1\n"
        "kind: ModelDeployment\n"
        "metadata:\n"
        "  name: fraud\n"
        '  owner: "7"\n'
        "\n"
        "release:\n"
        "  version: 1.6.0 # tagged\n"
        "  template: plain/v1\n"
        "  requires: {env: [STORE, TOKEN]}\n"
        "\n"
        "# To be filled in, in place of {}:\n"
        "#   placement\n"
        "#   env.STORE\n"
        "#   secrets.TOKEN\n"
        "deploy: {}\n"
    )
    assert load(made.encode(), "")["release"] == DOCUMENT["release"]


def test_nothing_that_stays_is_in_the_file() -> None:
    made = created(File("new.yaml", STATE.encode()), STAGING, DOCUMENT).decode()
    assert "canary" not in made
    assert "staging" not in made


def test_a_challenger_can_become_a_new_champion() -> None:
    state = STATE.replace(
        "\nrelease:\n", "\nchallenger:\n  mode: shadow\n  percent: 10\n  release:\n    version: 2.0.0\nrelease:\n"
    )
    slot = slot_name("staging/challenger")
    made = load(created(File("new.yaml", state.encode()), slot, load(state.encode(), "")), "")
    assert made["release"] == {"version": "2.0.0"}
    assert "challenger" not in made


def test_questions_stand_with_what_the_source_says() -> None:
    assert [tuple(one) for one in questions(DOCUMENT, STAGING)] == [
        ("deploy.placement", {"nodePools": ["staging-only"]}, True),
        ("deploy.replicas", {"min": 1}, False),
        ("deploy.values.surge", 3, False),
        ("deploy.env.STORE", "redis://canary@features.staging", True),
        ("deploy.secrets.TOKEN", {"name": "canary", "key": "token"}, True),
        ("deploy.env.EXTRA", "canary", False),
        ("acceptance", {"holdout": {"within": "90d"}}, False),
    ]


def test_what_the_release_binds_itself_is_not_asked_for() -> None:
    state = {**DOCUMENT, "release": {**DOCUMENT["release"], "env": {"STORE": "here"}}}
    assert "deploy.env.STORE" not in [one.field for one in questions(state, STAGING) if one.required]


def test_a_job_is_asked_for_its_schedule_and_for_no_acceptance() -> None:
    job = {"kind": "TrainingJob", "release": {"version": "1"}, "deploy": {"schedule": "0 4 * * 1", "timeZone": "UTC"}}
    assert [one.field for one in questions(job, STAGING)] == ["deploy.placement", "deploy.schedule", "deploy.timeZone"]
