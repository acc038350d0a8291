"""Names that the settings of a project give: each must be known, or its setting does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mlgitops.gates import catalogue
from mlgitops.rules import catalogue as rules
from mlgitops.workflows.named_settings import faults

ZONES = ("Europe/Berlin", "UTC")


def told(**settings: Any) -> list[tuple[str, tuple[str | int, ...], str]]:
    found = faults({"path": ["dev", ["prod-eu", "prod-us"]], **settings}, rules(), catalogue, lambda: ZONES)
    return [(fault.rule, fault.pointer, fault.mend) for fault in found]


@pytest.mark.parametrize(
    ("settings", "pointer", "meant"),
    [
        ({"gates": {"soak": {"prodeu": "1h"}}}, ("gates", "soak", "prodeu"), "prod-eu"),
        ({"gates": {"window": {"deev": {"timeZone": "UTC"}}}}, ("gates", "window", "deev"), "dev"),
        ({"gates": {"overridable": {"prod-uss": []}}}, ("gates", "overridable", "prod-uss"), "prod-us"),
        ({"policy": {"severity": {"r": {"dve": "info"}}}}, ("policy", "severity", "r", "dve"), "dev"),
        (
            {"policy": {"suppressions": [{"rule": "r"}, {"rule": "r", "environment": "dew"}]}},
            ("policy", "suppressions", 1, "environment"),
            "dev",
        ),
    ],
)
def test_an_environment_has_to_be_on_the_path(settings: dict, pointer: tuple, meant: str) -> None:
    assert told(**settings) == [("unknown-environment", pointer, f"Did you mean `{meant}`?")]


def test_a_gate_has_to_exist() -> None:
    named = {"overridable": {"dev": ["soak", "windows"], "prod-eu": ["xyzzy"]}, "settings": {"change-ticket": {}}}
    assert told(gates=named) == [
        ("unknown-gate", ("gates", "overridable", "dev", 1), "Did you mean `window`?"),
        ("unknown-gate", ("gates", "overridable", "prod-eu", 0), rules()["unknown-gate"].mend),
        ("unknown-gate", ("gates", "settings", "change-ticket"), rules()["unknown-gate"].mend),
    ]


def test_a_time_zone_has_to_exist() -> None:
    window = {"dev": {"timeZone": "Europe/Berlim"}, "prod-eu": {"timeZone": "Mars"}, "prod-us": {"timeZone": "UTC"}}
    assert told(gates={"window": window}) == [
        ("unknown-time-zone", ("gates", "window", "dev", "timeZone"), "Did you mean `Europe/Berlin`?"),
        ("unknown-time-zone", ("gates", "window", "prod-eu", "timeZone"), rules()["unknown-time-zone"].mend),
    ]


def test_known_names_are_fine() -> None:
    named = {
        "soak": {"dev": "1h"},
        "window": {"prod-us": {"timeZone": "UTC"}},
        "overridable": {"prod-eu": list(catalogue())},
    }
    graded = {"severity": {"r": {"dev": "info"}}, "suppressions": [{"rule": "r", "environment": "prod-us"}]}
    assert told(gates=named, policy=graded) == []
    assert told() == []


def test_gates_are_loaded_only_where_some_are_named() -> None:
    def unasked() -> list[str]:
        raise AssertionError

    assert list(faults({"path": ["dev"], "gates": {"soak": {"dev": "1h"}}}, rules(), unasked, unasked)) == []
