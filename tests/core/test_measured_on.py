from __future__ import annotations

from typing import Any

import pytest

from mlgitops.core.measured_on import Hardware, places

T4 = {"name": "t4", "labels": {"pool": "t4"}, "accelerator": {"product": "Tesla-T4"}}
SPOT = {"name": "t4-spot", "labels": {"pool": "t4-spot"}, "accelerator": {"product": "Tesla-T4"}}
CPU = {"name": "cpu", "labels": {"pool": "cpu", "node.kubernetes.io/instance-type": "n2-8"}}
BARE = {"name": "bare", "labels": {"pool": "bare"}}
POOLS = [T4, SPOT, CPU, BARE]
ONE_T4 = Hardware("t4", frozenset({"t4", "Tesla-T4"}))
BOTH_T4 = Hardware("t4", frozenset({"t4", "t4-spot", "Tesla-T4"}))


def affinity(operator: str, *values: str) -> dict[str, Any]:
    expression = {"key": "pool", "operator": operator, "values": list(values)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


@pytest.mark.parametrize(
    ("placement", "found"),
    [
        ({"nodePools": ["t4", "t4-spot"]}, [BOTH_T4]),
        (
            {"nodePools": ["cpu", "t4"]},
            [Hardware("cpu", frozenset({"cpu", "n2-8"})), ONE_T4],
        ),
        ({"nodePools": ["bare"]}, [Hardware("bare", frozenset({"bare"}))]),
        ({"nodePools": ["nowhere"]}, [Hardware("nowhere", frozenset({"nowhere"}))]),
        (affinity("In", "t4", "t4-spot"), [BOTH_T4]),
        (affinity("In", "nowhere"), []),
        (affinity("Sometimes", "t4"), []),
    ],
)
def test_pools_of_one_product_are_one_hardware(placement: dict[str, Any], found: list[Hardware]) -> None:
    assert places(placement, POOLS) == found
