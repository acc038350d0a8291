"""Gates of other packages: installed ones are asked, and nothing that lies in the repository under test."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest
from support.gate_cases import case
from support.packages import ROOT, Interpreter
from support.project import FILES, PROJECT
from support.tree import write_tree

from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from pathlib import Path

GATE = """
from mlgitops.gates import Gate, Verdict

def check(case):
    BODY

GATE = Gate(id="ID", title="whether a change was agreed", why="Why.", mend="Mend.", blocks=frozenset({"promotion"}),
            check=check)
"""
ASKS = """
import json
import re
from mlgitops.adapters import extensions
from mlgitops.errors import MlgitopsError
try:
    found = extensions.gates()
    told = found["change-ticket"].check(None) if "change-ticket" in found else None
    print(json.dumps({"ids": list(found), "verdict": told}))
except MlgitopsError as error:
    print(json.dumps({"error": type(error).__name__, "code": error.exit_code, "message": error.message}))
"""
SAYS = 'return Verdict("failed", "no ticket", "Open one.")'


def gate(name: str = "change-ticket", body: str = SAYS) -> str:
    return GATE.replace("BODY", body).replace("ID", name)


@pytest.fixture
def python(tmp_path: Path) -> Interpreter:
    return Interpreter(tmp_path / "venv", "mlgitops.gates")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", FILES)


def test_a_gate_of_an_installed_package_is_asked(python: Interpreter, project: Path) -> None:
    python.install("acme-gates", gate())
    told = python.run(project, "-c", ASKS).told
    assert told["verdict"][:3] == ["failed", "no ticket", "Open one."]
    assert told["ids"] == sorted(told["ids"])
    assert {"change-ticket", "hold", "window"} <= set(told["ids"])


@pytest.mark.parametrize(
    ("packages", "says"),
    [
        ({"acme-gates": gate("soak")}, ["`soak`", "`mlgitops`", "`acme-gates`"]),
        ({"a-gates": gate(), "b-gates": gate()}, ["`change-ticket`", "`a-gates`", "`b-gates`"]),
        ({"acme-gates": "import nowhere\n"}, ["`acme-gates`", "gate `own` cannot be loaded", "nowhere"]),
        ({"acme-gates": "GATE = 7\n"}, ["`acme-gates`", "as a gate, which is none"]),
        ({"acme-gates": gate(body="return 1 / 0")}, ["`acme-gates`", "gate `change-ticket` failed", "ZeroDivision"]),
        ({"acme-gates": gate(body="return 'passed'")}, ["`acme-gates`", "'passed' is no verdict"]),
        ({"acme-gates": gate(body='return Verdict("fine", "r")')}, ["`acme-gates`", "is no verdict"]),
    ],
)
def test_a_package_at_fault_is_one_error_that_names_it(
    python: Interpreter, project: Path, packages: dict[str, str], says: list[str]
) -> None:
    for name, code in packages.items():
        python.install(name, code)
    told = python.run(project, "-c", ASKS).told
    assert (told["error"], told["code"]) == ("ExtensionError", 2)
    assert all(word in told["message"] for word in says), told["message"]


def test_what_the_outside_says_is_no_fault_of_the_package(python: Interpreter, project: Path) -> None:
    body = "from mlgitops.errors import RefusedError; raise RefusedError('the tracker is down')"
    python.install("acme-gates", gate(body=body))
    assert python.run(project, "-c", ASKS).told["error"] == "RefusedError"


def test_what_lies_in_the_repository_is_never_loaded(python: Interpreter, project: Path, tmp_path: Path) -> None:
    spy = f"import pathlib; pathlib.Path({str(tmp_path / 'loaded')!r}).write_text(__name__)\n"
    write_tree(project, python.package("acme-gates", f"{spy}{gate()}"))
    told = python.run(project, "-c", ASKS).told
    assert "change-ticket" not in told["ids"]
    assert not (tmp_path / "loaded").exists()


def test_settings_may_name_what_is_installed(python: Interpreter, project: Path) -> None:
    gates = "gates: {overridable: {prod: [change-ticket]}, settings: {change-ticket: {project: OPS}}}\n"
    (project / "mlgitops.yaml").write_text(f"{PROJECT}{gates}")

    def unknown() -> list[str]:
        report = python.run(project, "-m", "mlgitops", "--format", "json", "validate", "mlgitops.yaml").told
        return [finding["message"] for finding in report["findings"] if finding["rule"] == "unknown-gate"]

    assert unknown() == ["there is no gate `change-ticket`"] * 2
    python.install("acme-gates", gate())
    assert unknown() == []


def test_the_gate_of_the_how_to_works(python: Interpreter, project: Path) -> None:
    page = textwrap.dedent((ROOT / "docs/how-to/write-a-gate.md").read_text(encoding="utf-8"))
    blocks = re.findall(r"^ *```(\w+)\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    code, settings = (textwrap.dedent(text) for language, text in blocks if language in ("python", "yaml"))
    python.install("acme-gates", code)
    (project / "mlgitops.yaml").write_text(f"{PROJECT.replace('prod', 'staging')}{settings}")
    report = python.run(project, "-m", "mlgitops", "--format", "json", "validate", "mlgitops.yaml").told
    assert not {"unknown-gate", "invalid-document"} & {finding["rule"] for finding in report["findings"]}
    namespace: dict = {}
    exec(code, namespace)
    tracker = load(settings.encode(), "")["gates"]
    release = {"version": "1.6.0", "lineage": {"run": "https://tickets.acme.dev/OPS-7"}}
    check = namespace["GATE"].check
    assert check(case(settings=tracker, release=release)).result == "passed"
    assert check(case(settings=tracker, release={"version": "1.6.0"})).result == "failed"
    assert check(case()) is None
    assert check(case(settings=tracker, release=release, action="rollback")) is None
