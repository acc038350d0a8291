from __future__ import annotations

import pytest
from support.examples import Example, base, examples, findings, validated

# of rules that schemas decide, those about documents are judged beside the schemas
EXAMPLES = [
    pytest.param(example, id=str(example))
    for example in examples()
    if example.kind == "manifest" or not example.rule.schema
]

BESIDE = {"mutable-tag": {"missing-digest"}, "unknown-kind": {"missing-schema"}}
"""What else is told of examples: a tag that does not move is no digest, and a group that is not known has no schema."""


def test_nothing_is_wrong_without_an_example() -> None:
    assert validated(base()) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_gives_its_rule_and_no_other(example: Example) -> None:
    found = findings(example)
    told = {finding.rule for finding in found} - BESIDE.get(example.rule.id, set())
    assert told == ({example.rule.id} if example.bad else set()), found
    assert all(finding.message and finding.mend and finding.path for finding in found)
