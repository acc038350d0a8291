"""`unknown-deployment-mode`: a KServe service that does not say how it is deployed, or says it wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.kserve import KNOWN_MODES, MODE, annotation, is_inference_service
from mlgitops.core.schema_words import quoted
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find InferenceServices whose deployment mode KServe would choose itself."""
    if not is_inference_service(case.manifest):
        return
    mode = annotation(case.manifest, MODE)
    if mode is None:
        message = f"the InferenceService has no annotation `{MODE}`: KServe's configuration decides"
        yield Fault("unknown-deployment-mode", ("metadata",), message, "", "warning")
    elif mode not in KNOWN_MODES:
        message = f"KServe knows no mode {quoted(mode)}, and uses its default instead"
        yield Fault("unknown-deployment-mode", ("metadata", "annotations", MODE), message, "")


def _service(annotations: str) -> str:
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: server, namespace: ml-prod, annotations: {{{annotations}}}}}
spec: {{predictor: {{model: {{modelFormat: {{name: onnx}}, storageUri: "s3://acme-models/fraud/1.5.0/"}}}}}}
"""


RULE = Rule(
    id="unknown-deployment-mode",
    title="a KServe service whose deployment mode is left to chance",
    severity="error",
    why=(
        "KServe ignores a mode that it does not know, and where none is named it takes the one of its own "
        "configuration, which may be Knative: there node affinity and tolerations are dropped unless flags are set, so "
        "the model would run on other hardware. The mode of a service can never be changed afterwards."
    ),
    mend=f"Add the annotation `{MODE}: Standard` (or `Knative`).",
    bad=(_service(""), _service(f"{MODE}: standard"), _service(f"{MODE}: Raw")),
    good=(_service(f"{MODE}: Standard"), _service(f"{MODE}: Knative"), _service(f"{MODE}: RawDeployment")),
    judges="manifest",
    check=check,
)
