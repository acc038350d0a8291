"""What a promotion leaves behind."""

from __future__ import annotations

from mlgitops.core.promotion.staying import missing_variables, staying


def test_fields_that_differ_stand_with_both_sides() -> None:
    source = {"release": {"version": "2"}, "deploy": {"replicas": {"min": 1}, "env": {"A": "1"}, "values": {"x": [1]}}}
    target = {"release": {"version": "1"}, "deploy": {"replicas": {"min": 2, "max": 3}, "env": {"A": "1"}}}
    assert [tuple(one) for one in staying(source, target)] == [
        ("deploy.replicas.min", 1, 2),
        ("deploy.replicas.max", None, 3),
        ("deploy.values", {"x": [1]}, None),
    ]
    assert staying(source, source) == []


def test_acceptance_is_told_and_holds_are_not() -> None:
    source = {"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.9}}}}, "hold": {"reason": "x"}}
    target = {"acceptance": {"holdout": {"metrics": {"auc": {"min": 0.8}}}}}
    assert [one.field for one in staying(source, target)] == ["acceptance.holdout.metrics.auc.min"]


def test_variables_that_nothing_binds() -> None:
    release = {"env": {"A": "1"}, "requires": {"env": ["A", "B", "C", "D"]}}
    assert missing_variables(release, {"env": {"B": "1"}, "secrets": {"C": {}}}) == ["D"]
    assert missing_variables({}, {}) == []
