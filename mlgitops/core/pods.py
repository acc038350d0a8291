"""Where the pods are: the pod specs inside every kind of workload that the targets use.

Pointers lead into the manifest as written, so that a fault is found where someone can mend it. Shapes are those of the
published resource definitions (KServe 0.20, Seldon Core 2.10, Kubeflow Trainer 2.3, training-operator 1.9, JobSet
0.12, KubeRay 1.7, Argo Rollouts 1.9, LeaderWorkerSet 0.7) and of Kubernetes itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.repeated import TOGETHER, kept, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Pointer = tuple[str | int, ...]

_SERVING_COMPONENTS = ("predictor", "transformer", "explainer")
_LEGACY_MODELS = (
    "huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow", "triton", "xgboost",
)  # fmt: skip
_CONTAINERS = ("containers", "initContainers")
_SCHEDULING = (
    "affinity", "hostNetwork", "nodeName", "nodeSelector", "overhead", "priorityClassName", "resourceClaims",
    "resources", "runtimeClassName", "schedulerName", "tolerations", "topologySpreadConstraints",
)  # fmt: skip
_CONTAINER = ("name", "ports", "resources", "restartPolicy")
_RAY_CLUSTERS = ("rayClusterSpec", "rayClusterConfig")


class Pods(NamedTuple):
    """Pods of one shape.

    Attributes:
        pointer: Where the pod spec stands in the manifest.
        spec: The pod spec, with all its containers in `containers`, even where the manifest writes them otherwise.
        containers: For each item of `spec["containers"]`, where it stands in the manifest.
        replicas: How many there are at most.
        surge: How many more a roll-out may start.
    """

    pointer: Pointer
    spec: Mapping[str, Any]
    containers: tuple[Pointer, ...]
    replicas: int = 1
    surge: int = 0


def pods(manifest: Mapping[str, Any]) -> Iterator[Pods]:
    """The pods that a manifest asks for; none for kinds that have none."""
    spec = manifest.get("spec")
    walk = _WALKS.get(str(manifest.get("kind")))
    if walk and isinstance(spec, dict):
        yield from walk(spec)


def narrowed(spec: Mapping[str, Any], names: Iterable[str], of_containers: Sequence[str]) -> dict[str, Any]:
    """The fields of a pod spec that somebody reads: few pods differ in them, whatever they run.

    Args:
        spec: The pod spec, well formed or not.
        names: Its fields; those that list containers are kept all the same where they are lists.
        of_containers: The fields of each container.
    """
    found = {name: spec[name] for name in names if name in spec}
    for name in _CONTAINERS:
        listed = spec.get(name)
        if isinstance(listed, list):
            found[name] = [
                {part: one[part] for part in of_containers if part in one} if isinstance(one, dict) else one
                for one in listed
            ]
    return found


def scheduled(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What of a pod spec decides where its pods run; one object for all specs that say the same of it."""
    (found,) = _scheduled(spec)
    return found


