"""No false alarm: what the shipped templates emit is found fault with by no rule."""

from __future__ import annotations

import pytest
from support import examples, shipped

from mlgitops.core.yaml.write import dump

pytestmark = pytest.mark.long

TEMPLATE_FILES = sorted(path for path in shipped.TEMPLATES.rglob("*") if path.is_file())
MEANT = {"deadline-too-short": "KServe gives a roll-out 600 s"}
"""Rules, and what they say, that an option is there to provoke: a start that takes longer than a roll-out may."""


@pytest.mark.parametrize("reference", shipped.REFERENCES)
def test_manifests_of_every_two_options_have_no_finding(reference: str) -> None:
    count = 0
    for case, hydrated in shipped.combinations(reference):
        files = {
            "mlgitops.yaml": shipped.PROJECT.encode(),
            "environments/prod/environment.yaml": dump(case.environment).encode(),
            f"environments/prod/state/{case.state['metadata']['name']}.yaml": dump(case.state).encode(),
            **{path.relative_to(shipped.ROOT).as_posix(): path.read_bytes() for path in TEMPLATE_FILES},
            **hydrated.files,
        }
        found = [one for one in examples.validated(files) if "/state/" not in one.path]
        assert [one for one in found if not one.message.startswith(MEANT.get(one.rule, "\0"))] == [], case.options
        count += 1
    assert count
