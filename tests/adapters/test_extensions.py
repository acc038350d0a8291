"""Rules of other packages: installed ones count, and nothing that lies in the repository under test."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.packages import ROOT, Done, Interpreter
from support.project import FILES
from support.tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

RULE = """
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

def check(case):
    BODY

RULE = Rule(id="ID", title="an owner nobody knows", severity="error", why="Why.", mend="Mend it.",
            bad=("{}",), good=("{}",), judges="state", check=check)
"""
FINDS = 'yield Fault("ID", ("metadata", "owner"), "nobody knows " + case.state["metadata"]["owner"], "")'


def rule(name: str = "unknown-owner", body: str = FINDS) -> str:
    return RULE.replace("BODY", body).replace("ID", name)


@pytest.fixture
def python(tmp_path: Path) -> Interpreter:
    return Interpreter(tmp_path / "venv", "mlgitops.rules")


def asked(python: Interpreter, project: Path, *arguments: str) -> Done:
    return python.run(project, "-m", "mlgitops", "--format", "json", *(arguments or ["validate"]))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", FILES)


def test_a_rule_of_an_installed_package_judges_and_is_listed(python: Interpreter, project: Path) -> None:
    python.install("acme-rules", rule())
    report = asked(python, project).told
    told = [finding for finding in report["findings"] if finding["rule"] == "unknown-owner"]
    assert [(one["path"], one["message"], one["mend"]) for one in told] == [
        ("environments/dev/state/fraud.yaml", "nobody knows risk", "Mend it."),
        ("environments/prod/state/risk/fraud.yaml", "nobody knows risk", "Mend it."),
    ]
    listed = asked(python, project, "rules", "unknown-owner").told
    assert listed["rules"][0]["title"] == "an owner nobody knows"


@pytest.mark.parametrize(
    ("packages", "says"),
    [
        ({"acme-rules": rule("mutable-tag")}, ["mutable-tag", "`mlgitops`", "`acme-rules`"]),
        ({"a-rules": rule(), "b-rules": rule()}, ["unknown-owner", "`a-rules`", "`b-rules`"]),
        ({"acme-rules": "import nowhere\n"}, ["`acme-rules`", "cannot be loaded", "nowhere"]),
        ({"acme-rules": "RULE = 7\n"}, ["`acme-rules`", "which is none"]),
        ({"acme-rules": rule(body="yield 1 / 0")}, ["`acme-rules`", "unknown-owner", "ZeroDivisionError"]),
    ],
)
def test_a_package_at_fault_is_one_error_that_names_it(
    python: Interpreter, project: Path, packages: dict[str, str], says: list[str]
) -> None:
    for name, code in packages.items():
        python.install(name, code)
    code, report, talk = asked(python, project)
    assert code == 2
    assert all(word in report["error"]["message"] for word in says)
    assert talk.count("error:") == 1
    assert "Traceback" not in talk


def test_what_lies_in_the_repository_is_never_loaded(python: Interpreter, project: Path, tmp_path: Path) -> None:
    spy = f"import pathlib; pathlib.Path({str(tmp_path / 'loaded')!r}).write_text(__name__)\n"
    planted = dict.fromkeys(("sitecustomize.py", "jinja2.py", "mlgitops_rules/__init__.py", "ruamel.py"), spy)
    write_tree(project, {**planted, **python.package("acme-rules", f"{spy}{rule()}")})
    report = asked(python, project).told
    assert "unknown-owner" not in {finding["rule"] for finding in report["findings"]}
    assert not (tmp_path / "loaded").exists()


def test_without_such_packages_their_parser_is_not_loaded() -> None:
    code = (
        "import sys; before = set(sys.modules); from mlgitops.adapters import extensions; extensions.rules();"
        "print('importlib.metadata' in set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
