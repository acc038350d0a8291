"""The command line itself: what is not understood, the shape of the help, and what the shell completes."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from pathlib import Path

VERBS = (
    "render",
    "validate",
    "init",
    "explain",
    "digest",
    "demo",
    "schema",
    "rules",
    "fit",
    "template",
    "template check",
)
PROJECT = """\
apiVersion: mlgitops.dev/v1alpha1
kind: Project
metadata: {name: completed}
requires: ">=0.1"
path: [dev, prod]
"""
REFUSED = {
    ("rendr",): ("there is no verb `rendr`", "Did you mean `render`?"),
    ("template", "lst"): ("there is no verb `lst`", "Did you mean `list`?"),
    ("qqqq",): ("there is no verb `qqqq`", "`mlgitops --help` lists what there is."),
    ("render", "--chek"): ("there is no option `--chek`", "Did you mean `--check`?"),
    ("render", "-x"): ("there is no option `-x`", "`mlgitops render --help` lists what there is."),
    ("render", "--rev"): ("option `--rev` requires an argument", "`mlgitops --help` lists what there is."),
    ("explain", "a"): ("missing option `--env`", "Write `mlgitops explain NAME --env ENV`; `--help` lists the rest."),
    ("digest",): (
        "missing argument `PATH|REFERENCE`",
        "Write `mlgitops digest PATH|REFERENCE`; `--help` lists the rest.",
    ),
    ("digest", ""): ("the path or reference is empty", "Write `.` to mean this folder."),
    ("-C", "/absent", "render"): (
        "invalid value for `-C`: Directory `/absent` does not exist",
        "`mlgitops --help` lists what there is.",
    ),
    (): ("no verb was given", "`mlgitops --help` lists what there is."),
}
OFFERED = {
    "mlgitops re": "render",
    "mlgitops render --c": "--check",
    "mlgitops render d": "dev",
    "mlgitops render --service ": "fraud churn",
    "mlgitops explain --env dev c": "churn",
    "mlgitops explain --env prod c": "",
    "mlgitops fit --env p": "prod",
    "mlgitops pools import --env p": "prod",
    "mlgitops evaluation list f": "fraud",
    "mlgitops rules mutable-t": "mutable-tag",
    "mlgitops schema Mo": "ModelDeployment",
    "mlgitops template check ": "ours/v1",
    "mlgitops template show ks": "kserve/v1",
    "mlgitops validate --format sa": "sarif",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_not_understood_names_what_is(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    message, hint = REFUSED[arguments]
    assert run(arguments) == 2
    assert capsys.readouterr().err == f"error: {message}\nhint: {hint}\n"


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_each_paragraph_of_the_help_fills_its_lines(
    verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*verb.split(), "--help"]) == 0
    said = [line.strip() for line in capsys.readouterr().out.split("╭")[0].splitlines()]
    assert len(said) > 3
    for line, following in itertools.pairwise(said):
        if line and following:
            assert len(f"{line} {following.split()[0]}") > 76, line


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    for path in (
        "environments/dev/environment.yaml",
        "environments/prod/environment.yaml",
        "environments/dev/state/fraud.yaml",
        "environments/dev/state/team/churn.yaml",
        "templates/ours/v1/template.yaml",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("broken: [\n")  # completion reads names only
    (root / "mlgitops.yaml").write_text(PROJECT)
    return root


@pytest.mark.parametrize("line", OFFERED)
def test_the_shell_completes(line: str, repository: Path) -> None:
    asked = {"_MLGITOPS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", "from mlgitops.__main__ import main; main()"],
        cwd=repository,
        env=os.environ | asked,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sorted(done.stdout.split()) == sorted(OFFERED[line].split())
    assert done.stderr == ""
