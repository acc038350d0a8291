"""One-field mutations of valid objects: a real kube-apiserver and this program give the same verdict.

Where they part and may, `differences.json` says so: lists that stand for bytes, volumes of images, which a feature
gate of Kubernetes 1.34 drops, a LimitRange that is named by the server, what depends on other objects or on how the
cluster's network is set up.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from support.creation import created
from support.kubernetes import faults, schemas
from support.mutations import Mutation, draw
from support.servers import api_server, require

from mlgitops.core.kubernetes.schemas import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.apiserver import ApiServer

pytestmark = pytest.mark.servers

HERE = Path(__file__).parent
VERSION = "1.34"
EACH = 150  # mutations of an object
SEED = 20


class Parted(NamedTuple):
    """A mutation on which the verdicts differ."""

    mutation: Mutation
    theirs: str
    ours: str

    def __str__(self) -> str:
        """One line, fit for a failing assertion."""
        return f"{self.mutation} | server: {self.theirs[:200] or 'accepts'} | here: {self.ours or 'accepted'}"


@pytest.fixture(scope="module")
def plain_apiserver() -> Iterator[ApiServer]:
    for name in ("etcd", "kube-apiserver"):
        require(name)
    with api_server() as server:
        yield server


def objects() -> list[dict[str, Any]]:
    return [
        found for file in sorted((HERE / "manifests").glob("*.yaml")) for found in yaml.safe_load_all(file.read_text())
    ]


def ours(manifest: dict[str, Any]) -> str:
    found = faults(manifest, VERSION, privileged=False)
    return "no schema" if found is None else "; ".join(fault.message for fault in found)


def is_known(parted: Parted) -> bool:
    kind, steps, change, _ = parted.mutation
    place = ".".join(map(str, steps))
    return any(
        re.fullmatch(one["kind"], kind) and re.fullmatch(one["place"], place) and re.fullmatch(one["says"], change)
        for one in json.loads((HERE / "differences.json").read_text())
    )


def test_the_objects_are_accepted_as_they_are(plain_apiserver: ApiServer) -> None:
    found = objects()
    assert created(plain_apiserver, found) == [""] * len(found)
    assert [ours(one) for one in found] == [""] * len(found)


def test_mutations_are_judged_alike(
    plain_apiserver: ApiServer, record_testsuite_property: Callable[[str, object], None]
) -> None:
    drawn = [
        mutation
        for one in objects()
        for mutation in draw(one, schemas().kind(VERSION, Name.of(one)).schema, EACH, SEED)
    ]
    answers = created(plain_apiserver, [mutation.manifest for mutation in drawn])
    assert 0.2 < answers.count("") / len(answers) < 0.8, "mutations of one verdict only prove little"
    parted = [
        Parted(mutation, theirs, said)
        for mutation, theirs in zip(drawn, answers, strict=True)
        if bool(theirs) != bool(said := ours(mutation.manifest))
    ]
    record_testsuite_property("mutations", f"{len(drawn)}, {len(parted)} of them judged otherwise")
    assert not [str(one) for one in parted if not is_known(one)]
