"""Writes what the cases are expected to hydrate to, and what the pages in `docs/templates` say of each template.

    PYTHONPATH=tests python tests/templates/update.py

Read the difference before committing it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from support import shipped

from mlgitops.core.yaml.read import load

CASES = Path(__file__).parent / "cases"
PAGES = shipped.ROOT / "docs" / "templates"


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


def page(reference: str, text: str) -> str:
    """The page of a template with its parameters and example filled in."""
    rows = [f"| `{name}` | {row(parameter)} |" for name, parameter in shipped.template(reference)["parameters"].items()]
    head = ["| parameter | set in | takes | default | |", "|---|---|---|---|---|"]
    example = (shipped.TEMPLATES / reference / "example.yaml").read_text(encoding="utf-8")
    text = between(text, "parameters", "\n".join([*head, *rows]))
    return between(text, "example", f"```yaml\n{example}```")


def row(parameter: dict[str, Any]) -> str:
    """All cells of a parameter's row but its name."""
    default = f"`{json.dumps(parameter['default'])}`" if "default" in parameter else "must be set"
    description = parameter["description"].replace("|", "\\|")
    return f"`{parameter['scope']}.values` | {takes(parameter['schema'])} | {default} | {description}"


def takes(schema: dict[str, Any]) -> str:
    """What a parameter's schema takes, in a few words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    bounds = [f"{schema[key]:,}" if key in schema else "" for key in ("minimum", "maximum")]
    span = f", {bounds[0]} to {bounds[1]}" if all(bounds) else ""
    return " or ".join(kinds) + span


def between(text: str, name: str, filling: str) -> str:
    """`text` with what stands between the two comments of `name` replaced."""
    start, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    head, _, rest = text.partition(start)
    _, found, tail = rest.partition(end)
    assert found, f"no place for {name}"
    return f"{head}{start}\n{filling}\n\n{end}{tail}"


def page_path(reference: str) -> Path:
    return PAGES / f"{reference.partition('/')[0]}.md"


def main() -> None:
    for case in sorted(CASES.iterdir()):
        expected = case / "expected"
        shutil.rmtree(expected, ignore_errors=True)
        expected.mkdir()
        for name, data in hydrated(case).items():
            (expected / name).write_bytes(data)
    for reference in shipped.REFERENCES:
        path = page_path(reference)
        path.write_text(page(reference, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
