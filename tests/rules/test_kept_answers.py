"""Answers that are kept of one object decide nothing about another, whatever was asked before."""

from __future__ import annotations

import random

from support.examples import Example, examples, findings

CHOSEN = random.Random(5).sample([one for one in examples() if one.kind in ("state", "manifest", "environment")], 10)


def told(order: list[Example]) -> dict[str, list[object]]:
    return {str(one): list(findings(one)) for one in order}


def test_the_order_of_questions_changes_no_answer() -> None:
    first = told(CHOSEN)
    assert sum(map(len, first.values())) > len(CHOSEN) / 4
    assert told(CHOSEN[::-1]) == first
