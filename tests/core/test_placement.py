from __future__ import annotations

from support.project import changed, hydrate

from mlgitops.core.placement import resources, scheduling

POOLS = [
    {
        "name": "t4",
        "labels": {"b": "2", "a": "1"},
        "taints": [{"key": "gpu", "value": "present", "effect": "NoSchedule"}],
    },
    {
        "name": "l4",
        "labels": {"c": "3"},
        "taints": [{"key": "gpu", "effect": "NoSchedule"}, {"key": "spot", "effect": "NoExecute"}],
    },
]


def test_a_term_for_each_pool_and_the_union_of_their_tolerations() -> None:
    made = scheduling({"nodePools": ["t4", "l4"]}, POOLS)
    required = made["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    a, b, c = ({"key": key, "operator": "In", "values": [value]} for key, value in ("a1", "b2", "c3"))
    assert required["nodeSelectorTerms"] == [{"matchExpressions": [a, b]}, {"matchExpressions": [c]}]
    assert made["tolerations"] == [
        {"key": "gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "spot", "operator": "Exists", "effect": "NoExecute"},
    ]


def test_raw_affinity_passes_through() -> None:
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}}
    assert scheduling({"affinity": affinity}, POOLS) == {"affinity": affinity, "tolerations": []}


def test_accelerators_are_requested_as_they_are_limited() -> None:
    made = resources({"cpu": "4", "memory": "16Gi", "accelerator": {"vendor": "amd", "count": 2}})
    assert made == {
        "requests": {"cpu": "4", "memory": "16Gi", "amd.com/gpu": "2"},
        "limits": {"memory": "16Gi", "amd.com/gpu": "2"},
    }
    assert resources({}) == {}


def test_an_undeclared_pool_is_named_with_a_suggestion() -> None:
    (finding,) = hydrate(changed("environments/dev/state/fraud.yaml", ("[t4]", "[t44]"))).findings
    assert (finding.rule, finding.line, finding.column) == ("unknown-node-pool", 20, 27)
    assert "did you mean `t4`?" in finding.message
