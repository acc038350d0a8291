"""A small environment repository as a literal, for tests that change one thing in it."""

from __future__ import annotations

from mlgitops import wiring
from mlgitops.core.hydrate import Hydrated, Hydrator
from mlgitops.core.project import Documents, Project, Unit
from mlgitops.core.snapshot import LoadedSnapshot

DIGEST = "sha256:" + "a1" * 32
_API = "apiVersion: mlgitops.dev/v1alpha1\n"

PROJECT = f"{_API}kind: Project\nmetadata: {{name: acme}}\npath: [dev, prod]\n"

ENVIRONMENT = f"""{_API}kind: Environment
metadata: {{name: ENV}}
cluster: {{namespace: ml-ENV, kubernetes: "1.34"}}
nodePools:
  - name: t4
    count: 2
    labels: {{nvidia.com/gpu.product: Tesla-T4}}
    taints: [{{key: nvidia.com/gpu, value: present, effect: NoSchedule}}]
    allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
"""

STATE = f"""{_API}kind: ModelDeployment
metadata: {{name: fraud, owner: risk}}
release:
  version: 1.5.0
  template: plain/v1
  image: ghcr.io/acme/fraud:1.5.0@{DIGEST}
  model: {{uri: "s3://models/fraud/1.5.0/", digest: "{DIGEST}", format: onnx, size: 1340Mi}}
  values: {{batch: 32}}
  env: {{THRESHOLD: "0.83"}}
  requires:
    cpu: 4000m
    memory: 16384Mi
    accelerator: {{vendor: nvidia, count: 1}}
    env: [STORE]
  lineage:
    code: {{repository: https://github.com/acme/fraud, commit: {"0123abcdef" * 4}}}
    data: [{{name: training, uri: "s3://data/fraud/", digest: "{DIGEST}"}}]
deploy:
  placement: {{nodePools: [t4]}}
  replicas: {{min: 2, max: 6}}
  env: {{STORE: "redis://features:6379"}}
"""

TEMPLATE = f"""{_API}kind: Template
metadata: {{name: plain, version: v1}}
kinds: [ModelDeployment]
parameters:
  batch: {{scope: release, schema: {{type: integer}}, default: 8, examples: [8], description: Requests in a batch.}}
  surge: {{scope: deploy, schema: {{type: integer}}, default: 1, examples: [1], description: Extra replicas.}}
"""

WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ slot.name }}
spec:
  replicas: {{ deploy.replicas.min }}
  selector:
    matchLabels: {{ slot.labels }}
  template:
    metadata:
      labels: {{ slot.labels }}
    spec:
      affinity: {{ scheduling.affinity }}
      tolerations: {{ scheduling.tolerations }}
      containers:
        - name: server
          image: {{ release.image }}
          args: ["--batch={{ values.batch }}", "--model={{ release.model.uri }}"]
          env: {{ env }}
          resources: {{ resources }}
"""

ROUTE = """{% if environment.gateway %}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ slot.name }}
spec:
  parentRefs: [{name: "{{ environment.gateway.name }}"}]
  rules:
    - backendRefs: [{name: "{{ slot.name }}", port: 80}]
{% if challenger %}
      filters: [{type: RequestMirror, requestMirror: {percent: "{{ challenger.percent }}"}}]
{% endif %}
{% endif %}
"""

FILES = {
    "mlgitops.yaml": PROJECT,
    "environments/dev/environment.yaml": ENVIRONMENT.replace("ENV", "dev"),
    "environments/dev/state/fraud.yaml": STATE,
    "environments/prod/environment.yaml": ENVIRONMENT.replace("ENV", "prod"),
    "environments/prod/state/risk/fraud.yaml": STATE,
    "templates/plain/v1/template.yaml": TEMPLATE,
    "templates/plain/v1/workload.yaml.j2": WORKLOAD,
    "templates/plain/v1/route.yaml.j2": ROUTE,
}
"""One service in `dev`, the same in `prod` in a team's folder."""


def changed(path: str, *replacements: tuple[str, str]) -> dict[str, str]:
    """`FILES` with texts of one file replaced; each must be there."""
    text = FILES[path]
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return {**FILES, path: text}


def hydrator(files: dict[str, str] = FILES) -> Hydrator:
    """A hydrator over the files, held in memory."""
    snapshot = LoadedSnapshot("test", {path: text.encode() for path, text in files.items()})
    documents = Documents(snapshot, wiring.schemas())
    return Hydrator(documents, Project(documents))


def hydrate(files: dict[str, str] = FILES, unit: Unit | None = None) -> Hydrated:
    """What becomes of a unit; of `fraud` in `dev` unless named."""
    return hydrator(files).hydrate(unit or Unit("dev", "", "fraud"))
