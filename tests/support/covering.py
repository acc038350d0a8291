"""Covering arrays: few rows of choices in which every pair (triple, …) of options stands together at least once."""

from __future__ import annotations

import random
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = tuple[int, ...]
Part = tuple[tuple[int, int], ...]
"""Options that stand together: pairs of a dimension and the index of its option, dimensions rising."""

_ATTEMPTS = 8


class Covering(NamedTuple):
    """What `cover` found.

    Attributes:
        rows: The rows; each gives the index of an option for every dimension.
        missing: Parts of which no acceptable row was found.
    """

    rows: list[Row]
    missing: list[Part]


def cover(sizes: Sequence[int], strength: int, accepts: Callable[[Row], bool]) -> Covering:
    """Rows that hold every part of `strength` options, as far as `accepts` lets them.

    Args:
        sizes: How many options each dimension has; option 0 is the one that disturbs least.
        strength: How many options must have stood together.
        accepts: Whether a row makes sense. Asked once a row.
    """
    wanted = dict.fromkeys(_parts(sizes, strength))
    rows, missing = [], []
    chance = random.Random(0)
    while wanted:
        part = next(iter(wanted))
        row = next((row for row in _candidates(part, sizes, wanted, chance) if accepts(row)), None)
        if row is None:
            missing.append(part)
            del wanted[part]
            continue
        rows.append(row)
        for covered in combinations(enumerate(row), strength):
            wanted.pop(covered, None)
    return Covering(rows, missing)


def _parts(sizes: Sequence[int], strength: int) -> Iterator[Part]:
    for dimensions in combinations(range(len(sizes)), strength):
        for choice in product(*(range(sizes[dimension]) for dimension in dimensions)):
            yield tuple(zip(dimensions, choice, strict=True))


def _candidates(part: Part, sizes: Sequence[int], wanted: dict[Part, None], chance: random.Random) -> Iterator[Row]:
    """Rows with `part`: a greedy one, the same with more and more left alone, then random ones."""
    greedy = _greedy(part, sizes, wanted, chance)
    yield greedy
    for left in (0.1, 0.1, 0.2, 0.2, 0.4, 0.4, 0.7, 1.0):
        yield _filled(part, [0 if chance.random() < left else option for option in greedy])
    for _ in range(_ATTEMPTS):
        yield _filled(part, [chance.randrange(size) for size in sizes])


def _filled(part: Part, row: list[int]) -> Row:
    for dimension, option in part:
        row[dimension] = option
    return tuple(row)


def _greedy(part: Part, sizes: Sequence[int], wanted: dict[Part, None], chance: random.Random) -> Row:
    chosen = dict(part)
    order = [dimension for dimension in range(len(sizes)) if dimension not in chosen]
    chance.shuffle(order)
    for dimension in order:
        gains = [_gain(dimension, option, chosen, len(part), wanted) for option in range(sizes[dimension])]
        chosen[dimension] = gains.index(max(gains))
    return tuple(chosen[dimension] for dimension in range(len(sizes)))


def _gain(dimension: int, option: int, chosen: dict[int, int], strength: int, wanted: dict[Part, None]) -> int:
    others = combinations(chosen.items(), strength - 1)
    return sum(tuple(sorted((*other, (dimension, option)))) in wanted for other in others)
