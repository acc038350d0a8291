"""Whatever a manifest holds, the rules about hardware answer; what is malformed is for other rules to tell."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mlgitops.core import devices, label_keys, schedulability
from mlgitops.core.kubernetes.schemas import KubernetesSchemas
from mlgitops.core.manifest_lines import Held
from mlgitops.core.occupancy import Occupancy
from mlgitops.core.pods import pods
from mlgitops.core.pools import declared
from mlgitops.core.yaml.read import load, load_all
from mlgitops.workflows.hydrated_judging import manifest_case, workload

if TYPE_CHECKING:
    from collections.abc import Iterator

PROD = Path(__file__).parents[2] / "environments/prod"
ENVIRONMENT = load((PROD / "environment.yaml").read_bytes(), "environment.yaml")
MANIFESTS = [
    manifest
    for path in sorted(PROD.glob("hydrated/**/*.yaml"))
    for manifest in load_all(path.read_bytes(), path.name)
    if list(pods(manifest))
]
JUNK: list[Any] = [None, [], {}, "", 1, -1, True, "x", [None], {"a": None}, [[]], 1.5, "1e99", "-3", {"a": {}}, [{}]]


def places(node: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield pointer
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*pointer, key))


@given(st.sampled_from(MANIFESTS), st.lists(st.integers(0, 10**6), min_size=1, max_size=3), st.data())
@settings(max_examples=300)
def test_rules_answer(manifest: dict[str, Any], chosen: list[int], data: st.DataObject) -> None:
    broken = copy.deepcopy(manifest)
    for number in chosen:
        found = [pointer for pointer in places(broken) if pointer]
        *parents, last = found[number % len(found)]
        holder = broken
        for key in parents:
            holder = holder[key]
        holder[last] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
    asked = list(pods(broken))
    case = manifest_case(
        "m.yaml", broken, Held(False, False), ENVIRONMENT, KubernetesSchemas(dict), generated=data.draw(st.booleans())
    )
    list(schedulability.unplaced(case))
    list(schedulability.repelled(schedulability.of_manifest(case)))
    list(schedulability.unschedulable(schedulability.of_manifest(case)))
    list(label_keys.of_pods(case))
    list(devices.limits(case))
    occupancy = Occupancy([workload(None, "m.yaml", broken, asked)], declared(ENVIRONMENT))
    list(occupancy.overcommitted())
    list(occupancy.crowded())
