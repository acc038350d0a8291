"""`missing-schema`: a custom resource of which nothing is known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.familiar import FAMILIAR
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlgitops.core.cases import EnvironmentCase, ManifestCase
    from mlgitops.core.finding import Finding


def check(case: EnvironmentCase) -> Iterator[Fault]:
    """Find kinds that states hydrate to and of which nothing is known, once an environment."""
    made = Counter((one.api_version, one.kind) for one in case.workloads if one.unit)
    for (version, kind), number in sorted(made.items()):
        if _is_unknown(version, kind, case.knows):
            count = "one manifest is" if number == 1 else f"{number:,} manifests are"
            yield Fault("missing-schema", (), f"{_said(version, kind)}; {count} of this kind", "")


def manifests(case: ManifestCase) -> Iterator[Fault]:
    """Find an object, written by hand, of a kind of which nothing is known."""
    version, kind = case.manifest.get("apiVersion"), case.manifest.get("kind")
    if case.generated or not (isinstance(version, str) and isinstance(kind, str)):
        return
    if _is_unknown(version, kind, case.schemas.knows):
        yield Fault("missing-schema", ("apiVersion",), _said(version, kind), "")


def once(findings: Iterable[Finding], told: set[str]) -> Iterator[Finding]:
    """The findings without those that tell again of a kind that the same file had before.

    Args:
        findings: About an object of the file.
        told: What was said of objects before it; what is said now is added.
    """
    for finding in findings:
        if finding.rule != RULE.id or finding.message not in told:
            yield finding
        if finding.rule == RULE.id:
            told.add(finding.message)


def _is_unknown(version: str, kind: str, knows: Callable[[str], bool]) -> bool:
    group, _, _ = version.rpartition("/")
    return "." in group and (group, kind) not in FAMILIAR and not knows(group)


def _said(version: str, kind: str) -> str:
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
