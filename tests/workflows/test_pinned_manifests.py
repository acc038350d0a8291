"""Images of manifests without a digest: where they are errors, and that nothing is told twice."""

from __future__ import annotations

import pytest
from support import examples

from mlgitops.core.pod_images import NO_DIGEST, PLACEHOLDER, moving, unpinned
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

POD = "{apiVersion: v1, kind: Pod, metadata: {name: cache}, spec: {containers: [{name: c, image: IMAGE}]}}\n"
STATE = f"environments/prod/state/{examples.NAME}.yaml"


def told(files: dict[str, bytes]) -> list[tuple[str, str, str]]:
    return [(one.path, one.rule, one.severity) for one in examples.validated(files)]


def test_by_hand_it_is_a_warning_in_the_first_step_and_an_error_later() -> None:
    pod = POD.replace("IMAGE", "redis:7.2.4").encode()
    paths = [f"environments/{name}/manifests/cache.yaml" for name in ("dev", "prod")]
    assert told(examples.base() | dict.fromkeys(paths, pod)) == [
        (paths[0], "missing-digest", "warning"),
        (paths[1], "missing-digest", "error"),
    ]
    pinned = POD.replace("IMAGE", f"redis:7.2.4@sha256:{examples.DIGEST}").encode()
    assert told(examples.base() | dict.fromkeys(paths, pinned)) == []


def test_what_a_state_was_told_its_manifests_are_not() -> None:
    state = load(examples.base()[STATE], STATE)
    state["release"]["image"] = "ghcr.io/acme/fraud-server:1.5.0"
    files = examples.hydrated(examples.base() | {STATE: dump(state).encode()})
    assert told(files) == [(STATE, "missing-digest", "error")]


def test_an_image_of_a_template_is_told_where_it_comes_out() -> None:
    sidecar = POD.replace("IMAGE", "envoy:1.30.1").replace("name: cache", 'name: "{{ slot.name }}-proxy"')
    files = examples.hydrated(examples.base() | {"templates/plain/v1/proxy.yaml.j2": sidecar.encode()})
    folder = f"environments/prod/hydrated/{examples.NAME}"
    assert (f"{folder}/pod-{examples.NAME}-proxy.yaml", "missing-digest", "error") in told(files)


@pytest.mark.parametrize(
    ("image", "moves", "lacks"),
    [
        ("nginx", "an image without tag and digest, which is `latest`,", "has no digest"),
        ("nginx:latest", "the tag `latest`", "has no digest"),
        ("nginx:1.29.3", None, "has no digest"),
        (f"nginx:latest@{PLACEHOLDER}", None, NO_DIGEST),
        (f"nginx@sha256:{examples.DIGEST}", None, None),
        ("NGINX:", None, "has no digest"),
    ],
)
def test_what_is_said_of_an_image(image: str, moves: str | None, lacks: str | None) -> None:
    assert (moving(image), unpinned(image)) == (moves, lacks)
