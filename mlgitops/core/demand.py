"""What pods demand of a node: where they may run, what they tolerate, and how much they ask for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlgitops.core import placement, scheduling
from mlgitops.core.pods import narrowed, scheduled
from mlgitops.core.quantities import QuantityError
from mlgitops.core.repeated import TOGETHER, alike, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlgitops.core.cases import ManifestCase
    from mlgitops.core.pods import Pods
    from mlgitops.core.states import Slot

DAEMONS = frozenset({"DaemonSet"})
"""Kinds whose pods run on every node: pools count them in what is `reserved`."""
BLUEPRINTS = frozenset({"ClusterServingRuntime", "PodTemplate", "ServingRuntime"})
"""Kinds whose pods run only when another object asks for them, placed as that object says."""

EVERYWHERE = frozenset(
    f"{prefix}{name}"
    for prefix, names in {
        "kubernetes.io/": ("os", "arch", "hostname"),
        "beta.kubernetes.io/": ("os", "arch"),
        "topology.kubernetes.io/": ("zone", "region"),
        "failure-domain.beta.kubernetes.io/": ("zone", "region"),
    }.items()
    for name in names
)
"""Labels that every node has; where a pool does not declare one, its value is not known."""

_EXPRESSION = {"key": str, "operator": str, "values": [str]}
_TERM = {"matchExpressions": [_EXPRESSION], "matchFields": [_EXPRESSION]}
_RESOURCES = {"limits": {None: (str, int, float)}, "requests": {None: (str, int, float)}}
_CONTAINER: dict[str | None, Any] = {"resources": _RESOURCES, "restartPolicy": str}
_CONTAINER_PARTS = tuple(filter(None, _CONTAINER))
_FORM: dict[str | None, Any] = {
    "nodeName": str,
    "nodeSelector": {None: str},
    "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_TERM]}}},
    "tolerations": [{"key": str, "operator": str, "value": str, "effect": str}],
    "containers": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "resources": _RESOURCES,
    "overhead": {None: (str, int, float)},
}
_PARTS = (*filter(None, _FORM), "resourceClaims")


class Demand:
    """What pods of one shape demand.

    Args:
        spec: The pod spec, as far as the scheduler reads it; that part is well formed.
        requests: Amounts as the scheduler counts them.

    Attributes:
        spec: As given.
        requests: As given.
    """

    def __init__(self, spec: Mapping[str, Any], requests: Mapping[str, int]) -> None:
        self.spec = spec
        self.requests = requests

    @property
    def selector(self) -> Mapping[str, str]:
        """The node selector."""
        return self.spec.get("nodeSelector") or {}

    @cached_property
    def terms(self) -> Sequence[Mapping[str, Any]] | None:
        """The terms of the required node affinity, of which one must match; None where nothing is required."""
        affinity = (self.spec.get("affinity") or {}).get("nodeAffinity") or {}
        required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
        return None if required is None else required.get("nodeSelectorTerms") or []

    @property
    def tolerations(self) -> Sequence[Mapping[str, Any]]:
        """The tolerations."""
        return self.spec.get("tolerations") or []

    @cached_property
    def placed(self) -> bool:
        """Whether it says which hardware: a label that not all nodes have, a node's name, or a claim on a device."""
        keys = [*self.selector, *(key for term in self.terms or () for key in _keys(term))]
        return self.bound or self.claims or any(key not in EVERYWHERE for key in keys)

    @cached_property
    def devices(self) -> list[str]:
        """The extended resources that it asks for."""
        return [name for name, amount in self.requests.items() if amount > 0 and is_device(name)]

    @property
    def claims(self) -> bool:
        """Whether it claims devices by dynamic resource allocation, which only the cluster can judge."""
        return bool(self.spec.get("resourceClaims"))

    @property
    def bound(self) -> bool:
        """Whether a node's name is written in it, so that no scheduler is asked."""
        return bool(self.spec.get("nodeName"))


def is_device(resource: str) -> bool:
    """Whether a resource is an extended one, such as `nvidia.com/gpu`: of a domain that is not Kubernetes' own."""
    return "/" in resource and "kubernetes.io/" not in resource


def _keys(term: Mapping[str, Any]) -> list[str]:
    """Keys of what a term requires of labels and of fields."""
    parts = [*(term.get("matchExpressions") or []), *(term.get("matchFields") or [])]
    return [expression.get("key", "") for expression in parts]


def of_pods(asked: Pods) -> Demand | None:
    """What the pods of a manifest demand; None of a spec that is not well formed."""
    (found,) = _of_scheduled(scheduled(asked.spec))
    return found


@kept(1024)
def _of_scheduled(spec: Mapping[str, Any]) -> list[Demand | None]:
    return [of_spec(spec)]


@kept(TOGETHER)
def of_manifest(case: ManifestCase) -> Iterator[tuple[Pods, Demand]]:
    """The pods of a manifest that are well formed, each with what it demands."""
    for asked in case.pods:
        wanted = of_pods(asked)
        if wanted:
            yield asked, wanted


def of_spec(spec: Mapping[str, Any]) -> Demand | None:
    """What pods with this spec demand; None where it is not well formed: the API server would refuse it."""
    return _of_parts(narrowed(spec, _PARTS, _CONTAINER_PARTS))


@alike(1024)
def _of_parts(parts: dict[str, Any]) -> Demand | None:
    if not _has_form(parts, _FORM):
        return None
    try:
        return Demand(parts, scheduling.pod_requests(parts))
    except QuantityError:
        return None


def of_slot(slot: Slot, pools: Sequence[Mapping[str, Any]]) -> Demand | None:
    """What a slot demands as far as documents tell: its template may add containers and resources.

    None where it names a pool that the environment does not declare, which is told elsewhere.

    Args:
        slot: The slot.
        pools: `nodePools` of the environment.
    """
    (of_placed,) = _of_placed(pools)
    return of_placed(slot.deploy["placement"], slot.release.get("requires", {}))


@kept(8)
def _of_placed(pools: Sequence[Mapping[str, Any]]) -> list[Callable[[Any, Any], Demand | None]]:
    """What a placement on these pools demands, with what a release requires; few slots differ in both."""
    declared = {pool["name"] for pool in pools}

    @alike(512)
    def of_placed(placed: Mapping[str, Any], requires: Mapping[str, Any]) -> Demand | None:
        if not declared.issuperset(placed.get("nodePools", [])):
            return None
        container = {"resources": placement.resources(requires)}
        return of_spec({**placement.scheduling(placed, pools), "containers": [container]})

    return [of_placed]


def _has_form(value: Any, form: Any) -> bool:
    """Whether everything in `value` that `form` names is as it says; a mapping or list that is null is empty."""
    if value is None:
        return isinstance(form, dict | list)
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return False
        if None in form:
            return all(isinstance(key, str) and _has_form(item, form[None]) for key, item in value.items())
        return all(_has_form(value[key], inner) for key, inner in form.items() if key in value)
    if isinstance(form, list):
        return isinstance(value, list) and all(item is not None and _has_form(item, form[0]) for item in value)
    return isinstance(value, form) and not isinstance(value, bool)
