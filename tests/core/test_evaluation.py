from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluations import DATA, MODEL, OTHER, RELEASE, evaluation, kept, shown

from mlgitops.core import digests
from mlgitops.core.evaluation import identity, model_digest, standings
from mlgitops.core.measured_on import Hardware

if TYPE_CHECKING:
    import random

T4 = Hardware("t4", frozenset({"t4", "Tesla-T4"}))
H100 = Hardware("h100", frozenset({"h100"}))
OWN = {"release": digests.digest(RELEASE)}
ANY = {"metrics": {"auc": {"min": 0}}}


def test_an_id_is_name_subject_data_and_content() -> None:
    document = evaluation()
    assert identity(document) == f"holdout-a1a1a1a1a1a1-b2b2b2b2b2b2-{digests.short(digests.digest(document))}"
    assert identity(evaluation(metrics={"auc": 0.95})) != identity(document)


def test_data_that_a_revision_pins_is_in_the_id_too() -> None:
    one, other = ({"uri": "dvc://d/holdout", "revision": revision} for revision in ("v1/a", "v1/b"))
    assert identity(evaluation(data=one)).split("-")[2] != identity(evaluation(data=other)).split("-")[2]
    assert all(len(part) == 12 for part in identity(evaluation(data=one)).split("-")[1:])


def test_the_newest_counts_wherever_it_is_kept() -> None:
    old = kept(evaluation(at="2026-01-01T00:00:00Z"), "prod")
    new = kept(evaluation(at="2026-11-19T00:00:00Z", metrics={"auc": 0.5}), "dev")
    (standing,) = shown([old, new], {"metrics": {"auc": {"min": 0.9}}})
    assert standing.evidence is new
    assert not standing.met


def test_of_two_at_one_time_the_id_decides() -> None:
    both = [kept(evaluation(metrics={"auc": value})) for value in (0.1, 0.2)]
    last = max(both, key=lambda one: identity(dict(one.document)))
    assert [shown(order, ANY)[0].evidence for order in (both, both[::-1])] == [last, last]


def test_another_name_or_another_digest_counts_for_nothing() -> None:
    other_name = kept(evaluation(metadata={"name": "latency"}))
    other_model = kept(evaluation(subject={"model": OTHER}))
    other_release = kept(evaluation(subject={"release": OTHER}, hardware="t4", at="2026-11-04T00:00:00Z"))
    (standing,) = shown([other_name, other_model, other_release], ANY, [T4])
    assert (standing.evidence, standing.met) == (None, False)
    assert standing.others == [other_release, other_model]


def test_a_digest_in_the_address_is_the_models() -> None:
    model: dict[str, Any] = {"uri": f"oci://ghcr.io/acme/fraud:1@{MODEL}"}
    assert model_digest({"model": model}) == MODEL
    assert model_digest({"model": {"uri": "s3://models/a@b/"}}) is None
    assert model_digest({}) is None
    release = {"version": "1", "model": model}
    (standing,) = standings(release, {"holdout": ANY}, [kept(evaluation())], [], "2026-11-20")
    assert standing.met


def test_what_is_about_a_release_counts_on_its_hardware_only() -> None:
    on_t4 = kept(evaluation(subject=OWN, hardware="Tesla-T4"))
    (standing,) = shown([on_t4], ANY, [T4])
    assert (standing.evidence, standing.hardware, standing.met) == (on_t4, T4, True)
    (missing,) = shown([on_t4], ANY, [H100])
    assert (missing.evidence, missing.elsewhere) == (None, [on_t4])
    assert shown([on_t4], ANY, [])[0].met, "nothing is known of the hardware"


def test_each_hardware_has_to_be_shown() -> None:
    on_t4 = kept(evaluation(subject=OWN, hardware="t4"))
    on_h100 = kept(evaluation(subject=OWN, hardware="h100", metrics={"auc": 0.2}))
    demand = {"metrics": {"auc": {"min": 0.9}}}
    assert [standing.met for standing in shown([on_t4, on_h100], demand, [T4, H100])] == [True, False]
    assert [standing.evidence for standing in shown([on_t4], demand, [T4, H100])] == [on_t4, None]


def test_a_result_about_the_model_holds_on_all_hardware_and_is_told_once() -> None:
    about_model = kept(evaluation(hardware="cpu"))
    (standing,) = shown([about_model], ANY, [T4, H100])
    assert (standing.evidence, standing.hardware) == (about_model, None)


def test_a_correction_of_lineage_makes_another_release_and_the_same_model() -> None:
    corrected = {**RELEASE, "version": "1.5.1", "lineage": {"seed": 8}}
    evidence = [kept(evaluation()), kept(evaluation(metadata={"name": "latency"}, subject=OWN, hardware="t4"))]
    found = standings(corrected, {"holdout": ANY, "latency": ANY}, evidence, [T4], "2026-11-20")
    assert [(standing.key, standing.met, len(standing.others)) for standing in found] == [
        ("holdout", True, 0),
        ("latency", False, 1),
    ]


times = st.builds("2026-{:02}-{:02}T00:00:00Z".format, st.integers(1, 11), st.integers(1, 20))
results = st.builds(
    lambda at, auc, subject, place: kept(evaluation(at=at, metrics={"auc": auc}, **subject), place),
    times,
    st.floats(0, 1),
    st.sampled_from(
        [{}, {"subject": {"model": OTHER}}, *({"subject": OWN, "hardware": name} for name in ("t4", "h100"))]
    ),
    st.sampled_from(["dev", "prod"]),
)
many = st.lists(results, max_size=8)
DEMAND = {"within": "90d", "metrics": {"auc": {"min": 0.5}}}


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(evidence: list[Any], chance: random.Random) -> None:
    shuffled = chance.sample(evidence, len(evidence))
    assert shown(evidence, DEMAND, [T4, H100]) == shown(shuffled, DEMAND, [T4, H100])


@given(many, results)
def test_an_older_evaluation_never_changes_a_verdict(evidence: list[Any], added: Any) -> None:
    before = shown(evidence, DEMAND, [T4, H100])
    if any(one.evidence is None or one.evidence.document["at"] <= added.document["at"] for one in before):
        return
    after = shown([*evidence, added], DEMAND, [T4, H100])
    assert [(one.evidence, one.checks) for one in before] == [(one.evidence, one.checks) for one in after]


@pytest.mark.parametrize("digest", [DATA, OTHER])
def test_an_id_tells_apart_what_the_same_numbers_were_measured_on(digest: str) -> None:
    assert f"-{digests.short(digest)}-" in identity(evaluation(data={"uri": "s3://d/", "digest": digest}))
