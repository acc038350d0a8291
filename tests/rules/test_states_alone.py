"""What is judged where one state's file is named: nothing is hydrated, so its manifests cannot tell."""

from __future__ import annotations

from typing import Any

import pytest
from support import examples
from support.progress import Watcher

from mlgitops import wiring
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.ports import Surroundings
from mlgitops.rules import catalogue
from mlgitops.workflows.validate import Request, Validate

STATE = f"environments/prod/state/{examples.NAME}.yaml"
BAD = [
    pytest.param(example, id=str(example))
    for example in examples.examples()
    if example.rule.id in ("missing-toleration", "unschedulable") and example.kind == "state" and example.bad
]


def told(given: dict[str, Any]) -> set[str]:
    """Rules that find something in the state of `prod` with blocks merged into it, judged alone."""
    given = dict(given)
    environment = examples.merged(examples._environment("prod"), given.pop("environment", {}))
    files = {
        **examples.base(),
        "environments/prod/environment.yaml": dump(environment).encode(),
        STATE: dump(examples.merged(examples._state(), given)).replace("DIGEST", examples.DIGEST).encode(),
    }
    workflow = Validate(
        LoadedSnapshot("test", files),
        wiring.schemas(),
        catalogue,
        examples.TODAY,
        pytest.fail,
        lambda: Surroundings(None, False, {}, lambda _: b""),
        Watcher(),
    )
    return {finding.rule for finding in workflow.run(Request((STATE,))).findings}


def test_nothing_is_wrong_with_the_state_itself() -> None:
    assert told({}) == set()


@pytest.mark.parametrize("example", BAD)
def test_placement_is_judged_before_anything_is_hydrated(example: examples.Example) -> None:
    assert told(load(example.text.encode(), str(example))) == {example.rule.id}
