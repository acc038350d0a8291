"""The rows that stand for all combinations do hold every pair or triple of options."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from support.covering import Row, cover

SIZES = [2, 3, 4, 1, 2, 3]


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_part_stands_in_a_row(strength: int) -> None:
    covering = cover(SIZES, strength, lambda _: True)
    covered = {part for row in covering.rows for part in combinations(enumerate(row), strength)}
    for dimensions in combinations(range(len(SIZES)), strength):
        for choice in product(*(range(SIZES[dimension]) for dimension in dimensions)):
            assert tuple(zip(dimensions, choice, strict=True)) in covered
    assert covering.missing == []
    assert len(covering.rows) < 2 * 4**strength


def test_what_cannot_stand_together_is_told() -> None:
    def accepts(row: Row) -> bool:
        return (row[0], row[1]) != (1, 2)

    covering = cover(SIZES, 2, accepts)
    assert covering.missing == [((0, 1), (1, 2))]
    assert all(map(accepts, covering.rows))
