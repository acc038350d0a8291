from __future__ import annotations

import json
from typing import Any

import pytest

from mlgitops.core.measurements import from_file, gather
from mlgitops.errors import InputError


def no_file(name: str) -> bytes:
    raise AssertionError(f"{name} is no file")


def test_pairs_are_numbers_by_name() -> None:
    found = gather(["auc=0.94", "val/recall@1%=1e-2", "n=12", "auc=0.95"], [], no_file)
    assert found.metrics == {"auc": 0.95, "val/recall@1%": 0.01, "n": 12}
    assert isinstance(found.metrics["n"], int)


def test_a_slice_may_be_named_as_its_condition_is_written() -> None:
    found = gather(["auc=1"], ["under_25:auc=0.9", "age<=25:f1=0.8", "t: a=1:auc=0"], no_file)
    assert found.slices == {"under_25": {"auc": 0.9}, "age<=25": {"f1": 0.8}, "t: a=1": {"auc": 0}}


@pytest.mark.parametrize(
    "text",
    ["auc=", "auc=high", "auc=nan", "auc=inf", "auc=-Infinity", "auc=1e999", "auc=0x1", "auc=1_0", "auc=٣", "auc= 1"],
)
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        gather([text], [], no_file)
    with pytest.raises(InputError):
        gather(["auc=1"], [f"old:{text}"], no_file)


@pytest.mark.parametrize("text", ["auc=0.9", ":auc=0.9", "old:=0.9", "old:auc"])
def test_a_slice_needs_a_name_a_metric_and_a_value(text: str) -> None:
    with pytest.raises(InputError, match="no result on a slice"):
        gather(["auc=1"], [text], no_file)


MLFLOW = {"run": {"info": {"run_id": "9f2c"}, "data": {"metrics": [{"key": "auc", "value": 0.94, "step": 0}]}}}


@pytest.mark.parametrize(
    "document",
    [
        {"auc": 0.94},
        {"metrics": {"auc": 0.94}, "params": {"eta": "0.1"}},
        MLFLOW,
        MLFLOW["run"],
        {"metrics": [{"key": "auc", "value": 0.9}, {"key": "auc", "value": 0.94}]},
    ],
)
def test_files_are_read_in_the_forms_that_tools_write(document: Any) -> None:
    assert from_file(json.dumps(document).encode(), "m.json") == ({"auc": 0.94}, {})


def test_yaml_and_slices_are_read_too() -> None:
    data = b"metrics:\n  auc: 0.94\nslices:\n  under_25:\n    auc: 0.9\n"
    assert from_file(data, "m.yaml") == ({"auc": 0.94}, {"under_25": {"auc": 0.9}})
    assert gather(["m.yaml", "auc=0.95"], ["under_25:auc=0.8"], lambda _: data) == (
        {"auc": 0.95},
        {"under_25": {"auc": 0.8}},
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"auc": NaN}', "`m: auc` is not finite"),
        (b'{"auc": Infinity}', "`m: auc` is not finite"),
        (b'{"auc": 1e999}', "`m: auc` is not finite"),
        (b"auc: .nan", "nan"),
        (b'{"auc": "0.94"}', "`auc` is no number"),
        (b'{"auc": true}', "`auc` is no number"),
        (b'{"auc": null}', "`auc` is no number"),
        (b'{"auc": 0.94', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1, 2]", "no metrics are found"),
        (b"{}", "no metrics are found"),
        (b'{"metrics": []}', "no metrics are found"),
        (b'{"metrics": [0.94]}', "no metrics are found"),
        (b'{"metrics": {"auc": 1}, "slices": [1]}', "no metrics are found"),
        (b'{"metrics": {"auc": 1}, "slices": {"old": 1}}', "no metrics are found"),
        (b"0.94", "no metrics are found"),
        (b"auc: \xff", "UTF-8"),
    ],
)
def test_other_files_are_refused_in_words(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        from_file(data, "m")
    assert message in caught.value.message
