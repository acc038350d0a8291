"""The strict dry run of a real API server, which judges what the templates hydrate."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from support.judges import judge
from support.samples import deployment, inference_service, scaled_object, with_field

if TYPE_CHECKING:
    from support.apiserver import ApiServer

pytestmark = pytest.mark.servers

TWICE = [{"name": "MODE", "value": "a"}, {"name": "MODE", "value": "b"}]
ENV = "spec.template.spec.containers.0.env"
CPU = "spec.template.spec.containers.0.resources.requests.cpu"
REFUSED = {
    "an impossible quantity": (with_field(deployment(), CPU, "1 core"), "quantities must match"),
    "an unknown field": (with_field(deployment(), "spec.replicaCount", 2), "field not declared in schema"),
    "a variable bound twice": (with_field(deployment(), ENV, TWICE), "duplicate entries"),
    "an unknown label key": (with_field(deployment(), "metadata.labels", {"a b": "c"}), "name part must consist"),
    "a selector of other pods": (with_field(deployment(), "spec.selector.matchLabels", {"a": "b"}), "does not match"),
    "an unknown field of a custom resource": (
        with_field(inference_service(), "spec.predictor.replicas", 2),
        "field not declared in schema",
    ),
    "an impossible quantity of a custom resource": (
        with_field(inference_service(), "spec.predictor.model.resources.requests.cpu", "1 core"),
        "should match",
    ),
    "text where a trigger's threshold is a number": (
        with_field(scaled_object(), "spec.triggers.0.metadata.threshold", 5),
        "expected string",
    ),
    "a kind that nobody defined": (deployment() | {"apiVersion": "apps/v9"}, "not served"),
}


@pytest.mark.parametrize("manifest", [deployment(), inference_service(), scaled_object()], ids=lambda m: m["kind"])
def test_good_manifests_are_accepted_without_a_warning(apiserver: ApiServer, manifest: dict[str, Any]) -> None:
    (verdict,) = judge([manifest], apiserver)
    assert verdict.outcome == "accepted", verdict
    assert not verdict.warnings


@pytest.mark.parametrize(("manifest", "reason"), REFUSED.values(), ids=REFUSED)
def test_faulty_manifests_are_refused_for_a_reason(apiserver: ApiServer, manifest: dict[str, Any], reason: str) -> None:
    (verdict,) = judge([manifest], apiserver)
    assert verdict.outcome == "refused"
    assert reason in verdict.message


def test_what_may_surprise_is_accepted_with_a_warning(apiserver: ApiServer) -> None:
    (verdict,) = judge([with_field(deployment(), "metadata.name", "fraud.v2")], apiserver)
    assert verdict.outcome == "accepted"
    assert "a DNS label is recommended" in str(verdict)


def test_a_thousand_objects_are_judged_within_two_minutes_and_none_is_kept(apiserver: ApiServer) -> None:
    manifests = [with_field(inference_service(), "metadata.name", f"fraud-{number}") for number in range(1000)]
    began = time.monotonic()
    verdicts = judge(manifests, apiserver)
    assert time.monotonic() - began < 120
    assert {verdict.outcome for verdict in verdicts} == {"accepted"}
    assert [verdict.name for verdict in verdicts] == [manifest["metadata"]["name"] for manifest in manifests]
    assert apiserver.http.get("/apis/serving.kserve.io/v1beta1/inferenceservices").json()["items"] == []
