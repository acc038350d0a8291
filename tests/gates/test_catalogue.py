from __future__ import annotations

from types import ModuleType

import pytest

from mlgitops.gates import BOTH, PROMOTION, Gate, catalogue, collect


def gate(name: str) -> Gate:
    return Gate(id=name, title="t", why="w.", mend="m.", blocks=BOTH, check=lambda _: None)


def module(name: str, value: object) -> ModuleType:
    made = ModuleType(f"gates.{name}")
    vars(made)["GATE"] = value
    return made


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.id)
def test_texts_are_complete(one: Gate) -> None:
    assert one.title.startswith("whether ")
    assert not one.title.endswith(".")
    assert one.why.endswith(".")
    assert one.mend.endswith(".")


def test_what_each_gate_blocks() -> None:
    found = {one.id: one.blocks for one in catalogue().values()}
    assert {name for name, blocks in found.items() if blocks == BOTH} == {"approval", "artifact", "findings"}
    assert {name for name, blocks in found.items() if blocks == PROMOTION} == set(found) - {
        "approval",
        "artifact",
        "findings",
    }
    assert list(found) == sorted(found)


def test_gates_are_found_by_their_ids() -> None:
    assert list(collect([module("a_b", gate("a-b")), module("c", gate("c"))])) == ["a-b", "c"]


@pytest.mark.parametrize(
    ("one", "message"),
    [(module("a", gate("b")), "the gate b stands in gates.a"), (module("a", None), "gates.a has no GATE")],
)
def test_a_gate_missing_or_misplaced_is_refused(one: ModuleType, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        collect([one])
