"""`privileged-pod`: a pod that owns the node it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.pods import Pods

_HOST = {
    "hostNetwork": "reaches the node's network",
    "hostPID": "sees the node's processes",
    "hostIPC": "shares the node's memory segments",
}
_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "NET_ADMIN", "BPF"})
_DEVICES = ("/dev/shm", "/dev/infiniband", "/dev/nvidia", "/dev/dri", "/dev/kfd", "/dev/hugepages")  # noqa: S108 (what accelerators and their links are)


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find pods with privileges over their node."""
    for pods in case.pods:
        for field, what in _HOST.items():
            if pods.spec.get(field) is True:
                yield Fault("privileged-pod", (*pods.pointer, field), f"with `{field}` the pod {what}", "")
        yield from _volumes(pods)
        for container, pointer in zip(_list(pods.spec.get("containers")), pods.containers, strict=False):
            yield from _container(container, pointer)
        for index, container in enumerate(_list(pods.spec.get("initContainers"))):
            yield from _container(container, (*pods.pointer, "initContainers", index))


def _volumes(pods: Pods) -> Iterator[Fault]:
    for index, volume in enumerate(_list(pods.spec.get("volumes"))):
        host = volume.get("hostPath") if isinstance(volume, dict) else None
        path = host.get("path") if isinstance(host, dict) else None
        if isinstance(path, str) and not path.startswith(_DEVICES):
            message = f"a volume gives the pod `{path}` of its node"
            yield Fault("privileged-pod", (*pods.pointer, "volumes", index, "hostPath"), message, "")


def _container(container: Any, pointer: tuple[str | int, ...]) -> Iterator[Fault]:
    security = container.get("securityContext") if isinstance(container, dict) else None
    if not isinstance(security, dict):
        return
    where = (*pointer, "securityContext")
    if security.get("privileged") is True:
        yield Fault("privileged-pod", (*where, "privileged"), "a privileged container is root on its node", "")
    added = security.get("capabilities")
    for index, name in enumerate(_list(added.get("add") if isinstance(added, dict) else None)):
        if isinstance(name, str) and name.removeprefix("CAP_") in _CAPABILITIES:
            message = f"with the capability {name} a container can leave its bounds"
            yield Fault("privileged-pod", (*where, "capabilities", "add", index), message, "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pod(spec: str, container: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: ml-prod}}
spec:
  {spec}
  containers: [{{name: server, image: "ghcr.io/acme/server:1.5.0@sha256:DIGEST"{container}}}]
"""


RULE = Rule(
    id="privileged-pod",
    title="a pod with privileges over its node",
    severity="error",
    why=(
        "Serving and training need no power over the node: device plugins hand out accelerators. Whoever gets into a "
        "privileged container, by a pickle say, has the node, the credentials of all its pods, and the other tenants' "
        "models. Node agents that need such powers belong to the platform, not among workloads."
    ),
    mend="Take the privilege out of the template or manifest; where a driver needs it, suppress it until a date.",
    bad=(
        _pod("hostNetwork: true"),
        _pod("hostPID: true"),
        _pod("volumes: [{name: socket, hostPath: {path: /run/containerd/containerd.sock}}]"),
        _pod("terminationGracePeriodSeconds: 30", ", securityContext: {privileged: true}"),
        _pod("terminationGracePeriodSeconds: 30", ", securityContext: {capabilities: {add: [IPC_LOCK, SYS_ADMIN]}}"),
        _pod(
            "initContainers: [{name: tune, image: 'acme/tune@sha256:DIGEST', securityContext: {privileged: true}}]",
        ),
    ),
    good=(
        _pod("hostNetwork: false"),
        _pod("volumes: [{name: links, hostPath: {path: /dev/infiniband}}, {name: scratch, emptyDir: {}}]"),
        _pod("terminationGracePeriodSeconds: 30", ", securityContext: {privileged: false}"),
        _pod("terminationGracePeriodSeconds: 30", ", securityContext: {capabilities: {add: [IPC_LOCK], drop: [ALL]}}"),
    ),
    judges="manifest",
    check=check,
    pods=True,
)
