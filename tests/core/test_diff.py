from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import digests
from mlgitops.core.diff import Change, changes, model_changes

RELEASE = {
    "version": "1.5.0",
    "template": "kserve/v1",
    "image": "ghcr.io/acme/fraud@sha256:" + "a" * 64,
    "model": {"uri": "s3://models/1.5.0/", "digest": "sha256:" + "b" * 64, "format": "onnx"},
    "artifacts": [{"name": "tokenizer", "uri": "s3://tok/", "digest": "sha256:" + "c" * 64}],
    "env": {"THRESHOLD": "0.83"},
    "requires": {"memory": "16Gi"},
    "lineage": {
        "code": {"commit": "0" * 40},
        "seed": 7,
        "data": [{"name": "training", "uri": "s3://data/1/"}, {"name": "labels", "uri": "s3://labels/1/"}],
    },
}


def changed(**to):
    release = copy.deepcopy(RELEASE)
    for place, value in to.items():
        node = release
        *way, last = place.split("__")
        for key in way:
            node = node[int(key) if key.isdigit() else key]
        node[int(last) if last.isdigit() else last] = value
    return release


def test_what_tells_most_comes_first():
    after = changed(
        env__THRESHOLD="0.81", image="ghcr.io/acme/fraud@sha256:" + "d" * 64, requires__memory="24Gi",
        lineage__seed=8, lineage__data__0__uri="s3://data/2/", model__digest="sha256:" + "e" * 64, version="1.6.0",
    )  # fmt: skip
    assert [change.field for change in model_changes(RELEASE, after)] == [
        "version", "model.digest", "lineage.data.training.uri", "lineage.seed", "requires.memory", "image",
        "env.THRESHOLD",
    ]  # fmt: skip
    assert model_changes(RELEASE, after)[0] == Change("version", "1.5.0", "1.6.0")


def test_what_is_new_and_what_is_gone():
    after = changed(values={"maxBatchSize": 32})
    del after["requires"]
    assert model_changes(RELEASE, after) == [
        Change("requires.memory", "16Gi", None),
        Change("values.maxBatchSize", None, 32),
    ]
    everything = model_changes(None, RELEASE)
    assert everything[0] == Change("version", None, "1.5.0")
    assert all(change.before is None for change in everything)
    assert [change[:1] + change[:0:-1] for change in everything] == model_changes(RELEASE, None)
    assert model_changes(None, None) == []


def test_items_of_a_list_go_by_their_names():
    after = changed(artifacts=[{"name": "adapter", "uri": "s3://a/"}, *RELEASE["artifacts"]])
    assert model_changes(RELEASE, after) == [Change("artifacts.adapter.uri", None, "s3://a/")]
    turned = changed(lineage__data=RELEASE["lineage"]["data"][::-1])
    assert model_changes(RELEASE, turned) == [Change("lineage.data", ["training", "labels"], ["labels", "training"])]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": True}, {"a": 1}, [Change("a", True, 1)]),
        ({"a": [True]}, {"a": [1]}, [Change("a", [True], [1])]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": {}}, {}, [Change("a", {}, None)]),
        ({"a": {}}, {"a": []}, [Change("a", {}, [])]),
        ({"a": {"b": 1}}, {"a": [1]}, [Change("a", {"b": 1}, [1])]),
        ({"a": {"b": 1}}, {"a": "b"}, [Change("a", {"b": 1}, "b")]),
        ({"a": [{"name": "x"}]}, {"a": []}, [Change("a.x", {}, None)]),
        ({"a": [{"name": "x"}, {"name": "x"}]}, {}, [Change("a", [{"name": "x"}, {"name": "x"}], None)]),
        ({"a": {"b c": 1}}, {"a": {"b c": 2}}, [Change('a["b c"]', 1, 2)]),
        ({"a": "0"}, {"a": 0}, [Change("a", "0", 0)]),
    ],
)
def test_values_are_compared_as_their_digest_does(before, after, expected):
    assert list(changes(before, after)) == expected


def test_secrets_are_masked():
    token = "ghp_" + "a1B2" * 10
    before = {"env": {"DB_PASSWORD": "correct-horse", "X": "x"}, "args": ["--key", token]}
    after = {"env": {"DB_PASSWORD": "battery-staple", "X": "https://u:secret@h/"}, "args": ["--key"]}
    told = json.dumps(list(changes(before, after)))
    assert "correct-horse" not in told
    assert "battery-staple" not in told
    assert token not in told
    assert ":secret@" not in told
    assert [change.field for change in changes(before, after)] == ["env.DB_PASSWORD", "env.X", "args"]


scalars = st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, -0.0]) | st.sampled_from(["", "a", "1"])
names = st.sampled_from(["name", "lineage", "version", "model", "x"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
releases = st.dictionaries(names, values, max_size=4)


@given(releases, releases)
def test_nothing_changes_exactly_where_digests_are_one(before, after):
    assert (model_changes(before, after) == []) == (digests.digest(before) == digests.digest(after))
    assert model_changes(before, before) == []
