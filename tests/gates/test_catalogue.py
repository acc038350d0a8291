from __future__ import annotations

from types import ModuleType

import pytest
from support.gate_cases import NEW, OLD, case, histories, stretches

from mlgitops.gates import BOTH, PROMOTION, Gate, catalogue, collect

HERE = stretches((NEW, "2026-11-01"))


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


@pytest.mark.parametrize(
    ("source", "target", "slots", "comes_from"),
    [
        ("prod", "staging", {}, "prod"),
        ("prod/challenger", "dev", {}, "prod/challenger"),
        ("dev", "staging", {"prod": HERE}, None),
        ("staging", "prod", {"prod_eu": HERE}, None),
        ("prod/challenger", "prod", {}, None),
        (None, "staging", {"prod": HERE}, "prod"),
        (None, "dev", {"staging__challenger": HERE, "prod": HERE}, "staging/challenger"),
        (None, "staging", {"dev": HERE, "staging": HERE, "staging__challenger": HERE}, None),
        (None, "prod", {"prod_eu": HERE}, None),
        (None, "staging", {"prod": stretches((OLD, "2026-11-01"))}, None),
        (None, "staging", {"prod": stretches((NEW, "2026-11-01"), (OLD, "2026-11-02"))}, None),
    ],
)
def test_what_comes_back_along_the_path(source: str | None, target: str, slots: dict, comes_from: str | None) -> None:
    found = case(source, target, history=histories(**slots)).returns()
    assert (str(found) if found else None) == comes_from


def test_a_rollback_comes_from_history() -> None:
    assert case(None, "staging", history=histories(prod=HERE), action="rollback").returns() is None


def test_who_may_not_pass_over_a_gate_is_not_told_how() -> None:
    allowed = case(settings={"overridable": {"prod": ["soak"], "staging": ["window"]}})
    assert allowed.override("soak") == ", or pass over it: `--override soak --reason TEXT`"
    assert allowed.override("window") == ""
    assert case().override("soak") == ""
