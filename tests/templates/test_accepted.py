"""What the shipped templates make of every two options together is what an API server accepts, beyond schemas too."""

from __future__ import annotations

import pytest
from support.kubernetes import schemas
from support.shipped import REFERENCES, combinations

from mlgitops.core.kubernetes.judging import faults
from mlgitops.core.yaml.read import load


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("version", ["1.33", "1.34", "1.37"])
def test_no_object_has_a_fault(reference: str, version: str) -> None:
    found = {
        f"{path}: {fault.message}"
        for _, hydrated in combinations(reference)
        for path, data in hydrated.files.items()
        for fault in faults(load(data, path), version, schemas())
    }
    assert found == set()
