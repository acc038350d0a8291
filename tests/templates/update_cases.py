"""Writes what the cases beside this file are expected to hydrate to.

    PYTHONPATH=tests python tests/templates/update_cases.py

Read the difference before committing it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from support import shipped

from mlgitops.core.yaml.read import load

CASES = Path(__file__).parent / "cases"


def hydrated(case: Path) -> dict[str, bytes]:
    """File name to bytes of what a case hydrates to; AssertionError where it has errors.

    A case is a folder with `environment.yaml` and `state.yaml`; `example-<template>` takes the template's example.
    """
    example = shipped.TEMPLATES / case.name.removeprefix("example-") / "v1" / "example.yaml"
    path = example if case.name.startswith("example-") else case / "state.yaml"
    environment = load((case / "environment.yaml").read_bytes(), "environment.yaml")
    result = shipped.hydrate(load(path.read_bytes(), str(path)), environment)
    assert result.files, result.findings
    return {path.rpartition("/")[2]: data for path, data in result.files.items()}


def main() -> None:
    for case in sorted(CASES.iterdir()):
        expected = case / "expected"
        shutil.rmtree(expected, ignore_errors=True)
        expected.mkdir()
        for name, data in hydrated(case).items():
            (expected / name).write_bytes(data)


if __name__ == "__main__":
    main()
