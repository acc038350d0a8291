"""The demonstration: a real repository with a remote, refusals with their reasons, and a release on its way to prod."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.repo import Repo

from mlgitops.cli._boundary import run as command_line
from mlgitops.core.yaml.read import load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """What the real program does in a new folder, and prints into a pipe."""
    folder = tmp_path_factory.mktemp("demo") / "new"
    command = [sys.executable, "-m", "mlgitops", "demo", str(folder)]
    return folder, subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder.parent)


@pytest.fixture
def repo(told: tuple[Path, subprocess.CompletedProcess[str]]) -> Repo:
    return Repo(told[0] / "acme-ml")


def test_it_ends_well_and_says_nothing_on_stderr(told: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert (told[1].returncode, told[1].stderr) == (0, "")


def test_the_repository_is_real_clean_and_pushed(repo: Repo) -> None:
    assert repo.git("status", "--short", "--branch") == "## main...origin/main"
    remote = repo.top.parent / "acme-ml.git"
    assert repo.git("remote", "get-url", "origin") == str(remote)
    assert repo.git("--git-dir", str(remote), "rev-parse", "main") == repo.git("rev-parse", "HEAD")
    by = repo.git("log", "--first-parent", "--format=%an <%ae>").splitlines()
    assert by == ["mlgitops demo <demo@example.com>"] * 3


def test_the_release_went_the_whole_way_and_says_what_was_passed_over(repo: Repo) -> None:
    subjects = repo.git("log", "--no-merges", "--format=%s").splitlines()
    assert subjects == [
        "Promote fraud-detector 1.7.0 from staging to prod",
        "Promote fraud-detector 1.7.0 from dev to staging",
        "Declare three services in dev, staging and prod",
    ]
    states = [
        load((repo.top / f"environments/{name}/state/risk/fraud-detector.yaml").read_bytes(), name)["release"]
        for name in ("dev", "staging", "prod")
    ]
    assert states[0] == states[1] == states[2]
    told = repo.git("log", "-1", "--no-merges", "--format=%(trailers:key=Mlgitops-Override,valueonly)")
    assert "soak: nobody waits for a demonstration" in told


def test_the_first_commit_alone_is_dated_back(repo: Repo) -> None:
    newest, *_, first = (int(stamp) for stamp in repo.git("log", "--format=%ct").splitlines())
    assert 3 * 86_400 <= newest - first < 3 * 86_400 + 600


def test_it_holds_the_worked_example_and_its_manifests(repo: Repo) -> None:
    example = {path.relative_to(ROOT).as_posix(): path for path in ROOT.glob("environments/**/*.yaml")}
    committed = set(repo.git("ls-files").splitlines())
    assert {*example, "mlgitops.yaml", ".gitattributes", "schemas/Project.json"} <= committed
    for path, original in example.items():
        promoted = path.endswith(("staging/state/risk/fraud-detector.yaml", "prod/state/risk/fraud-detector.yaml"))
        if "/hydrated/" not in path and not promoted:  # manifests are as fresh as the example's own, which has a test
            assert (repo.top / path).read_bytes() == original.read_bytes()


def test_the_repository_can_be_worked_with(repo: Repo) -> None:
    assert command_line(["-C", str(repo.top), "render", "--check", "--no-cache"]) == 0
    assert command_line(["-C", str(repo.top), "validate"]) == 0
    assert command_line(["-C", str(repo.top), "render", "--rev", "HEAD", "--check"]) == 0


@pytest.mark.parametrize(
    "line",
    [
        "├── risk/fraud-detector  2 configmap, httproute, 2 inferenceservice, 2 poddisruptionbudget",
        "requiredDuringSchedulingIgnoredDuringExecution:",
        "name: fraud-detector-challenger-predictor",
        'version: "1.5.0"',
        "+  image: ghcr.io/acme/fraud-server:latest",
        "+  placement: {}",
        "[mutable-tag]",
        "[missing-affinity]",
        "did you mean `t4`? [unknown-node-pool]",
        "$ mlgitops render staging    # exit 2",
        "$ mlgitops render --check    # exit 0",
        "9 services, all fresh",
        "$ mlgitops promote dev staging fraud-detector    # exit 0",
        "fraud-detector  1.6.0 → 1.7.0",
        "✓ soak        1.7.0 is declared in dev since",
        "| `holdout` | `auc` | 0.941 | 0.944 | ≥ 0.92 | ✅ |",
        "$ mlgitops promote staging prod    # exit 1",
        "mlgitops/promote/staging/prod/team.risk  draft",
        "… soak        1.7.0 is declared in staging since",
        "Refused; the others go:",
        "✗ hold        prod is held by grace@acme.dev",
        "overridden: nobody waits for a demonstration",
        "$ git fetch && git merge --no-ff origin/mlgitops/promote/staging/prod/team.risk && git push    # exit 0",
        "risk/fraud-detector  prod/challenger  1.6.0 ",
        "mlgitops explain fraud-detector --env prod",
    ],
)
def test_the_story_has(told: tuple[Path, subprocess.CompletedProcess[str]], line: str) -> None:
    assert line in told[1].stdout


def test_the_story_is_plain_text_and_says_where_it_happens(told: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = told
    assert f"$ cd {folder}/acme-ml\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 240


def test_no_excerpt_ran_past_what_it_shows(told: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    excerpts = re.split(r"^    --- ", told[1].stdout, flags=re.MULTILINE)[1:]
    lengths = [text.split("\n\n")[0].count("\n") for text in excerpts]
    assert len(lengths) == 6
    assert all(2 <= length <= 60 for length in lengths), lengths


@pytest.mark.long
def test_the_result_for_programs_made_in_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert command_line(["demo", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    repository = Path(result["repository"])
    assert repository.parent.parent == tmp_path
    assert repository.parent.name.startswith("mlgitops-demo-")
    steps: list[dict[str, Any]] = result["steps"]
    assert [step["step"] for step in steps] == [
        *("create", "hydrate", "push", "break", "break", "mend"),
        *("promote", "merge", "promote", "promote", "merge", "status"),
    ]
    assert [step["exit"] for step in steps if "exit" in step] == [0, 2, 2, 0, 0, 1, 0, 0]
    first, second, hurried = (step for step in steps if step["step"] == "promote")
    assert [one["draft"] for step in (first, second, hurried) for one in step["promotions"]] == [False, True, False]
    (refused,) = second["refused"]
    assert (refused["name"], [one["gate"] for one in refused["gates"] if one["result"] == "failed"]) == (
        "assistant",
        ["hold"],
    )
    found = [(finding["rule"], finding["line"]) for step in steps for finding in step.get("findings", ())]
    state = (repository / "environments/staging/state/risk/fraud-detector.yaml").read_text().splitlines()
    placement = state.index("  placement:") + 1
    image = next(number for number, line in enumerate(state, 1) if line.startswith("  image:"))
    assert found == [("mutable-tag", image), ("missing-affinity", placement), ("unknown-node-pool", placement + 1)]
    assert steps[1]["services"] == 9
    assert steps[5]["stale"] == []
    assert (repository / steps[1]["created"][0]).is_file()


@pytest.mark.long
def test_a_terminal_gets_colours_and_no_color_takes_them_away(tmp_path: Path) -> None:
    colored = in_terminal("demo", str(tmp_path / "one"))
    assert "\x1b[" in colored
    assert "╭─ environments/prod/state/risk/fraud-detector.yaml" in re.sub(r"\x1b\[[0-9;]*m", "", colored)
    plain = in_terminal("demo", str(tmp_path / "two"), "--no-color")
    assert "\x1b[" not in plain.replace("\x1b[K", "")  # erases the progress bar, where it had time to appear


@pytest.mark.long
def test_in_an_empty_folder_for_a_terminal_that_knows_ascii_only(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mlgitops", "demo", "."]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u251c\u2500\u2500 assistant" in done.stdout


def in_terminal(*arguments: str) -> str:
    """What the real program writes to a terminal of 120 columns."""
    primary, secondary = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
    command = [sys.executable, "-m", "mlgitops", *arguments]
    with subprocess.Popen(command, stdin=secondary, stdout=secondary, stderr=secondary, env=environment) as process:
        os.close(secondary)
        parts = []
        while part := read(primary):
            parts.append(part)
        os.close(primary)
    assert process.returncode == 0
    return b"".join(parts).decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux's answer once nobody writes any more
        return b""


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.tex").write_text("")
    assert command_line(["demo", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert command_line(["demo", str(tmp_path / "thesis.tex")]) == 2


def test_without_git_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command_line(["demo", str(tmp_path / "new")]) == 2
    assert "`git` is not on PATH" in capsys.readouterr().err
