from __future__ import annotations

from typing import Any

from mlgitops.core.cases import Workload
from mlgitops.core.occupancy import Occupancy
from mlgitops.core.pods import Pods
from mlgitops.core.pools import pool
from mlgitops.core.scaling import Scaling, scaling

GPU = "nvidia.com/gpu"


def pools(t4: int = 4, l4: int = 2) -> list[Any]:
    return [
        pool({"name": name, "count": count, "labels": {"pool": name}, "allocatable": {"cpu": "8", GPU: "1"}})
        for name, count in (("t4", t4), ("l4", l4))
    ]


def workload(
    name: str, replicas: int, surge: int = 0, on: str | None = "t4", kind: str = "Deployment", **spec: Any
) -> Workload:
    placed = {"nodeSelector": {"pool": on}} if on else {}
    asked = {**placed, "containers": [{"resources": {"limits": {GPU: "1"}}}], **spec}
    return Workload(None, f"{name}.yaml", "apps/v1", kind, "ml", name, [Pods(("spec",), asked, (), replicas, surge)])


def scaled(name: str, most: int) -> Workload:
    return Workload(None, f"{name}-hpa.yaml", "", "ScaledObject", "ml", name, [], Scaling("Deployment", name, most))


def said(workloads: list[Workload], **sizes: int) -> list[tuple[str, str, int | str, str]]:
    found = Occupancy(workloads, pools(**sizes))
    return [
        (fault.rule, fault.severity, fault.pointer[1], fault.message)
        for fault in (*found.overcommitted(), *found.crowded())
    ]


def test_nothing_is_said_of_what_fits() -> None:
    assert said([workload("a", 2, 1), workload("b", 1), workload("c", 1, 1, on="l4")]) == []


def test_what_is_too_much_names_who_asks() -> None:
    ((rule, severity, at, message),) = said([workload("a", 3), workload("b", 2)])
    assert (rule, severity, at) == ("overcommitted-pool", "error", 0)
    assert message == "all nodes of `t4` together have room for 4 such pods, and 5 are asked for by `a` (3), `b` (2)"


def test_pools_that_can_stand_in_for_one_another_are_added_up() -> None:
    ((*_, message),) = said([workload("a", 3), workload("b", 2, on="l4"), workload("c", 2, on=None)])
    assert "`t4` and `l4` together have" in message
    assert said([workload("a", 3), workload("b", 2, on="l4"), workload("c", 1, on=None)]) == []


def test_an_autoscaler_counts_at_its_most() -> None:
    assert said([workload("a", 1), scaled("a", 4)]) == []
    assert [rule for rule, *_ in said([workload("a", 1), scaled("a", 5)])] == ["overcommitted-pool"]


def test_a_surge_alone_in_its_pool_is_an_error_and_beside_others_a_warning() -> None:
    assert [(rule, severity, at) for rule, severity, at, _ in said([workload("a", 2, 1, on="l4")])] == [
        ("surge-exceeds-pool", "error", 1)
    ]
    assert [(rule, severity, at) for rule, severity, at, _ in said([workload("a", 2, 1), workload("b", 2)])] == [
        ("surge-exceeds-pool", "warning", 0)
    ]


def test_pods_of_every_node_those_bound_to_one_and_those_that_fit_nowhere_are_not_counted() -> None:
    assert (
        said(
            [
                workload("a", 9, kind="DaemonSet"),
                workload("b", 9, kind="ServingRuntime"),
                workload("c", 9, nodeName="n"),
                workload("d", 9, on="none"),
                workload("e", 9, tolerations="all"),
            ]
        )
        == []
    )


def test_many_who_ask_are_counted() -> None:
    ((*_, message),) = said([workload(f"a{number}", 1) for number in range(9)])
    assert message.endswith("and 3 more")


def test_what_autoscalers_say() -> None:
    target = {"scaleTargetRef": {"kind": "Rollout", "name": "a"}}
    hpa = {"kind": "HorizontalPodAutoscaler", "spec": {**target, "maxReplicas": 7}}
    assert scaling(hpa) == Scaling("Rollout", "a", 7)
    keda = {"kind": "ScaledObject", "spec": {"scaleTargetRef": {"name": "a"}}}
    assert scaling(keda) == Scaling("Deployment", "a", 100)
    for broken in ({"kind": "Deployment", "spec": {}}, {**hpa, "spec": None}, {**hpa, "spec": {"maxReplicas": 7}}):
        assert scaling(broken) is None


def test_each_of_several_that_are_alike_is_told_of() -> None:
    names = ["a", "7", "zz"]
    found = said([workload(name, 2, 1, on="l4") for name in names], l4=6)
    assert [severity for _, severity, *_ in found] == ["warning"] * 3
    assert [message.split("`")[1] for *_, message in found] == names
    alone = said([workload("a", 2, 1, on="l4")], l4=2)
    both = said([workload("a", 2, 1, on="l4"), workload("b", 2, 1)], l4=2)
    assert alone == both
