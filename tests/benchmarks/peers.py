"""The same work as files for Helm and Kustomize, in the form that suits each best."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from benchmarks import services
from benchmarks.manifests import manifests
from benchmarks.repository import Verbose, dump
from support import judges

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"Deployment": "apps/v1", "Service": "v1", "HorizontalPodAutoscaler": "autoscaling/v2", "ConfigMap": "v1"}
CHART = """\
{{- range .Values.services }}
{{- $strategy := .strategy }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels: {{- toYaml .labels | nindent 4 }}
spec:
  replicas: {{ .replicas.min }}
  selector:
    matchLabels: {{- toYaml .identity | nindent 6 }}
  strategy:
    {{- if eq $strategy "recreate" }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  template:
    metadata:
      labels: {{- toYaml .identity | nindent 8 }}
    spec:
      affinity: {{- toYaml .scheduling.affinity | nindent 8 }}
      tolerations: {{- toYaml .scheduling.tolerations | nindent 8 }}
      terminationGracePeriodSeconds: 30
      containers:
        - name: server
          image: {{ .image }}
          args: {{- toYaml .arguments | nindent 12 }}
          env: {{- toYaml .env | nindent 12 }}
          ports:
            {{- range .ports }}
            - name: {{ .name }}
              containerPort: {{ .number }}
            {{- end }}
          resources: {{- toYaml .resources | nindent 12 }}
          readinessProbe:
            httpGet: {path: /ready, port: http}
            periodSeconds: 5
          startupProbe:
            httpGet: {path: /ready, port: http}
            failureThreshold: 30
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels: {{- toYaml .labels | nindent 4 }}
spec:
  selector: {{- toYaml .identity | nindent 4 }}
  ports:
    {{- range .ports }}
    - name: {{ .name }}
      port: {{ .number }}
      targetPort: {{ .name }}
    {{- end }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels: {{- toYaml .labels | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .name }}
  minReplicas: {{ .replicas.min }}
  maxReplicas: {{ .replicas.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: 70}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}-provenance
  namespace: {{ .namespace }}
  labels: {{- toYaml .labels | nindent 4 }}
data:
  version: {{ quote .version }}
  template: {{ .template }}
  image: {{ .declaredImage }}
  modelUri: {{ .model.uri }}
  modelDigest: {{ .model.digest }}
  lineage: |
    {{- toYaml .lineage | nindent 4 }}
---
{{- end }}
"""


def write_chart(root: Path, count: int) -> None:
    """One chart over all services, and one file of values an environment: one process hydrates an environment."""
    (root / "templates").mkdir(parents=True)
    dump(root / "Chart.yaml", {"apiVersion": "v2", "name": "benchmark", "version": "0.1.0"})
    (root / "templates" / "services.yaml").write_text(CHART, encoding="utf-8")
    for where in services.ENVIRONMENTS:
        dump(root / f"values-{where}.yaml", {"services": [services.values(number, where) for number in range(count)]})


def write_plain(root: Path, count: int) -> None:
    """The manifests of every service and environment, one file an object."""
    for where in services.ENVIRONMENTS:
        for number in range(count):
            folder = root / where / services.name(number)
            folder.mkdir(parents=True)
            for item in manifests(services.values(number, where)):
                dump(folder / f"{item['kind'].lower()}.yaml", item)


def write_schemas(root: Path) -> None:
    """The strict schemas of the kinds, for kubeconform, definitions inlined: it looks for none outside."""
    root.mkdir(parents=True)
    for kind, version in KINDS.items():
        schema = json.dumps(judges.kubernetes_schema(version, kind))
        (root / f"{kind.lower()}.json").write_text(schema, encoding="utf-8")


def write_kustomization(root: Path, count: int) -> None:
    """A base a service, an overlay a service and environment, and one kustomization an environment over all of them."""
    for number in range(count):
        objects = manifests(services.values(number, "dev"))
        for item in objects:
            del item["metadata"]["namespace"]
        base = root / "base" / services.name(number)
        base.mkdir(parents=True)
        dump(base / "kustomization.yaml", {"resources": ["objects.yaml"]})
        (base / "objects.yaml").write_text(yaml.dump_all(objects, Dumper=Verbose, sort_keys=False), encoding="utf-8")
    for where in services.ENVIRONMENTS:
        for number in range(count):
            write_overlay(root / where / services.name(number), services.values(number, where))
        dump(root / where / "kustomization.yaml", {"resources": [services.name(number) for number in range(count)]})


def write_overlay(folder: Path, values: dict[str, Any]) -> None:
    """What one environment changes of one service: the namespace, the image's address, variables and replicas."""
    folder.mkdir(parents=True)
    container = {"name": "server", "image": values["image"], "env": values["env"]}
    pods = {"replicas": values["replicas"]["min"], "template": {"spec": {"containers": [container]}}}
    scale = {"minReplicas": values["replicas"]["min"], "maxReplicas": values["replicas"]["max"]}
    patches = [
        patch("apps/v1", "Deployment", values["name"], pods),
        patch("autoscaling/v2", "HorizontalPodAutoscaler", values["name"], scale),
    ]
    dump(
        folder / "kustomization.yaml",
        {"namespace": values["namespace"], "resources": [f"../../base/{values['name']}"], "patches": patches},
    )


def patch(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, str]:
    """A strategic merge patch of one object."""
    changed = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}
    return {"patch": yaml.dump(changed, Dumper=Verbose, sort_keys=False)}
