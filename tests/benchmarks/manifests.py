"""What every contender has to make of one service: the proof that they do the same work."""

from __future__ import annotations

from typing import Any

import yaml

DIGESTS = ("releaseDigest", "templateDigest", "workloadDigest", "dataDigests")


def manifests(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Deployment, Service, HorizontalPodAutoscaler and the ConfigMap of provenance."""
    name = values["name"]
    ports = [{"name": p["name"], "port": p["number"], "targetPort": p["name"]} for p in values["ports"]]
    return [
        item("apps/v1", "Deployment", values, spec=deployment(values)),
        item("v1", "Service", values, spec={"selector": values["identity"], "ports": ports}),
        item("autoscaling/v2", "HorizontalPodAutoscaler", values, spec=autoscaler(values)),
        item("v1", "ConfigMap", values | {"name": f"{name}-provenance"}, data=provenance(values)),
    ]


def item(version: str, kind: str, values: dict[str, Any], **body: Any) -> dict[str, Any]:
    """One object with its name, namespace and labels."""
    metadata = {"name": values["name"], "namespace": values["namespace"], "labels": dict(values["labels"])}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **body}


def deployment(values: dict[str, Any]) -> dict[str, Any]:
    """The specification of the pods and of how many there are."""
    probe = {"path": "/ready", "port": "http"}
    container = {
        "name": "server",
        "image": values["image"],
        "args": values["arguments"],
        "env": values["env"],
        "ports": [{"name": port["name"], "containerPort": port["number"]} for port in values["ports"]],
        "resources": values["resources"],
        "readinessProbe": {"httpGet": probe, "periodSeconds": 5},
        "startupProbe": {"httpGet": probe, "failureThreshold": 30},
    }
    pod = {**values["scheduling"], "terminationGracePeriodSeconds": 30, "containers": [container]}
    return {
        "replicas": values["replicas"]["min"],
        "selector": {"matchLabels": values["identity"]},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": {"metadata": {"labels": values["identity"]}, "spec": pod},
    }


def autoscaler(values: dict[str, Any]) -> dict[str, Any]:
    """How the number of pods follows their load."""
    target = {"type": "Utilization", "averageUtilization": 70}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": values["name"]},
        "minReplicas": values["replicas"]["min"],
        "maxReplicas": values["replicas"]["max"],
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }


def provenance(values: dict[str, Any]) -> dict[str, str]:
    """What the manifests were made from; the lineage as text."""
    return {
        "version": values["version"],
        "template": values["template"],
        "image": values["declaredImage"],
        "modelUri": values["model"]["uri"],
        "modelDigest": values["model"]["digest"],
        "lineage": yaml.dump(values["lineage"], Dumper=yaml.CSafeDumper),
    }


def comparable(made: dict[str, Any]) -> dict[str, Any]:
    """An object as every contender can make it.

    Left out is what mlgitops adds: digests, in an annotation and in the provenance. The text of the lineage is
    compared by what it says, variables by name, since Kustomize appends to their list.
    """
    metadata = {key: value for key, value in made["metadata"].items() if key != "annotations"}
    made = {**made, "metadata": metadata}
    if made["kind"] == "ConfigMap":
        data = {key: value for key, value in made["data"].items() if key not in DIGESTS}
        made["data"] = {**data, "lineage": yaml.load(data["lineage"], yaml.CSafeLoader)}
    if made["kind"] == "Deployment":
        (container,) = made["spec"]["template"]["spec"]["containers"]
        container["env"].sort(key=lambda variable: variable["name"])
    return made
