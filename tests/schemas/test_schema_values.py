"""What the schemas accept as a name, an image or an amount, Kubernetes, registries and our own readers accept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.documents import ROOT, SCHEMAS

from mlgitops.core import names, quantities, references

DEFINITIONS = {name: schema for kind in SCHEMAS.values() for name, schema in kind["$defs"].items()}
ORACLES = ROOT.parent / "shared" / "oracles"


def validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({"$defs": DEFINITIONS, "$ref": f"#/$defs/{definition}"})


def cases(file: str) -> list[dict[str, Any]]:
    path = ORACLES / f"{file}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    found: list[dict[str, Any]] = json.loads(path.read_text())["cases"]
    return found


def test_images_are_what_a_node_can_pull() -> None:
    image = validator("image")
    for case in cases("image-references"):
        text, pullable = case["s"], "err" not in case["ParseDockerRef"]
        other = "@sha512:" in text or "@sha384:" in text or len(text.partition("@")[0]) > 255
        assert image.is_valid(text) == (pullable and not other), text


@pytest.mark.parametrize("definition", ["quantity", "memory", "cpu"])
def test_amounts_are_quantities(definition: str) -> None:
    amount = validator(definition)
    accepted = [case for case in cases("quantities") if amount.is_valid(case["s"])]
    assert accepted
    assert all("err" not in case and case.get("sign", 1) >= 0 for case in accepted)


@pytest.mark.parametrize(
    ("definition", "verdict"),
    [
        ("label", "dns1123label"),
        ("stateName", "dns1035label"),
        ("qualifiedName", "qualifiedName"),
        ("labelValue", "labelValue"),
        ("envName", "envVarName"),
    ],
)
def test_names_are_names_of_kubernetes(definition: str, verdict: str) -> None:
    name = validator(definition)
    exact = definition in ("label", "qualifiedName", "labelValue")
    for case in cases("names"):
        accepted = name.is_valid(case["s"])
        assert accepted == case[verdict] if exact else accepted <= case[verdict], case["s"]


def written(definition: str) -> st.SearchStrategy[str]:
    """Texts that a definition accepts."""
    pattern = DEFINITIONS[definition]["pattern"].removeprefix("^").removesuffix("$")
    return st.from_regex(pattern, fullmatch=True).filter(validator(definition).is_valid)


@settings(max_examples=20)  # an example of this pattern takes as long as ten of another
@given(text=written("image"))
def test_the_reader_of_references_takes_every_image(text: str) -> None:
    assert references.parse_pullable(text)


@given(text=written("quantity") | written("memory") | written("cpu"))
def test_the_reader_of_quantities_takes_every_amount(text: str) -> None:
    assert quantities.canonical(text)


@given(text=written("stateName"))
def test_every_name_of_a_state_names_services_and_their_challengers(text: str) -> None:
    assert names.is_dns1035_label(f"{text}-challenger-predictor")
    assert names.is_dns1123_label(f"{text}-0123456789")
