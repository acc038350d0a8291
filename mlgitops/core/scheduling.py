"""kube-scheduler's filters, offline: NodeAffinity, TaintToleration and NodeResourcesFit for one pod and one node.

The semantics are those of Kubernetes 1.32 (component-helpers `nodeaffinity` and `tainttoleration`, the scheduler's
`noderesources`); the recorded verdicts in the oracles hold them. Pods and nodes are plain manifests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import names, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Requests = Mapping[str, int]

_INTEGER = re.compile(r"[+-]?[0-9]+")
_INT64 = range(-(2**63), 2**63)
_BLOCKING = ("NoSchedule", "NoExecute")
POD_LEVEL = ("cpu", "memory")
"""Resources that a pod may ask for as a whole; huge pages too."""


class SelectorError(ValueError):
    """A node selector that the scheduler cannot read."""


class Shortage(NamedTuple):
    """One resource that a node lacks; amounts in units, thousandths of a processor for `cpu`.

    Attributes:
        resource: Name of the resource.
        requested: What the pod asks for.
        used: What other pods have.
        capacity: What the node can give in all.
    """

    resource: str
    requested: int
    used: int
    capacity: int


# --- NodeAffinity ---------------------------------------------------------------------------------------------------


def matches_affinity(pod_spec: Mapping[str, Any], labels: Mapping[str, str], node_name: str = "") -> bool:
    """Whether a node satisfies a pod's node selector and required node affinity.

    Raises:
        SelectorError: A term cannot be read and no other term matches.
    """
    if any(labels.get(key) != value for key, value in (pod_spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or matches_terms(required.get("nodeSelectorTerms") or [], labels, node_name)


def matches_terms(terms: Sequence[Mapping[str, Any]], labels: Mapping[str, str], node_name: str = "") -> bool:
    """Whether one of `terms` matches; an empty term, and no term at all, match nothing.

    Raises:
        SelectorError: A term cannot be read and no other term matches.
    """
    broken: SelectorError | None = None
    for term in terms:
        expressions = term.get("matchExpressions") or []
        fields = term.get("matchFields") or []
        if not expressions and not fields:
            continue
        try:
            requirements = [_requirement(expression) for expression in expressions]
            chosen = [_field(field) for field in fields]
        except SelectorError as error:
            broken = broken or error
            continue
        named = not node_name or all(
            ((node_name if key == "metadata.name" else "") == value) is wanted for key, wanted, value in chosen
        )
        if named and all(_matches(*requirement, labels) for requirement in requirements):
            return True
    if broken:
        raise broken
    return False


def _requirement(expression: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    key, operator, values = expression.get("key", ""), expression.get("operator", ""), expression.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            raise SelectorError(f"{operator} needs at least one value")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            raise SelectorError(f"{operator} takes no values")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1 or _int64(values[0]) is None:
            raise SelectorError(f"{operator} takes one integer")
    else:
        raise SelectorError(f"{operator!r} is no operator of a node selector")
    if not names.is_qualified_name(key):
        raise SelectorError(f"{key!r} is no label key")
    if not all(map(names.is_label_value, values)):
        raise SelectorError("a value is no label value")
    return key, operator, values


def _matches(key: str, operator: str, values: list[str], labels: Mapping[str, str]) -> bool:
    present = key in labels
    if operator == "In":
        return present and labels[key] in values
    if operator == "NotIn":
        return not present or labels[key] not in values
    if operator in ("Exists", "DoesNotExist"):
        return present == (operator == "Exists")
    left, right = (_int64(labels[key]) if present else None), _int64(values[0])
    if left is None or right is None:
        return False
    return left > right if operator == "Gt" else left < right


def _field(field: Mapping[str, Any]) -> tuple[str, bool, str]:
    """Key, whether the value is wanted, and the value; a field that nodes do not have is empty."""
    operator, values = field.get("operator"), field.get("values") or []
    if operator not in ("In", "NotIn") or len(values) != 1:
        raise SelectorError("a field takes In or NotIn, and one value")
    return field.get("key", ""), operator == "In", values[0]


def _int64(text: str) -> int | None:
    """The integer that Go's `strconv.ParseInt` reads in base 10, or None."""
    if not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if number in _INT64 else None


