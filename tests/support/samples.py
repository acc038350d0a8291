"""Manifests that every judge must accept, and single faults that every judge must refuse."""

from __future__ import annotations

from typing import Any


def deployment() -> dict[str, Any]:
    """A Deployment that Kubernetes accepts."""
    container = {
        "name": "server",
        "image": "registry.example/fraud@sha256:" + "a" * 64,
        "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
    }
    labels = {"app.kubernetes.io/name": "fraud"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "fraud", "namespace": "ml"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def inference_service() -> dict[str, Any]:
    """An InferenceService that KServe's definition accepts."""
    model = {
        "modelFormat": {"name": "onnx"},
        "storageUri": "s3://models/fraud/7/",
        "resources": {"requests": {"cpu": "4", "memory": "16Gi", "nvidia.com/gpu": "1"}},
    }
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": "fraud",
            "namespace": "ml",
            "annotations": {"serving.kserve.io/deploymentMode": "Standard"},
        },
        "spec": {"predictor": {"minReplicas": 1, "maxReplicas": 3, "model": model}},
    }


def scaled_object() -> dict[str, Any]:
    """A ScaledObject that KEDA's definition accepts."""
    trigger = {
        "type": "prometheus",
        "metadata": {"serverAddress": "http://prometheus:9090", "query": "1", "threshold": "5"},
    }
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "fraud", "namespace": "ml"},
        "spec": {"scaleTargetRef": {"name": "fraud"}, "minReplicaCount": 1, "triggers": [trigger]},
    }


def with_field(manifest: dict[str, Any], steps: str, value: Any) -> dict[str, Any]:
    """The manifest, changed in place at a path such as `spec.template.spec.containers.0.image`."""
    *above, last = steps.split(".")
    place: Any = manifest
    for step in above:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return manifest
