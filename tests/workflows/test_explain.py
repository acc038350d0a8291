"""Explain: each effective value, and the layer and place that it came from."""

from __future__ import annotations

import pytest
from support.project import FILES, STATE, changed

from mlgitops import wiring
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError
from mlgitops.workflows.explain import Entry, Explain, Request

STATE_PATH, ENVIRONMENT_PATH = "environments/dev/state/fraud.yaml", "environments/dev/environment.yaml"
TEMPLATE_PATH = "templates/plain/v1/template.yaml"
LAYERED = {
    **changed(
        ENVIRONMENT_PATH,
        (
            "nodePools:",
            (
                "locations: [{from: s3://models, to: s3://dev-models}, {from: s3://models/fraud, to: gs://fraud}]\n"
                "defaults:\n"
                "  deploy: {replicas: {min: 1, max: 3}, values: {surge: 3}, env: {LOG: info}}\n"
                "  acceptance: {holdout: {within: 90d, metrics: {auc: {min: 0.9}}}, load: {within: 7d}}\n"
                "acceptance: {holdout: {within: 2w, metrics: {auc: {min: 0.95}, f1: {min: 0.5}}}}\n"
                "nodePools:"
            ),
        ),
    ),
    STATE_PATH: STATE.replace("  replicas: {min: 2, max: 6}\n", "  replicas: {min: 2}\n")
    + "acceptance: {holdout: {metrics: {auc: {min: 0.97}}}}\n",
}


def explained(
    files: dict[str, str] = FILES, field: str = "", name: str = "fraud", environment: str = "dev"
) -> list[Entry]:
    snapshot = LoadedSnapshot("test", {path: text.encode() for path, text in files.items()})
    return Explain(snapshot, wiring.schemas()).run(Request(name, environment, field)).entries


def one(field: str, files: dict[str, str] = LAYERED) -> Entry:
    (entry,) = explained(files, field)
    return entry


@pytest.mark.parametrize(
    ("field", "value", "layer", "path", "line"),
    [
        ("release.version", "1.5.0", "state", STATE_PATH, 5),
        ("release.values.batch", 32, "state", STATE_PATH, 9),
        ("deploy.replicas.min", 2, "state", STATE_PATH, 21),
        ("deploy.replicas.max", 3, "environment", ENVIRONMENT_PATH, 7),
        ("deploy.env.LOG", "info", "environment", ENVIRONMENT_PATH, 7),
        ("deploy.env.STORE", "redis://features:6379", "state", STATE_PATH, 22),
        ("deploy.values.surge", 3, "environment", ENVIRONMENT_PATH, 7),
        ("deploy.placement.nodePools", ["t4"], "state", STATE_PATH, 20),
        ("acceptance.load.within", "7d", "environment", ENVIRONMENT_PATH, 8),
        ("acceptance.holdout.within", "2w", "floor", ENVIRONMENT_PATH, 9),
        ("acceptance.holdout.metrics.auc.min", 0.97, "state", STATE_PATH, 23),
        ("acceptance.holdout.metrics.f1.min", 0.5, "floor", ENVIRONMENT_PATH, 9),
        ("release.lineage.data[0].name", "training", "state", STATE_PATH, 18),
    ],
)
def test_each_value_comes_from_the_layer_that_decides_it(
    field: str, value: object, layer: str, path: str, line: int
) -> None:
    entry = one(field)
    assert (entry.value, entry.layer, entry.place.path, entry.place.line) == (value, layer, path, line)


def test_defaults_of_the_template_are_the_weakest_layer() -> None:
    entry = one("deploy.values.surge", FILES)
    assert (entry.value, entry.layer, entry.place.path, entry.place.line) == (1, "template", TEMPLATE_PATH, 7)


def test_an_address_is_shown_as_what_it_becomes_with_the_location_that_did_it() -> None:
    entry = one("release.model.uri")
    assert (entry.value, entry.written) == ("gs://fraud/1.5.0/", "s3://models/fraud/1.5.0/")
    assert entry.location
    assert (entry.location.path, entry.location.line, entry.location.column) == (ENVIRONMENT_PATH, 5, 55)
    assert one("release.image").location is None
    assert one("release.lineage.data[0].uri").location is None, "lineage keeps its addresses"


def test_artifacts_are_addresses_too() -> None:
    artifacts = '  artifacts: [{name: a, role: tokenizer, uri: "s3://models/a/"}]\n  values:'
    entry = one("release.artifacts[0].uri", {**LAYERED, STATE_PATH: STATE.replace("  values:", artifacts)})
    assert (entry.value, entry.written) == ("s3://dev-models/a/", "s3://models/a/")


def test_a_challenger_is_explained_with_its_own_template_and_addresses() -> None:
    challenger = (
        "challenger:\n  mode: shadow\n  percent: 10\n  release:\n"
        "    {version: 2.0.0, template: plain/v1, image: 'a:1', model: {uri: 's3://models/x/'}}\n"
    )
    found = {entry.field: entry for entry in explained({**LAYERED, STATE_PATH: STATE + challenger}, "challenger")}
    assert found["challenger.mode"].value == "shadow"
    assert (found["challenger.release.values.batch"].value, found["challenger.release.values.batch"].layer) == (
        8,
        "template",
    )
    assert found["challenger.release.model.uri"].value == "s3://dev-models/x/"


def test_values_are_sorted_and_limited_by_whole_parts_of_a_field() -> None:
    fields = [entry.field for entry in explained(LAYERED)]
    assert fields == sorted(fields)
    assert {entry.field for entry in explained(LAYERED, "deploy.replicas")} == {
        "deploy.replicas.min",
        "deploy.replicas.max",
    }
    assert [entry.field for entry in explained(LAYERED, "release.lineage.data")] == [
        f"release.lineage.data[0].{key}" for key in ("digest", "name", "uri")
    ]


@pytest.mark.parametrize("name", ["fraud", "risk/fraud"])
def test_a_state_is_named_with_or_without_its_team(name: str) -> None:
    assert explained(name=name, environment="prod")


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (
            {"field": "deploy.replica"},
            "nothing sets `deploy.replica` for `fraud` in `dev`",
            "did you mean `deploy.replicas`?",
        ),
        ({"field": "batch"}, "nothing sets `batch`", "did you mean `release.values.batch`?"),
        ({"field": "zzz"}, "nothing sets `zzz`", "the blocks are deploy, release"),
        ({"name": "froud"}, "no state called `froud`", "did you mean `fraud`?"),
        ({"name": "zzz"}, "no state called `zzz`", "states are fraud"),
        ({"name": "risk/fraud"}, "`dev` has no state called `risk/fraud`", "it stands in prod"),
        ({"environment": "prd"}, "no environment `prd`", "did you mean `prod`?"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(arguments: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        explained(**arguments)
    assert message in caught.value.message
    assert hint in str(caught.value.hint).lower()


def test_a_broken_state_is_not_explained() -> None:
    with pytest.raises(InputError) as caught:
        explained(changed(STATE_PATH, ("version: 1.5.0", "version: latest")))
    assert (caught.value.path, caught.value.line) == (STATE_PATH, 5)
