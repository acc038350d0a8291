"""`missing-schema`: a custom resource of which nothing is known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.familiar import is_strange
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import EnvironmentCase, ManifestCase


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find kinds that states hydrate to and of which nothing is known, once an environment."""
    made = Counter((one.api_version, one.kind) for one in case.workloads if one.unit)
    for (version, kind), number in sorted(made.items()):
        if is_strange(version, kind, case.knows):
            said = f"{_said(version, kind)}; manifests of this kind: {number:,}"
            yield Fault("missing-schema", (), said, "")


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find an object, written by hand, of a kind of which nothing is known."""
    if case.generated:
        return
    version, kind = case.manifest.get("apiVersion"), case.manifest.get("kind")
    if is_strange(version, kind, case.schemas.knows):
        yield Fault("missing-schema", ("apiVersion",), _said(version, kind), "")


def _said(version: Any, kind: Any) -> str:
    return f"`{kind}` of `{version}` is judged by its metadata alone: no schema of its group is known"


_WIDGET = "{apiVersion: VERSION, kind: KIND, metadata: {name: fraud, namespace: ml-prod}, spec: {size: big}}"
_TEMPLATE = "template: '{apiVersion: VERSION, kind: KIND, metadata: {name: \"{{ slot.name }}\"}}'"


def _of(text: str, version: str, kind: str) -> str:
    return text.replace("VERSION", version).replace("KIND", kind)


RULE = Rule(
    id="missing-schema",
    title="a custom resource of which nothing is known",
    severity="warning",
    why=(
        "A custom resource is as good as its definition says, and the cluster has that, not the repository: a field "
        "that is misspelt is found when the controller syncs. Once the definition is imported, objects of its group "
        "are judged by it. Kinds that the shipped templates write, and others in which pods are looked for, are read "
        "without."
    ),
    mend="Import its definition: `mlgitops schema import FILE`, with what `kubectl get crd NAME -o yaml` prints.",
    bad=(_of(_TEMPLATE, "acme.dev/v1", "Widget"),),
    good=(
        _of(_TEMPLATE, "v1", "ConfigMap"),
        _of(_TEMPLATE, "keda.sh/v1alpha1", "ScaledObject"),
        _of(f"manifests: [{_WIDGET}]", "keda.sh/v1alpha1", "ScaledObject"),
    ),
    judges="environment",
    check=check,
    manifests=manifests,
    bad_manifests=(_of(_WIDGET, "acme.dev/v1", "Widget"), _of(_WIDGET, "serving.kserve.io/v1beta1", "InferenceServce")),
    good_manifests=(
        _of(_WIDGET, "serving.kserve.io/v1alpha1", "LLMInferenceService"),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: ml-prod}}",
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}}}",
    ),
)