@kept(4 * TOGETHER)
def _scheduled(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [shared(narrowed(spec, _SCHEDULING, _CONTAINER))]


def placeless(spec: Mapping[str, Any]) -> Pods:
    """Pods of a spec, to ask whether anything is wrong with them wherever the spec stands."""
    listed = spec.get("containers")
    return Pods((), spec, ((),) * len(listed if isinstance(listed, list) else ()))


def _plain(pointer: Pointer, spec: Any, count: int = 1, surge: int = 0) -> Iterator[Pods]:
    if isinstance(spec, dict):
        listed = spec.get("containers")
        places = tuple(
            (*pointer, "containers", index) for index in range(len(listed if isinstance(listed, list) else []))
        )
        yield Pods(pointer, spec, places, count, surge)


def _template(pointer: Pointer, template: Any, count: int = 1, surge: int = 0) -> Iterator[Pods]:
    if isinstance(template, dict):
        yield from _plain((*pointer, "spec"), template.get("spec"), count, surge)


def _pod(spec: dict[str, Any]) -> Iterator[Pods]:
    yield from _plain(("spec",), spec)


def _deployment(spec: dict[str, Any]) -> Iterator[Pods]:
    count = _number(spec.get("replicas"), 1)
    yield from _template(
        ("spec", "template"), spec.get("template"), count, deployment_surge(spec.get("strategy"), count)
    )


def _replicated(spec: dict[str, Any]) -> Iterator[Pods]:
    yield from _template(("spec", "template"), spec.get("template"), _number(spec.get("replicas"), 1))


def _daemon_set(spec: dict[str, Any]) -> Iterator[Pods]:
    yield from _template(("spec", "template"), spec.get("template"))


def _job(spec: dict[str, Any]) -> Iterator[Pods]:
    parallel = min(_number(spec.get("parallelism"), 1), _number(spec.get("completions"), 2**31))
    yield from _template(("spec", "template"), spec.get("template"), parallel)


def _cron_job(spec: dict[str, Any]) -> Iterator[Pods]:
    inner = _mapping(_mapping(spec.get("jobTemplate")).get("spec"))
    for found in _job(inner):
        yield _deeper(found, ("spec", "jobTemplate"))


def _inference_service(spec: dict[str, Any]) -> Iterator[Pods]:
    for name in _SERVING_COMPONENTS:
        yield from _component(("spec", name), spec.get(name))
    for index, canary in enumerate(_list(spec.get("canary"))):
        yield from _component(("spec", "canary", index, "predictor"), _mapping(canary).get("predictor"))


def _component(pointer: Pointer, component: Any) -> Iterator[Pods]:
    """A KServe component: a pod spec inline, whose server stands under `model` or a framework's name."""
    if not isinstance(component, dict):
        return
    fewest = _number(component.get("minReplicas"), 1)
    count = max(_number(component.get("maxReplicas"), fewest), fewest)
    surge = deployment_surge(component.get("deploymentStrategy"), count)
    (found,) = _plain(pointer, component, count, surge)
    servers = [key for key in ("model", *_LEGACY_MODELS) if isinstance(component.get(key), dict)]
    inline = {**component, "containers": [*(component[key] for key in servers), *_list(component.get("containers"))]}
    yield found._replace(spec=inline, containers=(*((*pointer, key) for key in servers), *found.containers))
    worker = component.get("workerSpec")
    if isinstance(worker, dict):
        yield from _plain(
            (*pointer, "workerSpec"), worker, count * (_number(worker.get("pipelineParallelSize"), 2) - 1)
        )


def _llm_inference_service(spec: dict[str, Any]) -> Iterator[Pods]:
    count = _number(spec.get("replicas"), 1)
    yield from _plain(("spec", "template"), spec.get("template"), count)
    yield from _plain(("spec", "worker"), spec.get("worker"), count)
    prefill = _mapping(spec.get("prefill"))
    for part in ("template", "worker"):
        yield from _plain(("spec", "prefill", part), prefill.get(part), _number(prefill.get("replicas"), 1))


def _seldon_server(spec: dict[str, Any]) -> Iterator[Pods]:
    yield from _plain(("spec", "podSpec"), spec.get("podSpec"), _number(spec.get("replicas"), 1))


def _train_job(spec: dict[str, Any]) -> Iterator[Pods]:
    """The trainer's container, placed as the patches of its runtime say."""
    trainer = spec.get("trainer")
    if not isinstance(trainer, dict):
        return
    container = {**trainer, "resources": _mapping(trainer.get("resourcesPerNode"))}
    placed: dict[str, Any] = {"containers": [container]}
    pointer: Pointer = ("spec", "trainer")
    for where, patch in _trainer_patches(spec):
        placed |= {key: value for key, value in patch.items() if key in ("affinity", "nodeSelector", "tolerations")}
        pointer = where
    yield Pods(pointer, placed, (("spec", "trainer"),), _number(trainer.get("numNodes"), 1))


def _trainer_patches(spec: dict[str, Any]) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    for index, patch in enumerate(_list(spec.get("runtimePatches"))):
        inner = _at(patch, "trainingRuntimeSpec", "template", "spec")
        for number, job in enumerate(_list(inner.get("replicatedJobs"))):
            found = _at(job, "template", "spec", "template", "spec")
            if found and _mapping(job).get("name") == "node":
                path = ("trainingRuntimeSpec", "template", "spec", "replicatedJobs", number)
                yield ("spec", "runtimePatches", index, *path, "template", "spec", "template", "spec"), found


def _replica_specs(spec: dict[str, Any]) -> Iterator[Pods]:
    """The jobs of training-operator v1: `pytorchReplicaSpecs` and its like."""
    for key, roles in spec.items():
        if key.endswith("ReplicaSpecs"):
            for role, replica in _mapping(roles).items():
                where = ("spec", key, role, "template")
                inner = _mapping(replica)
                yield from _template(where, inner.get("template"), _number(inner.get("replicas"), 1))


def _job_set(spec: dict[str, Any]) -> Iterator[Pods]:
    for index, job in enumerate(_list(spec.get("replicatedJobs"))):
        inner = _at(job, "template", "spec")
        for found in _job(inner):
            deeper = _deeper(found, ("spec", "replicatedJobs", index, "template"))
            yield deeper._replace(replicas=found.replicas * _number(_mapping(job).get("replicas"), 1))


def _ray(spec: dict[str, Any]) -> Iterator[Pods]:
    """A Ray cluster, alone or within a job or a service; a service's upgrade runs a second one beside it."""
    for key in _RAY_CLUSTERS:
        if isinstance(spec.get(key), dict):
            twice = key == "rayClusterConfig" and _at(spec, "upgradeStrategy").get("type") != "None"
            yield from _ray_cluster(("spec", key), spec[key], twice=twice)
    if "headGroupSpec" in spec or "workerGroupSpecs" in spec:
        yield from _ray_cluster(("spec",), spec, twice=False)


def _ray_cluster(pointer: Pointer, cluster: dict[str, Any], *, twice: bool) -> Iterator[Pods]:
    head = _mapping(cluster.get("headGroupSpec"))
    yield from _template((*pointer, "headGroupSpec", "template"), head.get("template"), 1, int(twice))
    for index, group in enumerate(_list(cluster.get("workerGroupSpecs"))):
        inner = _mapping(group)
        hosts = _number(inner.get("numOfHosts"), 1)
        count = hosts * _number(inner.get("maxReplicas"), _number(inner.get("replicas"), 1))
        where = (*pointer, "workerGroupSpecs", index, "template")
        yield from _template(where, inner.get("template"), count, count if twice else 0)


def _rollout(spec: dict[str, Any]) -> Iterator[Pods]:
    count = _number(spec.get("replicas"), 1)
    strategy = _mapping(spec.get("strategy"))
    surge = count if "blueGreen" in strategy else _share(_mapping(strategy.get("canary")).get("maxSurge", "25%"), count)
    yield from _template(("spec", "template"), spec.get("template"), count, surge)


def _leader_worker_set(spec: dict[str, Any]) -> Iterator[Pods]:
    count, size = _number(spec.get("replicas"), 1), _number(_at(spec, "leaderWorkerTemplate").get("size"), 1)
    inner = _mapping(spec.get("leaderWorkerTemplate"))
    leads = "leaderTemplate" in inner
    yield from _template(("spec", "leaderWorkerTemplate", "leaderTemplate"), inner.get("leaderTemplate"), count)
    workers = count * (size - 1 if leads else size)
    yield from _template(("spec", "leaderWorkerTemplate", "workerTemplate"), inner.get("workerTemplate"), workers)


_WALKS: dict[str, Callable[[dict[str, Any]], Iterator[Pods]]] = {
    "ClusterServingRuntime": _pod,
    "CronJob": _cron_job,
    "DaemonSet": _daemon_set,
    "Deployment": _deployment,
    "InferenceService": _inference_service,
    "Job": _job,
    "JobSet": _job_set,
    "LLMInferenceService": _llm_inference_service,
    "LeaderWorkerSet": _leader_worker_set,
    "MPIJob": _replica_specs,
    "Pod": _pod,
    "PyTorchJob": _replica_specs,
    "RayCluster": _ray,
    "RayJob": _ray,
    "RayService": _ray,
    "ReplicaSet": _replicated,
    "ReplicationController": _replicated,
    "Rollout": _rollout,
    "Server": _seldon_server,
    "ServingRuntime": _pod,
    "StatefulSet": _replicated,
    "TFJob": _replica_specs,
    "TrainJob": _train_job,
    "XGBoostJob": _replica_specs,
}


def deployment_surge(strategy: Any, count: int) -> int:
    """Pods that a Deployment of `count` may start beyond them while it rolls out; a quarter unless it says."""
    inner = _mapping(strategy)
    if inner.get("type", "RollingUpdate") != "RollingUpdate":
        return 0
    return _share(_mapping(inner.get("rollingUpdate")).get("maxSurge", "25%"), count)


def _share(amount: Any, count: int) -> int:
    """An integer, or a percentage of `count`, rounded up as Kubernetes does for a surge."""
    if isinstance(amount, str) and amount.endswith("%") and amount[:-1].isascii() and amount[:-1].isdigit():
        return -(-int(amount[:-1]) * count // 100)
    return _number(amount, 0)


def _deeper(found: Pods, outer: Pointer) -> Pods:
    """Pods of an inner `spec`, seen from further out."""
    return found._replace(pointer=outer + found.pointer, containers=tuple(outer + place for place in found.containers))


def _at(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = _mapping(value).get(key)
    return _mapping(value)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
