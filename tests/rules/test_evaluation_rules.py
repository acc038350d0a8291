"""What the rules about evaluations say, and where: beyond the examples that each shows of itself."""

from __future__ import annotations

from typing import Any

import pytest
from support.evaluations import evaluation
from support.examples import DIGEST, NAME, RELEASE, STATE, base, hydrated, of_state, validated

from mlgitops.core import digests
from mlgitops.core.evaluation import identity
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

FOLDER = "environments/dev/evaluations"
DEV = f"environments/dev/state/{NAME}.yaml"
PROD = f"environments/prod/state/{NAME}.yaml"


def kept(document: dict[str, Any], folder: str = f"{FOLDER}/{NAME}") -> dict[str, bytes]:
    return {f"{folder}/{identity(document)}.yaml": dump(document).encode()}


def told(findings: list[Any]) -> list[tuple[str, str, str]]:
    """File, rule and severity of findings about evaluations."""
    return [
        (found.path, found.rule, found.severity)
        for found in findings
        if "evaluat" in found.rule or "acceptance" in found.rule
    ]


@pytest.mark.parametrize(
    ("acceptance", "rule", "severity"),
    [
        ("{}", "missing-acceptance", "warning"),
        ("{bias: {metrics: {gap: {max: 1}}}}", "missing-evaluation", "warning"),
        ("{holdout: {metrics: {auc: {min: 0.99}}}}", "failed-acceptance", "error"),
    ],
)
def test_the_first_step_need_not_prove_anything_but_what_it_demands(acceptance: str, rule: str, severity: str) -> None:
    state = f"{STATE.partition('acceptance:')[0]}acceptance: {acceptance}\n"
    document = load(state.encode(), DEV) | {"release": load(RELEASE.encode(), DEV)}
    found = validated(base() | {DEV: dump(document).encode()})
    assert told(found) == [(DEV, rule, severity)]


def messages(given: dict[str, Any]) -> list[tuple[int, str]]:
    return [(found.line, found.message) for found in of_state(given)]


def test_a_failed_bound_is_shown_where_it_is_written() -> None:
    file = f"{FOLDER}/{NAME}/holdout-"
    ((line, message),) = messages({"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.96}}}}})
    assert message.startswith(f"`holdout` of 1.5.0: `auc` is 0.95, and at least 0.96 is demanded; {file}")
    (own,) = of_state({"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.96}}}}})
    assert own.path == PROD
    floor = {"environment": {"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.96}}}}}}
    ((at_release, by_floor),) = messages(floor)
    assert "demanded by environments/prod/environment.yaml" in by_floor
    assert at_release != line
    inherited = {"acceptance": None, "environment": {"defaults": floor["environment"]}}
    (found,) = of_state(inherited)
    assert (found.path, found.rule) == ("environments/prod/environment.yaml", "failed-acceptance")


def test_champion_and_challenger_are_both_told() -> None:
    challenger = {"mode": "shadow", "percent": 10, "release": {"model": {"digest": f"sha256:{'c3' * 32}"}}}
    found = of_state({"acceptance": {"holdout": {"within": "7d"}}, "challenger": challenger})
    assert sorted(one.rule for one in found) == ["evaluation-of-another-model", "failed-acceptance"]
    (other,) = [one.message for one in found if one.rule == "evaluation-of-another-model"]
    assert "1.6.0, model c3c3c3c3c3c3; the nearest is of model a1a1a1a1a1a1: environments/dev/" in other


def test_what_was_measured_elsewhere_is_pointed_to() -> None:
    state = load(base()[PROD], PROD)
    state["acceptance"] = {"latency": {"metrics": {"auc": {"min": 0}}}}
    latency = evaluation(
        metadata={"name": "latency"}, subject={"release": digests.digest(state["release"])}, hardware="h100"
    )
    files = hydrated(base() | {PROD: dump(state).encode()} | kept(latency))
    (found,) = validated(files)
    assert (found.rule, found.path) == ("missing-evaluation", PROD)
    assert f"1.5.0 on t4: the nearest is of h100, {FOLDER}/{NAME}/latency-" in found.message


def test_the_same_revision_of_a_store_is_the_same_data() -> None:
    data = {
        "uri": "lakefs://fraud/holdout",
        "revision": "c7a632d74f46c7a632d74f46c7a632d74f46c7a632d74f46c7a632d74f46abcd",
    }
    lineage = {"data": [{"name": "training", **data}]}
    state = load(base()[PROD], PROD)
    state["release"]["lineage"] |= lineage
    newest = evaluation(data=data, at="2026-11-19T00:00:00Z", metrics={"auc": 0.95})
    found = validated(hydrated(base() | {PROD: dump(state).encode()} | kept(newest)))
    assert told(found) == [(PROD, "evaluated-on-training-data", "error")]
    other = evaluation(data={**data, "uri": "lakefs://other/holdout"}, at="2026-11-19T00:00:00Z", metrics={"auc": 0.95})
    assert told(validated(hydrated(base() | {PROD: dump(state).encode()} | kept(other)))) == []


def test_jobs_are_not_held_to_floors() -> None:
    job = {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "TrainingJob",
        "metadata": {"name": "retrain", "owner": "risk-ml"},
        "release": {"version": "1.0.0", "template": "job/v1", "image": f"ghcr.io/acme/train:1@sha256:{DIGEST}"},
        "deploy": {"placement": {"nodePools": ["t4"]}},
    }
    environment = load(base()["environments/prod/environment.yaml"], "")
    environment["acceptance"] = {"holdout": {"metrics": {"auc": {"min": 0.9}}}}
    files = base() | {
        "environments/prod/state/retrain.yaml": dump(job).encode(),
        "environments/prod/environment.yaml": dump(environment).encode(),
    }
    assert told(validated(files)) == []


LATENCY = evaluation(metadata={"name": "latency"}, metrics={"p95": 38})


def beside(before: dict[str, bytes], after: dict[str, bytes]) -> list[tuple[str, str, str]]:
    return told(validated(base() | after, base=LoadedSnapshot("base", base() | before)))


def test_evidence_goes_with_its_service_only() -> None:
    gone = kept(LATENCY, f"{FOLDER}/retired")
    (path,) = kept(LATENCY)
    assert beside(gone, {}) == []
    assert beside(kept(LATENCY), {}) == [(path, "mutated-evaluation", "error")]


def test_evidence_may_not_be_lent_to_another_service() -> None:
    (path,) = kept(LATENCY)
    assert beside(kept(LATENCY), kept(LATENCY, f"{FOLDER}/other")) == [(path, "mutated-evaluation", "error")]


def test_a_broken_file_takes_nothing_back() -> None:
    (path,) = kept(LATENCY)
    assert (path, "mutated-evaluation", "error") in beside(kept(LATENCY), {path: b"metrics: {}\n"})
    assert (path, "mutated-evaluation", "error") not in beside({path: b"metrics: {}\n"}, kept(LATENCY))


def test_without_a_base_names_are_judged_all_the_same() -> None:
    (path,) = kept(LATENCY)
    forged = {path: dump(LATENCY | {"metrics": {"p95": 3}}).encode()}
    assert told(validated(base() | forged)) == [(path, "mutated-evaluation", "error")]
