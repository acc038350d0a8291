from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import pools
from mlgitops.core.demand import Demand, of_spec

T4: dict[str, Any] = {
    "name": "t4",
    "count": 2,
    "max": 4,
    "labels": {"nvidia.com/gpu.product": "Tesla-T4"},
    "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
    "allocatable": {"cpu": "7910m", "memory": "29Gi", "nvidia.com/gpu": "1"},
    "reserved": {"cpu": "350m", "memory": "1Gi"},
    "accelerator": {"product": "Tesla-T4", "memory": "15360Mi", "computeCapability": "7.5"},
}
EXISTS = [{"key": "nvidia.com/gpu", "operator": "Exists"}]


def terms(*groups: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    return {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": k, "operator": o, "values": v} for k, o, v in group]}
                    for group in groups
                ]
            }
        }
    }


def demand(limits: dict[str, str] | None = None, **spec: Any) -> Demand:
    found = of_spec({"tolerations": EXISTS, **spec, "containers": [{"resources": {"limits": limits or {}}}]})
    assert found is not None
    return found


def why(wanted: Demand, **changes: Any) -> str:
    found = pools.obstacle(wanted, pools.pool({**T4, **changes}))
    return f"{found.kind}: {found.why}" if found else ""


def test_a_node_offers_what_is_not_reserved() -> None:
    one = pools.pool(T4)
    assert one.offers == {"cpu": 7560, "memory": 28 * 2**30, "nvidia.com/gpu": 1}
    assert one.nodes == 4
    assert pools.pool({**T4, "reserved": {"cpu": "99"}}).offers["cpu"] == 0
    assert pools.pool({key: value for key, value in T4.items() if key != "max"}).nodes == 2


@pytest.mark.parametrize(
    ("limits", "spec", "said"),
    [
        ({"cpu": "7560m", "memory": "28Gi", "nvidia.com/gpu": "1"}, {}, ""),
        ({"cpu": "7561m"}, {}, "resources: it offers 7560m cpu a node, not 7561m"),
        (
            {"memory": "29Gi", "nvidia.com/gpu": "2"},
            {},
            "resources: it offers 28Gi memory a node, not 29Gi, and it offers 1 nvidia.com/gpu a node, not 2",
        ),
        ({"amd.com/gpu": "1"}, {}, "resources: it offers 0 amd.com/gpu a node, not 1"),
        ({"ephemeral-storage": "900Ti"}, {}, ""),
        ({}, {"tolerations": []}, "taint: the taint `nvidia.com/gpu=present:NoSchedule` is not tolerated"),
        ({}, {"nodeSelector": {"nvidia.com/gpu.product": "Tesla-T4"}}, ""),
        (
            {},
            {"nodeSelector": {"nvidia.com/gpu.product": "tesla-t4"}},
            "labels: the label `nvidia.com/gpu.product` is `Tesla-T4`, not `tesla-t4`",
        ),
        ({}, {"nodeSelector": {"pool": "a"}}, "labels: there is no label `pool`, wanted as `a`"),
        ({}, {"nodeSelector": {"kubernetes.io/os": "linux"}}, ""),
        ({}, {"affinity": terms([("topology.kubernetes.io/zone", "In", ["a"])])}, ""),
        ({}, {"affinity": terms([("nvidia.com/gpu.compute.major", "Gt", ["6"])])}, ""),
        (
            {},
            {"affinity": terms([("nvidia.com/gpu.memory", "Gt", ["16000"])])},
            "labels: the label `nvidia.com/gpu.memory` is `15360`, and must be above `16000`",
        ),
        (
            {},
            {
                "affinity": terms(
                    [("a", "Exists", []), ("b", "Exists", [])], [("nvidia.com/gpu.product", "NotIn", ["Tesla-T4"])]
                )
            },
            "labels: the label `nvidia.com/gpu.product` is `Tesla-T4`, which is excluded",
        ),
        ({}, {"affinity": terms([("a", "Exists", [])], [("nvidia.com/gpu.product", "Exists", [])])}, ""),
        ({}, {"affinity": terms([])}, "labels: its node affinity is empty, and matches no node"),
        (
            {},
            {"affinity": terms([("a", "Near", [])])},
            "labels: its node affinity cannot be read: 'Near' is no operator of a node selector",
        ),
    ],
)
def test_why_not(limits: dict[str, str], spec: dict[str, Any], said: str) -> None:
    assert why(demand(limits, **spec)) == said


