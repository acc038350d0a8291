"""`accelerator-limits`: a container that asks for a part of a device, or for another number than its limit."""

from __future__ import annotations

from mlgitops.core import devices
from mlgitops.rules import Rule

_SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: probe
  namespace: ml-prod
  annotations: {{serving.kserve.io/deploymentMode: Standard}}
spec:
  predictor:
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}}]
    tolerations: [{{key: nvidia.com/gpu, operator: Exists}}]
    model: {{modelFormat: {{name: onnx}}, storageUri: "s3://acme-models/probe/1.0.0/", resources: {}}}
"""

RULE = Rule(
    id="accelerator-limits",
    title="a container that asks for a part of a device, or for another number than its limit",
    severity="error",
    why=(
        "Devices such as `nvidia.com/gpu` are handed out whole and cannot be overcommitted: Kubernetes demands a "
        "limit, and a request, where it is written, that equals it. Inside a resource of KServe, Ray or Kubeflow "
        "nobody checks that before the controller fails to make the pods."
    ),
    mend="Write the same whole number under `limits` and `requests`, or under `limits` alone.",
    bad=(
        _SERVICE.format("{requests: {nvidia.com/gpu: '1'}}"),
        _SERVICE.format("{requests: {nvidia.com/gpu: '1'}, limits: {nvidia.com/gpu: '0'}}"),
        _SERVICE.format("{limits: {nvidia.com/gpu: 500m}}"),
    ),
    good=(
        _SERVICE.format("{limits: {nvidia.com/gpu: '1'}}"),
        _SERVICE.format("{limits: {nvidia.com/gpu: 1}, requests: {nvidia.com/gpu: '1', cpu: 500m}}"),
        _SERVICE.format("{requests: {cpu: 500m}, limits: {cpu: '1'}}"),
    ),
    judges="manifest",
    check=devices.limits,
    pods=True,
)
