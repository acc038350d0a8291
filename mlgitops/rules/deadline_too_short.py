"""`deadline-too-short`: a roll-out that is given up while the model still loads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.kserve import MODE, PROGRESS_SECONDS, STANDARD, annotation, is_inference_service
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.pods import Pods

_PERIOD, _FAILURES, _GRACE = 10, 3, 30  # seconds, times and seconds that Kubernetes takes by default
_ROLLED = ("Deployment", "Rollout")


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find deadlines that pass before the containers may have started, and pods that end before they have drained."""
    deadline = _deadline(case)
    for pods in case.pods:
        for container, where in zip(_list(pods.spec.get("containers")), pods.containers, strict=False):
            if isinstance(container, dict):
                yield from _started(deadline, container, where)
                yield from _drained(pods, container, where)


def _deadline(case: ManifestCase) -> tuple[tuple[str, ...], int] | None:
    """Where the deadline of a roll-out stands, or would, and the seconds that it leaves for the start of a pod."""
    kind, spec = case.manifest.get("kind"), case.manifest.get("spec")
    if kind in _ROLLED and isinstance(spec, dict):
        left = _number(spec.get("progressDeadlineSeconds"), PROGRESS_SECONDS)
        return ("spec", "progressDeadlineSeconds"), left - _number(spec.get("minReadySeconds"), 0)
    if is_inference_service(case.manifest) and annotation(case.manifest, MODE) in STANDARD:
        return (), PROGRESS_SECONDS
    return None


def _started(
    deadline: tuple[tuple[str, ...], int] | None, container: Mapping[str, Any], where: tuple[str | int, ...]
) -> Iterator[Fault]:
    probe = container.get("startupProbe")
    if deadline is None or not isinstance(probe, dict):
        return
    tries = _number(probe.get("failureThreshold"), _FAILURES) * _number(probe.get("periodSeconds"), _PERIOD)
    window = _number(probe.get("initialDelaySeconds"), 0) + tries
    pointer, seconds = deadline
    if window >= seconds and pointer:
        message = f"the roll-out may take {seconds} s, and a container may take {window} s to start"
        mend = f"Set `progressDeadlineSeconds` above {window}, with room for pulling images and weights."
        yield Fault("deadline-too-short", pointer, message, mend)
    elif window > seconds:
        message = f"KServe gives a roll-out {seconds} s, and the container may take {window} s to start"
        mend = "Bring weights to the nodes before (LocalModelCache, an image volume), or deploy it by a Deployment."
        yield Fault("deadline-too-short", (*where, "startupProbe"), message, mend)


def _drained(pods: Pods, container: Mapping[str, Any], where: tuple[str | int, ...]) -> Iterator[Fault]:
    hook = container.get("lifecycle")
    for name in ("preStop", "sleep"):
        hook = hook.get(name) if isinstance(hook, dict) else None
    seconds = _number(hook.get("seconds") if isinstance(hook, dict) else None, 0)
    grace = _number(pods.spec.get("terminationGracePeriodSeconds"), _GRACE)
    if seconds and seconds == grace:  # more than that is refused by the API server
        message = f"the container waits {seconds} s before it is told to end, and is killed after {grace} s"
        mend = f"Set `terminationGracePeriodSeconds` to more than {seconds}: what requests take is added to it."
        yield Fault("deadline-too-short", (*where, "lifecycle", "preStop"), message, mend)


def _number(value: Any, default: int) -> int:
    return value if type(value) is int else default


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _deployment(spec: str, container: str, pod: str = "terminationGracePeriodSeconds: 60") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: server, namespace: ml-prod}}
spec:
  selector: {{matchLabels: {{app: server}}}}
  template:
    metadata: {{labels: {{app: server}}}}
    spec:
      {pod}
      containers:
        - name: server
          image: ghcr.io/acme/server:1.5.0@sha256:DIGEST
          {container}
  {spec}
"""


def _probe(failures: int, more: str = "") -> str:
    return f"startupProbe: {{httpGet: {{path: /, port: 8080}}, failureThreshold: {failures}{more}}}"


def _service(mode: str, failures: int) -> str:
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: server, namespace: ml-prod, annotations: {{{MODE}: {mode}}}}}
spec:
  predictor:
    model:
      modelFormat: {{name: onnx}}
      storageUri: "s3://acme-models/fraud/1.5.0/"
      {_probe(failures)}
"""


RULE = Rule(
    id="deadline-too-short",
    title="a roll-out that is given up while the model still loads",
    severity="warning",
    why=(
        "Kubernetes calls a Deployment failed after `progressDeadlineSeconds`, ten minutes unless it says otherwise, "
        "and Argo CD shows it as degraded, whatever the startup probe still allows. Gigabytes of weights take longer. "
        "At the other end, a pod whose grace period is over when its preStop hook ends is killed with its requests."
    ),
    mend="Let the deadline be longer than the startup probe allows, and the grace period than the hook takes.",
    bad=(
        _deployment("progressDeadlineSeconds: 300", _probe(60)),
        _deployment("replicas: 1", _probe(360)),
        _deployment("progressDeadlineSeconds: 600", _probe(60)),
        _deployment("progressDeadlineSeconds: 900", _probe(55, ", initialDelaySeconds: 400")),
        _deployment("{progressDeadlineSeconds: 700, minReadySeconds: 100}"[1:-1].replace(", ", "\n  "), _probe(60)),
        _deployment("replicas: 1", "lifecycle: {preStop: {sleep: {seconds: 60}}}"),
        _deployment("replicas: 1", "lifecycle: {preStop: {sleep: {seconds: 30}}}", "restartPolicy: Always"),
        _service("Standard", 61),
    ),
    good=(
        _deployment("progressDeadlineSeconds: 601", _probe(60)),
        _deployment("replicas: 1", _probe(59)),
        _deployment("replicas: 1", "lifecycle: {preStop: {sleep: {seconds: 20}}}"),
        _deployment("replicas: 1", "lifecycle: {preStop: {exec: {command: [drain]}}}"),
        _service("Standard", 60),
        _service("Knative", 120),
    ),
    judges="manifest",
    check=check,
    pods=True,
)
