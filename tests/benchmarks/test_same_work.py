"""Every contender makes the same objects: else no ratio would mean anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from benchmarks import services
from benchmarks.contenders import MissingError, Work, objects
from benchmarks.manifests import comparable, manifests
from benchmarks.measure import once

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.benchmark

COUNT = 12  # every length of every list occurs


@pytest.mark.parametrize(
    ("name", "contender"), [("mlgitops", "cold"), ("helm", "helm"), ("kustomize", "kustomize"), ("naive", "naive")]
)
def test_each_contender_makes_the_same_objects(name: str, contender: str, tmp_path: Path) -> None:
    work = Work(tmp_path, COUNT)
    try:
        chosen = getattr(work, contender)()
    except MissingError as missing:
        pytest.skip(str(missing))
    chosen.prepare()
    once(chosen)
    expected = [
        comparable(item)
        for where in services.ENVIRONMENTS
        for number in range(COUNT)
        for item in manifests(services.values(number, where))
    ]
    made = [comparable(item) for item in objects(work.outputs()[name])]
    assert sorted(made, key=repr_key) == sorted(expected, key=repr_key)


def repr_key(item: dict[str, dict[str, str]]) -> tuple[str, str, str]:
    """What names an object."""
    return item["metadata"]["namespace"], item["metadata"]["name"], str(item["kind"])
