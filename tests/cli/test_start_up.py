"""What `mlgitops validate` of one good file loads: start-up time is a feature."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    *("httpx", "git", "jsonschema", "jinja2", "rich.console", "ruamel.yaml", "importlib.metadata", "json.tool"),
    *("mlgitops.output.formats.sarif", "mlgitops.output.formats.junit", "mlgitops.workflows.fix"),
    *("mlgitops.core.masking", "mlgitops.adapters.git.changes", "xml.sax"),
    *("mlgitops.workflows.hydrated_judging", "mlgitops.core.kubernetes.schemas", "mlgitops.core.occupancy"),
    *("mlgitops.rules.invalid_manifest", "mlgitops.rules.overcommitted_pool", "mlgitops.rules.coupled_pipeline"),
)


def test_one_good_file_loads_no_more_than_it_needs() -> None:
    code = (
        "import sys; before = set(sys.modules); from mlgitops.cli._boundary import run; code = run(sys.argv[2:]);"
        "print(code, sorted(set(sys.argv[1].split()) & (set(sys.modules) - before)), file=sys.stderr)"
    )
    file = "environments/dev/state/assistant.yaml"
    command = [sys.executable, "-c", code, " ".join(HEAVY), "validate", file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == "0 []\n"
    assert done.stdout == "1 document: no findings\n"
