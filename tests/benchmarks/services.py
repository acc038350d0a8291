"""The declared work of the benchmarks: services whose lists differ in length, in three environments.

Everything follows from the number of a service, so that every contender is given the same.
"""

from __future__ import annotations

import hashlib
from typing import Any

from mlgitops.core import bindings, locations, placement

ENVIRONMENTS = ("dev", "staging", "prod")
POOLS = ("t4", "l4", "a100", "cpu")
TEMPLATE = "server/v1"


def environment(name: str) -> dict[str, Any]:
    """An environment's document: its own copies of registry and bucket, defaults, four node pools."""
    return {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "Environment",
        "metadata": {"name": name},
        "cluster": {"namespace": f"ml-{name}", "kubernetes": "1.34"},
        "acceptance": {"holdout": {"metrics": {"auc": {"min": 0.8}}}},
        "defaults": {"deploy": {"replicas": {"min": 1, "max": 3}, "rollout": {"strategy": "rolling"}}},
        "locations": [
            {"from": "registry.acme.example/models", "to": f"{name}.registry.acme.example/models"},
            {"from": "s3://acme-models", "to": f"s3://acme-{name}-models"},
        ],
        "nodePools": [pool(kind, number) for number, kind in enumerate(POOLS)],
    }


def pool(kind: str, number: int) -> dict[str, Any]:
    """A node pool with one to three labels and up to two taints."""
    labels = {"acme.example/pool": kind, "acme.example/zone": f"zone-{number}", "acme.example/disk": "nvme"}
    taints = [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}, {"key": "acme.example/costly", "effect": "NoExecute"}]
    return {
        "name": kind,
        "count": 4 + number,
        "max": 10_000,
        "labels": dict(list(labels.items())[: 1 + number % 3]),
        "taints": taints[: (0 if kind == "cpu" else 1 + number % 2)],
        "allocatable": {"cpu": "16", "memory": "64Gi"},
    }


def name(number: int) -> str:
    """Name of the service."""
    return f"service-{number:05}"


def digest(text: str) -> str:
    """A digest that looks as one does."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def state(number: int, where: str) -> dict[str, Any]:
    """The state of one service in one environment; its release is the same in all."""
    secrets = {f"TOKEN_{i}": {"name": f"{name(number)}-tokens", "key": f"token-{i}"} for i in range(number % 3)}
    return {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "ModelDeployment",
        "metadata": {"name": name(number), "owner": f"team-{number % 7}"},
        "release": release(number),
        "deploy": {
            "placement": {"nodePools": [POOLS[(number + i) % 4] for i in range(1 + number % 3)]},
            "replicas": {"min": 1 + number % 2, "max": 3 + number % 5},
            "env": {f"SERVICE_{i}": f"https://service-{i}.{where}.acme.example" for i in range(1 + number % 4)},
            "secrets": secrets,
        },
    }


def evaluation(number: int) -> dict[str, Any]:
    """What was measured of a service's model, once for all environments."""
    return {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "Evaluation",
        "metadata": {"name": "holdout"},
        "subject": {"model": release(number)["model"]["digest"]},
        "data": {"uri": f"s3://acme-data/{name(number)}/holdout/", "digest": digest(f"{number} holdout")},
        "metrics": {"auc": round(0.85 + number % 10 / 100, 2)},
        "at": "2026-11-03T09:12:00Z",
    }


def release(number: int) -> dict[str, Any]:
    """What travels of a service."""
    version = f"{1 + number % 3}.{number % 10}.{number % 17}"
    sources = [
        {"name": f"training-{i}", "uri": f"s3://acme-data/{name(number)}/{i}/", "digest": digest(f"{number} data {i}")}
        for i in range(1 + number % 3)
    ]
    ports = [{"name": n, "number": 8080 + i} for i, n in enumerate(("http", "grpc", "metrics")[: 1 + number % 3])]
    return {
        "version": version,
        "template": TEMPLATE,
        "image": f"registry.acme.example/models/{name(number)}:{version}@{digest(f'{number} image')}",
        "model": {
            "uri": f"s3://acme-models/{name(number)}/{version}/",
            "digest": digest(f"{number} model"),
            "format": "onnx",
        },
        "values": {"arguments": [f"--option-{i}={i * number}" for i in range(2 + number % 5)], "ports": ports},
        "env": {f"SETTING_{i}": f"value {i} of {name(number)}" for i in range(3 + number % 6)},
        "requires": {"cpu": str(1 + number % 8), "memory": f"{2 + number % 16}Gi"},
        "lineage": {
            "code": {"repository": f"https://git.acme.example/ml/{name(number)}", "commit": digest(version)[7:47]},
            "data": sources,
            "hyperparameters": {f"parameter_{i}": round(0.1 * (i + number % 9), 3) for i in range(2 + number % 7)},
            "seed": number,
        },
    }


def values(number: int, where: str) -> dict[str, Any]:
    """What a peer is given for one service and environment: nothing is left for it to merge, rewrite or look up."""
    declared = state(number, where)
    home = environment(where)
    deploy = {**home["defaults"]["deploy"], **declared["deploy"]}
    local = locations.localise(declared["release"], home["locations"])
    labels = {"app.kubernetes.io/name": name(number), "app.kubernetes.io/instance": name(number)}
    travelling = declared["release"]
    return {
        "name": name(number),
        "namespace": home["cluster"]["namespace"],
        "identity": labels,
        "labels": {**labels, "app.kubernetes.io/managed-by": "mlgitops"},
        "image": local["image"],
        "replicas": deploy["replicas"],
        "strategy": deploy["rollout"]["strategy"],
        "scheduling": placement.scheduling(deploy["placement"], home["nodePools"]),
        "arguments": travelling["values"]["arguments"],
        "ports": travelling["values"]["ports"],
        "env": bindings.variables(travelling, deploy),
        "resources": placement.resources(travelling["requires"]),
        "version": travelling["version"],
        "template": TEMPLATE,
        "declaredImage": travelling["image"],
        "model": travelling["model"],
        "lineage": travelling["lineage"],
    }
