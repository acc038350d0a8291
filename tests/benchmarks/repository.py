"""The environment repository that mlgitops hydrates: templates, environments, states and evaluations, in Git."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import yaml
from benchmarks import services

from mlgitops.core.evaluation import identity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Verbose(yaml.CSafeDumper):
    """Writes a mapping that occurs twice out twice, as people do, and as no reader of anchors is timed here."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 — the method's signature is PyYAML's
        """Always."""
        return True


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ slot.name }}
spec:
  replicas: {{ deploy.replicas.min }}
  selector:
    matchLabels: {{ slot.labels }}
  strategy:
    {% if deploy.rollout.strategy == "recreate" %}
    type: Recreate
    {% else %}
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {% endif %}
  template:
    metadata:
      labels: {{ slot.labels }}
    spec:
      affinity: {{ scheduling.affinity }}
      tolerations: {{ scheduling.tolerations }}
      terminationGracePeriodSeconds: {{ values.gracePeriod }}
      containers:
        - name: server
          image: {{ release.image }}
          args: {{ values.arguments }}
          env: {{ env }}
          ports:
            {% for port in values.ports %}
            - name: {{ port.name }}
              containerPort: {{ port.number }}
            {% endfor %}
          resources: {{ resources }}
          readinessProbe:
            httpGet: {path: /ready, port: http}
            periodSeconds: 5
          startupProbe:
            httpGet: {path: /ready, port: http}
            failureThreshold: 30
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ slot.name }}
spec:
  selector: {{ slot.labels }}
  ports:
    {% for port in values.ports %}
    - name: {{ port.name }}
      port: {{ port.number }}
      targetPort: {{ port.name }}
    {% endfor %}
"""
AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ slot.name }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ slot.name }}
  minReplicas: {{ deploy.replicas.min }}
  maxReplicas: {{ deploy.replicas.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: 70}
"""
TEMPLATE: dict[str, Any] = {
    "apiVersion": "mlgitops.dev/v1alpha1",
    "kind": "Template",
    "metadata": {"name": "server", "version": "v1"},
    "kinds": ["ModelDeployment"],
    "parameters": {
        "arguments": {
            "scope": "release",
            "schema": {"type": "array", "items": {"type": "string"}},
            "default": [],
            "examples": [["--verbose"]],
            "description": "Arguments of the server.",
        },
        "ports": {
            "scope": "release",
            "schema": {"type": "array", "items": {"type": "object"}, "minItems": 1},
            "default": [{"name": "http", "number": 8080}],
            "examples": [[{"name": "http", "number": 8080}]],
            "description": "Ports of the server; the first is called http.",
        },
        "gracePeriod": {
            "scope": "deploy",
            "schema": {"type": "integer"},
            "default": 30,
            "examples": [30],
            "description": "Seconds that a pod has to end.",
        },
    },
}
PROJECT = {
    "apiVersion": "mlgitops.dev/v1alpha1",
    "kind": "Project",
    "metadata": {"name": "benchmark"},
    "requires": ">=0.1",
    "path": list(services.ENVIRONMENTS),
}


def write(root: Path, count: int, environments: Sequence[str] = services.ENVIRONMENTS) -> None:
    """Writes and commits a repository of `count` services; nothing is hydrated yet."""
    template = root / "templates" / services.TEMPLATE
    template.mkdir(parents=True)
    dump(root / "mlgitops.yaml", PROJECT | {"path": list(environments)})
    dump(template / "template.yaml", TEMPLATE)
    for kind, text in (("deployment", DEPLOYMENT), ("service", SERVICE), ("autoscaler", AUTOSCALER)):
        (template / f"{kind}.yaml.j2").write_text(text, encoding="utf-8")
    for name in environments:
        states = root / "environments" / name / "state"
        states.mkdir(parents=True)
        dump(states.parent / "environment.yaml", services.environment(name))
        for number in range(count):
            dump(states / f"{services.name(number)}.yaml", services.state(number, name))
    for number in range(count):
        document = services.evaluation(number)
        folder = root / "environments" / environments[0] / "evaluations" / services.name(number)
        folder.mkdir(parents=True)
        dump(folder / f"{identity(document)}.yaml", document)
    author = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost"]
    for arguments in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "States"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)


def clear(root: Path) -> None:
    """Removes what was hydrated, so that the next run has all of it to do."""
    for hydrated in root.glob("environments/*/hydrated"):
        shutil.rmtree(hydrated)


def dump(path: Path, document: Any) -> None:
    """Writes a document as a person would: block style, in the order of its fields."""
    path.write_text(yaml.dump(document, Dumper=Verbose, sort_keys=False), encoding="utf-8")
