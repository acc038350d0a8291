"""No value escapes its place in a shipped template: hostile strings stand where they were put, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import shipped
from support.hostile import STRINGS, texts
from support.readers import KUSTOMIZE_BREAKS, READERS, by_kustomize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Read = dict[tuple[str, str], Any]
LARGEST = 100
"""Strings in one state: a TrainJob holds 128 variables and arguments."""
ANNOTATIONS = 32
BINARY = "x" * 512
templates = pytest.mark.parametrize("reference", shipped.REFERENCES)


def state(reference: str, strings: Sequence[str], name: str = "hostile") -> dict[str, Any]:
    """A state with `strings` in every place that takes free text."""
    listed = {f"item{number}": text for number, text in enumerate(strings)}
    release: dict[str, Any] = {
        "version": "1",
        "template": reference,
        "image": f"ghcr.io/acme/fraud:1@{shipped.DIGEST}",
        "env": {f"A{number}": text for number, text in enumerate(strings)},
        "lineage": {"hyperparameters": {**listed, "nested": [listed]}},
    }
    deploy: dict[str, Any] = {
        "placement": {"nodePools": ["t4"]},
        "env": {"B": strings[0]},
        "values": {"podAnnotations": dict(list(listed.items())[:ANNOTATIONS])},
    }
    if shipped.template(reference)["kinds"] == ["TrainingJob"]:
        release |= {"command": list(strings), "args": list(strings)}
    else:
        release["values"] = {"command": list(strings[:60]), "args": list(strings)}
    if reference == "cronjob/v1":
        deploy["schedule"] = "@daily"
    kind = shipped.template(reference)["kinds"][0]
    return {"apiVersion": shipped.API, "kind": kind, "metadata": {"name": name}, "release": release, "deploy": deploy}


def found(node: Any, key: str) -> Iterator[Any]:
    """Every value of `key` at any depth."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from found(item, key)


def check(read: Read, strings: Sequence[str], reader: Callable[[str], Any]) -> None:
    """Every hostile string is exactly where the state put it."""
    workload = [document for (kind, _), document in read.items() if kind != "ConfigMap"]
    (variables,) = (value for value in found(workload, "env") if value)
    given_variables = {f"A{number}": text for number, text in enumerate(strings)} | {"B": strings[0]}
    assert {variable["name"]: variable["value"] for variable in variables} == given_variables
    (arguments,) = found(workload, "args")
    assert arguments == list(strings)
    (command,) = found(workload, "command")
    assert command == list(strings[: len(command)])
    annotations = list(found(workload, "annotations"))
    hostile = {f"item{number}": text for number, text in enumerate(strings[:ANNOTATIONS])}
    assert any(hostile.items() <= annotation.items() for annotation in annotations)
    (provenance,) = (document["data"] for (kind, _), document in read.items() if kind == "ConfigMap")
    hyperparameters = reader(provenance["lineage"])["hyperparameters"]
    assert [hyperparameters[f"item{number}"] for number in range(len(strings))] == list(strings)
    assert hyperparameters["nested"] == [{key: text for key, text in hyperparameters.items() if key != "nested"}]


def hydrated(document: dict[str, Any]) -> dict[str, bytes]:
    result = shipped.hydrate(document)
    assert result.files, result.findings
    return result.files


def read_back(document: dict[str, Any], reader: Callable[[str], Any]) -> Read:
    documents = [reader(data.decode()) for data in hydrated(document).values()]
    return {(read["kind"], read["metadata"]["name"]): read for read in documents}


def is_binary(text: str) -> bool:
    """Whether the schema takes the text for binary data, which is refused whatever template it is for."""
    return BINARY in text


def chunks() -> list[Sequence[str]]:
    kept = [text for text in STRINGS if not is_binary(text)]
    return [kept[start : start + LARGEST] for start in range(0, len(kept), LARGEST)]


@templates
def test_every_hostile_string_is_read_back_from_its_place(reference: str) -> None:
    for strings in chunks():
        for reader in READERS:
            check(read_back(state(reference, strings), reader), strings, reader)


@given(reference=st.sampled_from(shipped.REFERENCES), strings=st.lists(texts(), min_size=1, max_size=4))
def test_drawn_strings_are_read_back_from_their_place(reference: str, strings: list[str]) -> None:
    strings = [text.replace(BINARY, "") for text in strings]
    for reader in READERS:
        check(read_back(state(reference, strings), reader), strings, reader)


def test_kustomize_hands_on_what_the_templates_make_of_hostile_strings(tmp_path: Path) -> None:
    states = {}
    for reference in shipped.REFERENCES:
        for number, strings in enumerate(chunks()):
            kept = [text for text in strings if not KUSTOMIZE_BREAKS.search(text)]
            states[f"{reference.partition('/')[0]}-{number}"] = reference, kept
    files = [
        data
        for name, (reference, strings) in states.items()
        for data in hydrated(state(reference, strings, name)).values()
    ]
    read = by_kustomize(tmp_path, files)
    for name, (_, strings) in states.items():
        own = {key: document for key, document in read.items() if belongs(document, name)}
        check(own, strings, READERS[0])


def belongs(document: Any, name: str) -> bool:
    """Whether an object is one of the state called `name`."""
    return document["metadata"].get("labels", {}).get("app.kubernetes.io/name") == name


@templates
def test_braces_are_no_template(reference: str) -> None:
    strings = ["{{ x }}", "{% raw %}", "{# x #}", "}}", "%}", "${VAR}", "$(VAR)", "\ue0000\ue001", "{{ slot.name }}"]
    for reader in READERS:
        check(read_back(state(reference, strings), reader), strings, reader)
