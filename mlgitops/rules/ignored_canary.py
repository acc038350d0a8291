"""`ignored-canary`: a share of traffic that nothing divides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.kserve import KNATIVE, MODE, STANDARD, annotation, components, is_inference_service
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find canaries of InferenceServices in a deployment mode that does not know them."""
    if not is_inference_service(case.manifest):
        return
    mode = annotation(case.manifest, MODE)
    if mode in STANDARD:
        for name, component in components(case.manifest):
            if "canaryTrafficPercent" in component:
                message = f"the mode `{mode}` ignores `canaryTrafficPercent`: the new weights take all traffic"
                yield Fault("ignored-canary", ("spec", name, "canaryTrafficPercent"), message, "")
    if mode in KNATIVE and "canary" in case.manifest.get("spec", {}):
        yield Fault("ignored-canary", ("spec", "canary"), f"the mode `{mode}` refuses `canary`", "")


def _service(mode: str, predictor: str, spec: str = "") -> str:
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: server, namespace: ml-prod, annotations: {{{MODE}: {mode}}}}}
spec:
  predictor:
    model: {{modelFormat: {{name: onnx}}, storageUri: "s3://acme-models/fraud/1.5.0/"}}
    {predictor}
  {spec}
"""


_CANARY = (
    "canary: [{trafficPercent: 10, predictor: {name: v2, model: {name: kserve-container, modelFormat: {name: onnx}, "
    'storageUri: "s3://acme-models/fraud/1.6.0/"}}}]'
)

RULE = Rule(
    id="ignored-canary",
    title="a canary that its deployment mode does not know",
    severity="error",
    why=(
        "Only the Knative mode of KServe reads `canaryTrafficPercent`. In the standard mode it is ignored without a "
        "word, and the model that was to see a tenth of the traffic answers all of it. `spec.canary` is its "
        "counterpart there, and the Knative mode refuses that one."
    ),
    mend="Declare a `challenger` in the state; in a manifest use `spec.canary` (Standard) or Knative.",
    bad=(
        _service("Standard", "canaryTrafficPercent: 10"),
        _service("RawDeployment", "canaryTrafficPercent: 0"),
        _service("Knative", "minReplicas: 1", _CANARY),
    ),
    good=(
        _service("Knative", "canaryTrafficPercent: 10"),
        _service("Standard", "name: v1", _CANARY),
        _service("Standard", "minReplicas: 1"),
    ),
    judges="manifest",
    check=check,
)
