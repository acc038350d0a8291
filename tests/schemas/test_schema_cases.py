"""A file dropped into `valid/<Kind>` or `invalid/<Kind>` is a test.

The comments that begin an invalid one are all its findings: `# <line>:<column> <rule>: <message>`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.documents import FOLDER, INVALID, SCHEMAS, VALID, name, read, reference, schema_set

from mlgitops.core.yaml.read import locate


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid(path: Path) -> None:
    kind, document = read(path)
    assert schema_set().accepts(kind, document)
    assert [error.message for error in reference(kind).iter_errors(document)] == []
    assert schema_set().findings(kind, document, path.name, lambda: pytest.fail("nothing is wrong")) == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid(path: Path) -> None:
    kind, document = read(path)
    findings = schema_set().findings(kind, document, path.name, lambda: locate(path.read_bytes(), path.name))
    said = [f"{found.line}:{found.column} {found.rule}: {found.message}" for found in findings]
    assert said == _expected(path)
    assert not schema_set().accepts(kind, document)
    assert not reference(kind).is_valid(document)


def test_every_kind_has_both() -> None:
    for cases in (VALID, INVALID):
        assert {path.parent.name for path in cases} == set(SCHEMAS)


@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="check-jsonschema is not installed")
@pytest.mark.parametrize("kind", SCHEMAS)
def test_check_jsonschema_gives_the_same_verdicts(kind: str) -> None:
    cases = [path for path in VALID + INVALID if path.parent.name == kind]
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", FOLDER / f"{kind}.json", "-o", "json", *cases]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(run.stdout)
    assert answer["parse_errors"] == []
    refused = {Path(error["filename"]) for error in answer["errors"]}
    assert refused == {path for path in INVALID if path.parent.name == kind}


def _expected(path: Path) -> list[str]:
    expected = []
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            break
        expected.append(line.removeprefix("# "))
    assert expected, "an invalid case begins with its findings"
    return expected