# --- TaintToleration ------------------------------------------------------------------------------------------------


def untolerated(
    tolerations: Iterable[Mapping[str, Any]], taints: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The first taint that keeps a pod with these tolerations off a node; None if there is none."""
    listed = list(tolerations)
    for taint in taints:
        if taint.get("effect") in _BLOCKING and not any(tolerates(toleration, taint) for toleration in listed):
            return taint
    return None


def tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """Whether one toleration matches one taint."""
    if (toleration.get("effect") or taint.get("effect")) != taint.get("effect"):
        return False
    if (toleration.get("key") or taint.get("key")) != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Equal":
        return bool((toleration.get("value") or "") == (taint.get("value") or ""))
    return bool(operator == "Exists")


# --- NodeResourcesFit -----------------------------------------------------------------------------------------------


def shortages(requests: Requests, used: Requests, allocatable: Requests, pods: int = 0) -> Iterator[Shortage]:
    """What a node lacks for a pod; nothing if it fits.

    Args:
        requests: What the pod asks for, of `pod_requests`.
        used: What the pods there have together.
        allocatable: What the node gives, of `amounts`, `pods` included.
        pods: How many pods are there.
    """
    if "pods" in allocatable and pods + 1 > allocatable["pods"]:
        yield Shortage("pods", 1, pods, allocatable["pods"])
    for resource in sorted(requests, key=_order):
        requested = requests[resource]
        capacity = allocatable.get(resource, 0)
        if requested > 0 and requested > capacity - used.get(resource, 0):
            yield Shortage(resource, requested, used.get(resource, 0), capacity)


def _order(resource: str) -> tuple[int, str]:
    """The scheduler's: processor, memory and local storage, then what is extended."""
    own = ("cpu", "memory", "ephemeral-storage")
    return (own.index(resource) if resource in own else len(own), resource)


def amounts(resources: Mapping[str, Any] | None) -> dict[str, int]:
    """Quantities in the units that the scheduler counts in: thousandths for `cpu`, else units, rounded up."""
    return {
        name: quantities.milli(str(amount)) if name == "cpu" else quantities.value(str(amount))
        for name, amount in (resources or {}).items()
    }


def pod_requests(spec: Mapping[str, Any]) -> dict[str, int]:
    """What a pod asks a node for.

    Containers and sidecars (init containers that restart always) run together; before them each ordinary init
    container runs alone with the sidecars started so far. What a pod asks for as a whole replaces the sums of that
    resource. Overhead comes on top.
    """
    together: dict[str, int] = {}
    for container in spec.get("containers") or []:
        _add(together, container_requests(container))
    sidecars: dict[str, int] = {}
    peak: dict[str, int] = {}
    for container in spec.get("initContainers") or []:
        wanted = container_requests(container)
        if container.get("restartPolicy") == "Always":
            _add(together, wanted)
            _add(sidecars, wanted)
            wanted = dict(sidecars)
        else:
            _add(wanted, sidecars)
        _raise_to(peak, wanted)
    _raise_to(together, peak)
    whole = container_requests(spec)
    together.update(
        {name: amount for name, amount in whole.items() if name in POD_LEVEL or name.startswith("hugepages-")}
    )
    _add(together, amounts(spec.get("overhead")))
    return together


def container_requests(container: Mapping[str, Any]) -> dict[str, int]:
    """What one container asks for; a limit stands for a request that is not written."""
    resources = container.get("resources") or {}
    return {**amounts(resources.get("limits")), **amounts(resources.get("requests"))}


def _add(total: dict[str, int], more: Requests) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _raise_to(total: dict[str, int], floor: Requests) -> None:
    for name, amount in floor.items():
        total[name] = max(total.get(name, 0), amount)