def test_labels_of_feature_discovery_follow_from_what_is_declared() -> None:
    bare = {**T4, "labels": {"pool": "t4"}}
    assert pools.pool(bare).labels == {
        "pool": "t4",
        "nvidia.com/gpu.product": "Tesla-T4",
        "nvidia.com/gpu.memory": "15360",
        "nvidia.com/gpu.compute.major": "7",
        "nvidia.com/gpu.compute.minor": "5",
    }
    assert pools.pool({**bare, "accelerator": {"product": "nvidia-l4"}}).labels == {"pool": "t4"}


def test_a_pool_without_nodes_takes_nothing() -> None:
    assert why(demand(), count=0, max=0) == "nodes: it has no nodes"


def test_the_nearest_miss_is_told_first() -> None:
    other = {**T4, "name": "l4", "labels": {"nvidia.com/gpu.product": "NVIDIA-L4"}, "accelerator": {"product": "L4"}}
    wanted = demand({"cpu": "64"}, nodeSelector={"nvidia.com/gpu.product": "Tesla-T4"})
    found = pools.obstacles(wanted, [pools.pool(other), pools.pool(T4)])
    assert [(one.pool, one.kind) for one in found] == [("t4", "resources"), ("l4", "labels")]
    assert pools.obstacles(wanted, []) == []


@given(st.integers(1, 20), st.integers(0, 3), st.integers(1, 40))
def test_what_a_node_takes_a_larger_one_takes(cpu: int, gpu: int, more: int) -> None:
    wanted = demand({"cpu": str(cpu), "nvidia.com/gpu": str(gpu)})
    larger = {"cpu": str(8 + more), "memory": "99Gi", "nvidia.com/gpu": str(1 + more)}
    assert why(wanted) == "" or cpu > 7 or gpu > 1
    if why(wanted) == "":
        assert why(wanted, allocatable=larger) == ""


@pytest.mark.parametrize(
    "spec",
    [
        {"nodeSelector": ["a"]},
        {"nodeSelector": {"a": 1}},
        {"tolerations": "all"},
        {"tolerations": [None]},
        {"containers": [{"resources": {"limits": {"cpu": "a lot"}}}]},
        {"containers": [{"resources": {"limits": {"cpu": True}}}]},
        {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [1]}}}},
    ],
)
def test_what_is_not_well_formed_demands_nothing(spec: dict[str, Any]) -> None:
    assert of_spec(spec) is None


@pytest.mark.parametrize(
    ("spec", "placed"),
    [
        ({}, False),
        ({"nodeSelector": {"kubernetes.io/arch": "arm64"}}, False),
        ({"nodeSelector": {"pool": "a"}}, True),
        ({"affinity": terms([("pool", "Exists", [])])}, True),
        ({"nodeName": "a"}, True),
        ({"resourceClaims": [{"name": "gpu"}]}, True),
        ({"affinity": None, "nodeSelector": None}, False),
    ],
)
def test_which_pods_say_where_they_run(spec: dict[str, Any], placed: bool) -> None:
    assert demand(**spec).placed is placed


@pytest.mark.parametrize(
    ("resource", "amount", "up", "text"),
    [
        ("cpu", 4000, False, "4"),
        ("cpu", 500, False, "500m"),
        ("memory", 2**34, False, "16Gi"),
        ("memory", 2**30 + 1, False, "1024Mi"),
        ("memory", 2**30 + 1, True, "1025Mi"),
        ("nvidia.com/gpu", 8, False, "8"),
    ],
)
def test_amounts_are_told_shortly(resource: str, amount: int, up: bool, text: str) -> None:
    assert pools.amount_text(resource, amount, up=up) == text
