"""Rules of other packages: installed ones count, and nothing that lies in the repository under test."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from support.project import FILES
from support.tree import write_tree

ROOT = Path(__file__).resolve().parents[2]
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


def package(name: str, code: str) -> dict[str, str]:
    module = name.replace("-", "_")
    return {
        f"{module}.py": code,
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/entry_points.txt": f"[mlgitops.rules]\nowner = {module}\n",
    }


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter with a place of its own for packages, which sees the project and what it needs."""
    venv.create(tmp_path / "venv", symlinks=True)
    home = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (home / "parent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")
    return home


def validated(home: Path, project: Path, *arguments: str) -> tuple[int, dict[str, object], str]:
    command = [home.parents[2] / "bin/python", "-m", "mlgitops", "--format", "json", *(arguments or ["validate"])]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", FILES)


def test_a_rule_of_an_installed_package_judges_and_is_listed(python: Path, project: Path) -> None:
    write_tree(python, package("acme-rules", rule()))
    _, report, _ = validated(python, project)
    told = [finding for finding in report["findings"] if finding["rule"] == "unknown-owner"]
    assert [(one["path"], one["message"], one["mend"]) for one in told] == [
        ("environments/dev/state/fraud.yaml", "nobody knows risk", "Mend it."),
        ("environments/prod/state/risk/fraud.yaml", "nobody knows risk", "Mend it."),
    ]
    _, listed, _ = validated(python, project, "rules", "unknown-owner")
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
    python: Path, project: Path, packages: dict[str, str], says: list[str]
) -> None:
    for name, code in packages.items():
        write_tree(python, package(name, code))
    code, report, stderr = validated(python, project)
    assert code == 2
    assert all(word in report["error"]["message"] for word in says)
    assert stderr.count("error:") == 1
    assert "Traceback" not in stderr


def test_what_lies_in_the_repository_is_never_loaded(python: Path, project: Path, tmp_path: Path) -> None:
    spy = f"import pathlib; pathlib.Path({str(tmp_path / 'loaded')!r}).write_text(__name__)\n"
    planted = dict.fromkeys(("sitecustomize.py", "jinja2.py", "mlgitops_rules/__init__.py", "ruamel.py"), spy)
    write_tree(project, {**planted, **package("acme-rules", f"{spy}{rule()}")})
    _, report, _ = validated(python, project)
    assert "unknown-owner" not in {finding["rule"] for finding in report["findings"]}
    assert not (tmp_path / "loaded").exists()


def test_without_such_packages_their_parser_is_not_loaded() -> None:
    code = (
        "import sys; before = set(sys.modules); from mlgitops.adapters import extensions; extensions.rules();"
        "print('importlib.metadata' in set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
