"""The judge that needs no server: published schemas, unknown fields refused."""

from __future__ import annotations

from typing import Any

import pytest
from support import definitions
from support.judges import judge, refusals
from support.samples import deployment, inference_service, scaled_object, with_field
from support.structural import strict

needs_definitions = pytest.mark.skipif(
    not definitions.FOLDER.is_dir(), reason="no ../shared/crds beside the repository"
)


def test_a_good_deployment_is_accepted() -> None:
    assert judge([deployment()])[0].outcome == "accepted"


@pytest.mark.parametrize(
    ("steps", "value", "reason"),
    [
        ("spec.replicaCount", 2, "replicaCount"),
        ("spec.replicas", "2", "spec.replicas"),
        ("metadata.annotation", {}, "annotation"),
        ("spec.template.spec.containers.0.env", [{"name": "A", "value": 1}], "env.0.value"),
    ],
)
def test_a_faulty_deployment_is_refused_with_its_place(steps: str, value: Any, reason: str) -> None:
    (verdict,) = judge([with_field(deployment(), steps, value)])
    assert verdict.outcome == "refused"
    assert reason in verdict.message


@needs_definitions
def test_custom_resources_are_judged_by_their_definitions() -> None:
    faulty = with_field(inference_service(), "spec.predictor.model.resources.requests.cpu", "1 core")
    unknown = with_field(inference_service(), "spec.predictor.replicas", 2)
    assert [verdict.outcome for verdict in judge([inference_service(), faulty, unknown])] == [
        "accepted",
        "refused",
        "refused",
    ]


def test_a_kind_without_a_schema_is_not_judged() -> None:
    assert judge([deployment() | {"apiVersion": "apps/v9"}])[0].outcome == "not judged"


def test_a_scaled_object_is_judged_where_its_definition_was_generated() -> None:
    expected = "refused" if ("keda.sh", "ScaledObject") in definitions.paths() else "not judged"
    faulty = with_field(scaled_object(), "spec.triggers.0.metadata.threshold", 5)
    assert judge([faulty])[0].outcome == expected


def test_only_what_cannot_be_judged_here_is_excused() -> None:
    unknown, faulty, scaled = judge(
        [
            deployment() | {"apiVersion": "apps/v9"},
            with_field(deployment(), "spec.replicas", "2"),
            with_field(scaled_object(), "spec.triggers.0.metadata.threshold", 5),
        ]
    )
    assert refusals([faulty]) == [str(faulty)]
    assert bool(refusals([unknown])) is definitions.FOLDER.is_dir()
    assert bool(refusals([scaled])) is (("keda.sh", "ScaledObject") in definitions.paths())


def test_a_required_field_with_a_default_may_be_left_out() -> None:
    port = {
        "type": "object",
        "required": ["protocol"],
        "properties": {"protocol": {"type": "string", "default": "TCP"}},
    }
    assert "required" not in strict(port, {})


def test_fields_are_open_only_where_the_definition_keeps_unknown_ones() -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    whole = strict({"type": "object", "properties": {"free": free, "closed": {"type": "object"}}}, {})
    assert whole["properties"]["free"]["additionalProperties"] is True
    assert whole["properties"]["closed"]["additionalProperties"] is False
