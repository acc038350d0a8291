from __future__ import annotations

import random
from typing import Any

import pytest
from support.documents import schema_set
from support.nodes import aks, eks, gke, listed, node

from mlgitops.core.nodes import pools, read
from mlgitops.core.pool_update import updated
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

ENVIRONMENT = b"""\
apiVersion: mlgitops.dev/v1alpha1
kind: Environment # the one of customers
metadata: {name: prod}
cluster: {namespace: ml-prod}
nodePools:
  # paid by the hour
  - name: lfour # a name of our own
    count: 1
    max: 2
    labels: { cloud.google.com/gke-nodepool: l4-spot }
    allocatable: { cpu: 7910m, memory: 28000000Ki, nvidia.com/gpu: "2" } # as in March
    reserved: { cpu: 500m }

  - name: gone
    count: 4
    labels: {pool: gone}
    allocatable: {cpu: "8"}
"""


def found(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return pools(read(listed(nodes), "nodes.json"), [])


def test_google() -> None:
    default, l4 = found(gke())
    assert default == {
        "name": "default-pool",
        "count": 2,
        "labels": {
            "cloud.google.com/gke-nodepool": "default-pool",
            "node.kubernetes.io/instance-type": "e2-standard-8",
        },
        "allocatable": {"cpu": "7910m", "memory": "29000000Ki", "pods": "110"},
    }
    assert l4 == {
        "name": "l4-spot",
        "count": 3,
        "labels": {
            "cloud.google.com/gke-nodepool": "l4-spot",
            "cloud.google.com/gke-accelerator": "nvidia-l4",
            "node.kubernetes.io/instance-type": "g2-standard-8",
            "cloud.google.com/gke-spot": "true",
        },
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        "allocatable": {"cpu": "7910m", "memory": "28000000Ki", "pods": "110", "nvidia.com/gpu": "1"},
        "accelerator": {"product": "nvidia-l4", "memory": "23034Mi", "computeCapability": "8.9"},
    }


def test_amazon() -> None:
    first, second = found(eks())
    assert [first["name"], second["name"]] == ["gpu-pool", "gpu-pool-p5-48xlarge"]
    assert first["count"] == 2
    assert first["accelerator"] == {
        "product": "Tesla-T4", "memory": "15360Mi", "computeCapability": "7.5", "driver": "550.107.02",
    }  # fmt: skip
    assert second["allocatable"]["nvidia.com/gpu"] == "8"
    assert second["taints"] == [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]
    assert "attachable-volumes-aws-ebs" not in first["allocatable"]


def test_azure() -> None:
    (pool,) = found(aks())
    assert pool["name"] == "gput4"
    assert [taint["key"] for taint in pool["taints"]] == ["kubernetes.azure.com/scalesetpriority", "sku"]
    assert "accelerator" not in pool
    assert pool["allocatable"]["ephemeral-storage"] == "119703055367"


def test_bare_machines_without_labels_are_pools_of_their_own() -> None:
    bare = [node(name, {}, {"cpu": "8"}) for name in ("a", "b")]
    assert [(pool["name"], pool["labels"]) for pool in found(bare)] == [
        ("nodes", {"kubernetes.io/hostname": "a"}),
        ("nodes-2", {"kubernetes.io/hostname": "b"}),
    ]


def test_the_order_of_nodes_means_nothing() -> None:
    nodes = [*gke(), *eks(), *aks()]
    shuffled = random.Random(7).sample(nodes, len(nodes))
    assert found(nodes) == found(shuffled)
    assert updated(ENVIRONMENT, "e.yaml", read(listed(nodes), "n")) == updated(
        ENVIRONMENT, "e.yaml", read(listed(shuffled), "n")
    )


@pytest.mark.parametrize("nodes", [gke(), eks(), aks(), [*gke(), *eks(), *aks()]])
def test_what_is_made_is_a_valid_document_and_stays_as_it_is(nodes: list[dict[str, Any]]) -> None:
    read_nodes = read(listed(nodes), "nodes.json")
    update = updated(ENVIRONMENT, "e.yaml", read_nodes)
    assert schema_set().accepts("Environment", load(update.data, "e.yaml"))
    assert updated(update.data, "e.yaml", read_nodes) == update._replace(added=[], changed=[])


def test_people_keep_what_they_decided() -> None:
    update = updated(ENVIRONMENT, "e.yaml", read(listed(gke()), "nodes.json"))
    assert (update.added, update.changed, update.unseen) == (["default-pool"], ["lfour"], ["gone"])
    text = update.data.decode()
    assert (
        """\
nodePools:
  # paid by the hour
  - name: lfour # a name of our own
    count: 3
    max: 3
    labels: { cloud.google.com/gke-nodepool: l4-spot }
    allocatable: { cpu: 7910m, memory: 28000000Ki, nvidia.com/gpu: "1" } # as in March
    reserved: { cpu: 500m }
"""
        in text
    )
    assert text.startswith(ENVIRONMENT.decode().partition("nodePools")[0])
    assert "  - name: gone\n    count: 4\n" in text
    assert "\n\n  - name: default-pool\n    count: 2\n" in text


def test_an_environment_without_pools_gets_them() -> None:
    bare = ENVIRONMENT.partition(b"nodePools")[0]
    update = updated(bare, "e.yaml", read(listed(eks()), "nodes.json"))
    assert update.data.startswith(bare)
    assert [pool["name"] for pool in load(update.data, "e.yaml")["nodePools"]] == update.added


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"3", b'{"kind": "Pod"}', b'{"items": [{"kind": "Pod"}]}', b'{"items": 3}',
        b'{"items": [{"kind": "Node", "metadata": {"name": "a"}}]}', b"\xff", b"[" * 100_000,
        b'{"kind": "Node", "metadata": {"name": "a"}, "status": {"allocatable": {"cpu": "much"}}}',
    ],
)  # fmt: skip
def test_other_input_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read(data, "nodes.json")


def test_one_node_is_a_list_too() -> None:
    one = listed(gke()[:1])
    (alone,) = read(one, "n")
    assert alone.name == "gke-acme-l4-spot-0"
