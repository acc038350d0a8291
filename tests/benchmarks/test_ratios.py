"""The ratios in their short form: no target may be missed by so much that noise does not explain it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from benchmarks.contenders import MissingError, scratch
from benchmarks.ratios import SHORT, TARGETS, Result, measure
from benchmarks.report import table

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.benchmark

NOISE = 2  # a machine that others use, and few rounds: a factor of two is no proof
JUDGED = [name for name, target in TARGETS.items() if target.at_most is not None]


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, Result | MissingError]]:
    with scratch() as folder:
        taken = dict(measure(folder, SHORT))
    yield taken
    sys.stdout.write(f"\n\n{table(taken)}\n\n")


@pytest.mark.parametrize("name", JUDGED)
def test_target_is_not_missed_beyond_noise(name: str, results: dict[str, Result | MissingError]) -> None:
    result = results[name]
    if isinstance(result, MissingError):
        pytest.skip(str(result))
    at_most = TARGETS[name].at_most
    assert at_most is not None
    assert result.figure <= NOISE * at_most


def test_every_target_is_measured(results: dict[str, Result | MissingError]) -> None:
    assert list(results) == list(TARGETS)
