from __future__ import annotations

from support.evaluations import MODEL, OTHER, evaluation, kept

from mlgitops.core import digests
from mlgitops.core.metric_changes import MetricChange, metric_changes

OLD = {"version": "1", "model": {"uri": "s3://old/", "digest": OTHER}}
NEW = {"version": "2", "model": {"uri": "s3://new/", "digest": MODEL}}
ELSEWHERE = {"uri": "s3://data/other/", "digest": "sha256:" + "d4" * 32}


def told(*documents, before=OLD, after=NEW):
    return metric_changes(before, after, map(kept, documents))


def of(digest, **blocks):
    return evaluation(subject={"model": digest}, **blocks)


def test_both_sides_of_a_metric_on_the_same_data():
    assert told(of(OTHER, metrics={"auc": 0.92}), of(MODEL, metrics={"auc": 0.94})) == [
        MetricChange("holdout", "", "", "auc", 0.92, 0.94, True)
    ]


def test_the_newest_counts_and_of_the_other_that_on_its_data():
    found = told(
        of(MODEL, metrics={"auc": 0.5}, at="2026-01-01T00:00:00Z"),
        of(MODEL, metrics={"auc": 0.94}, at="2026-11-01T00:00:00Z"),
        of(OTHER, metrics={"auc": 0.92}, at="2026-01-01T00:00:00Z"),
        of(OTHER, metrics={"auc": 0.99}, at="2026-11-02T00:00:00Z", data=ELSEWHERE),
    )
    assert [(one.before, one.after, one.comparable) for one in found] == [(0.92, 0.94, True)]


def test_other_data_is_told_as_such():
    (one,) = told(of(OTHER, metrics={"auc": 0.92}, data=ELSEWHERE), of(MODEL, metrics={"auc": 0.94}))
    assert (one.before, one.after, one.comparable) == (0.92, 0.94, False)


def test_what_only_one_side_has():
    found = told(of(OTHER, metrics={"auc": 0.92, "f1": 0.8}), of(MODEL, metrics={"auc": 0.94, "recall": 0.7}))
    assert [(one.metric, one.before, one.after) for one in found] == [
        ("auc", 0.92, 0.94),
        ("recall", None, 0.7),
        ("f1", 0.8, None),
    ]
    assert [one.before for one in told(of(MODEL))] == [None]
    assert [one.after for one in told(of(OTHER))] == [None]
    assert told() == []


def test_slices_that_differ():
    found = told(
        of(OTHER, metrics={}, slices={"young": {"auc": 0.8}, "old": {"auc": 0.9}, "gone": {"auc": 0.7}}),
        of(MODEL, metrics={}, slices={"young": {"auc": 0.85}, "old": {"auc": 0.9}}),
    )
    assert [(one.slice, one.before, one.after) for one in found] == [("young", 0.8, 0.85), ("gone", 0.7, None)]


def test_releases_are_measured_on_hardware():
    def about(release, hardware, value):
        subject = {"release": digests.digest(release)}
        return evaluation(metadata={"name": "latency"}, subject=subject, hardware=hardware, metrics={"p95_ms": value})

    found = told(about(OLD, "t4", 40), about(NEW, "t4", 33), about(NEW, "l4", 12))
    assert [(one.hardware, one.before, one.after) for one in found] == [("l4", None, 12), ("t4", 40, 33)]


def test_one_model_in_both_was_not_measured_anew():
    assert told(of(MODEL), before={**NEW, "version": "1"}) == []


def test_a_release_without_a_model_has_no_results_of_models():
    assert told(of(MODEL), before={"version": "1"}, after={"version": "2"}) == []
