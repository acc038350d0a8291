"""What is peculiar to KServe: how an InferenceService is deployed (KServe 0.20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODE = "serving.kserve.io/deploymentMode"
"""Annotation that names the deployment mode."""

COMPONENTS = ("predictor", "transformer", "explainer")
"""Parts of an InferenceService that have pods."""

STANDARD = frozenset({"Standard", "RawDeployment"})
"""Names of the mode that makes Deployments, the old one too."""

KNATIVE = frozenset({"Knative", "Serverless"})
"""Names of the mode that makes Knative services."""

KNOWN_MODES = STANDARD | KNATIVE | {"ModelMesh"}
"""Modes that KServe reads; it ignores any other."""

CLAIMED = (
    ("gateway.networking.k8s.io", "HTTPRoute", ""),
    ("gateway.networking.k8s.io", "HTTPRoute", "-predictor"),
    ("apps", "Deployment", "-predictor"),
    ("", "Service", "-predictor"),
)
"""Group and kind of objects that KServe may make of an InferenceService, with what it appends to its name."""

PROGRESS_SECONDS = 600
"""How long a Deployment of the standard mode may take; no field changes it."""


def is_inference_service(manifest: Mapping[str, Any]) -> bool:
    """Whether an object is an InferenceService of KServe."""
    return manifest.get("kind") == "InferenceService" and str(manifest.get("apiVersion", "")).startswith(
        "serving.kserve.io/"
    )


def annotation(manifest: Mapping[str, Any], name: str) -> str | None:
    """An annotation of an object, or None."""
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    found = annotations.get(name) if isinstance(annotations, dict) else None
    return found if isinstance(found, str) else None


def components(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The components of an InferenceService, with their names."""
    spec = manifest.get("spec")
    for name in COMPONENTS:
        found = spec.get(name) if isinstance(spec, dict) else None
        if isinstance(found, dict):
            yield name, found
