"""`mlgitops evaluation` as typed: what stands on stdout, what on stderr, what is written, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from support.evaluations import DATA, MODEL, OTHER
from support.project import FILES, STATE
from support.tree import write_tree

from mlgitops.cli._boundary import run
from mlgitops.core import digests
from mlgitops.core.evaluation import identity
from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTANCE = (
    "acceptance: {holdout: {within: 9999w, metrics: {auc: {min: 0.9}}}, latency: {metrics: {p95: {max: 40}}}}\n"
)
OTHER_RELEASE = STATE[STATE.index("release:") : STATE.index("deploy:")].replace("1.5.0", "1.6.0").replace(MODEL, OTHER)
CHALLENGER = f"challenger:\n  mode: shadow\n  percent: 10\n{textwrap.indent(OTHER_RELEASE, '  ')}"
PROD = f"{STATE}{ACCEPTANCE}{CHALLENGER}"
AT = "2026-11-03T09:12:00Z"
DATA_OPTIONS = ("--data", "s3://data/holdout/", "--data-digest", DATA)
RESULT = ("--name", "holdout", *DATA_OPTIONS, "--at", AT, "--metrics", "auc=0.94")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", {**FILES, "environments/prod/state/risk/fraud.yaml": PROD})


class Typed:
    """Types command lines in a project and reads what comes back."""

    def __init__(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(["evaluation", *arguments, "-C", str(self.project)])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def add(self, *arguments: str) -> str:
        """Record something; the path of its file."""
        code, out, err = self("add", "fraud", "--env", "prod", *arguments)
        assert code == 0, err
        return out.strip()

    def refused(self, *arguments: str) -> tuple[int, str]:
        """Exit code and messages of a command that writes nothing."""
        before = sorted(self.project.rglob("*"))
        code, out, err = self("add", *arguments)
        assert (out, sorted(self.project.rglob("*"))) == ("", before)
        return code, err

    def document(self, path: str) -> Any:
        return load((self.project / path).read_bytes(), path)


@pytest.fixture
def typed(project: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(project, capsys)


def test_a_result_is_a_file_named_by_its_content(typed: Typed) -> None:
    path = typed.add(*RESULT, "--slice", "under_25:auc=0.91", "--run", "https://mlflow.acme.dev/#/runs/9f2c")
    document = typed.document(path)
    assert path == f"environments/prod/evaluations/risk/fraud/{identity(document)}.yaml"
    assert document == {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "Evaluation",
        "metadata": {"name": "holdout"},
        "subject": {"model": MODEL},
        "data": {"uri": "s3://data/holdout/", "digest": DATA},
        "metrics": {"auc": 0.94},
        "slices": {"under_25": {"auc": 0.91}},
        "at": AT,
        "run": "https://mlflow.acme.dev/#/runs/9f2c",
    }
    first = (typed.project / path).read_text().partition("\n")[0]
    schema = (typed.project / path).parent / first.partition("$schema=")[2]
    assert schema.resolve() == typed.project / "schemas/Evaluation.json"
    assert run(["validate", path, "-C", str(typed.project)]) == 0


def test_the_same_result_is_recorded_once_and_another_beside_it(typed: Typed) -> None:
    path = typed.add(*RESULT)
    written = (typed.project / path).stat().st_mtime_ns
    again = typed("add", "risk/fraud", "--env", "prod", *RESULT)
    assert again[:2] == (0, f"{path}\n")
    assert "recorded already" in again[2]
    assert (typed.project / path).stat().st_mtime_ns == written
    assert typed.add(*RESULT[:-1], "auc=0.95") != path


def test_a_file_that_was_changed_is_not_written_over(typed: Typed) -> None:
    path = typed.add(*RESULT)
    forged = (typed.project / path).read_text().replace("0.94", "0.99")
    (typed.project / path).write_text(forged)
    code, err = typed.refused("fraud", "--env", "prod", *RESULT)
    assert code == 1
    assert "changed after it had been recorded" in err
    assert (typed.project / path).read_text() == forged


def test_the_verdict_is_told(typed: Typed) -> None:
    def told(*arguments: str) -> str:
        return typed("add", "fraud", "--env", "prod", *arguments)[2]

    assert "`holdout` in prod: met" in told(*RESULT[:-3], "2026-11-20T00:00:00Z", "--metrics", "auc=0.94")
    assert "failed: `auc` is 0.5, and at least 0.9 is demanded" in told(*RESULT[:-4], "--metrics", "auc=0.5")
    misspelt = told("--name", "holdouts", *RESULT[2:])
    assert "prod demands no `holdouts`: its acceptance has holdout, latency" in misspelt
    assert "dev demands nothing" in typed("add", "fraud", "--env", "dev", *RESULT)[2]


def test_what_is_measured_on_hardware_is_about_the_release(typed: Typed) -> None:
    state = typed.document("environments/prod/state/risk/fraud.yaml")
    latency = ("--name", "latency", *DATA_OPTIONS, "--metrics", "p95=33", "--hardware", "t4")
    for options, release in ((), state["release"]), (("--slot", "challenger"), state["challenger"]["release"]):
        document = typed.document(typed.add(*latency, *options))
        assert document["subject"] == {"release": digests.digest(release)}
        assert document["hardware"] == "t4"
    about_model = typed.document(typed.add(*latency, "--subject", "model"))
    assert about_model["subject"] == {"model": MODEL}


def test_the_challengers_model_is_another(typed: Typed) -> None:
    assert typed.document(typed.add(*RESULT, "--slot", "challenger"))["subject"] == {"model": OTHER}


def test_metrics_come_from_files_named_from_where_the_command_runs(typed: Typed) -> None:
    (typed.project / "out").mkdir()
    (typed.project / "out/run.json").write_text('{"metrics": {"auc": 0.93, "f1": 1}, "slices": {"old": {"auc": 0.9}}}')
    options = (*DATA_OPTIONS, "--name", "holdout", "--metrics", "out/run.json", "--metrics", "f1=0.8")
    document = typed.document(typed.add(*options))
    assert document["metrics"] == {"auc": 0.93, "f1": 0.8}
    assert document["slices"] == {"old": {"auc": 0.9}}


def test_a_time_is_written_in_utc_and_is_now_by_default(typed: Typed) -> None:
    options = ("--name", "holdout", *DATA_OPTIONS, "--metrics", "auc=1")
    assert typed.document(typed.add(*options, "--at", "2026-11-03T01:12:00.5+02:00"))["at"] == "2026-11-02T23:12:00Z"
    assert typed.document(typed.add(*options))["at"].endswith("Z")


def option(name: str, value: str) -> tuple[str, ...]:
    """`RESULT` with one option's value replaced."""
    at = RESULT.index(name) + 1
    return (*RESULT[:at], value, *RESULT[at + 1 :])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("frod", "--env", "prod", *RESULT), "Did you mean `fraud`?"),
        (("fraud", "--env", "prd", *RESULT), "Did you mean `prod`?"),
        (("fraud", "--env", "dev", *RESULT, "--slot", "challenger"), "no challenger in `dev`"),
        (("fraud", "--env", "prod", *option("--metrics", "auc=nan")), "`nan` is no number"),
        (("fraud", "--env", "prod", *option("--metrics", "missing.json")), "missing.json"),
        (("fraud", "--env", "prod", *option("--metrics", "a b=1")), "a b=1"),
        (("fraud", "--env", "prod", *option("--data-digest", "sha256:123")), "64 lower-case hexadecimal digits"),
        (("fraud", "--env", "prod", *option("--data", "holdout.parquet")), "An address is a scheme"),
        (("fraud", "--env", "prod", *option("--name", "Hold Out")), "An evaluation's name is"),
        (("fraud", "--env", "prod", *option("--at", "yesterday")), "`yesterday` is no time"),
        (("fraud", "--env", "prod", *option("--at", "2026-11-03T09:12:00")), "has no zone"),
        (("fraud", "--env", "prod", *option("--at", "9999-12-31T23:59:59Z")), "has not come yet"),
        (("fraud", "--env", "prod", *option("--at", "0001-01-01T00:00:00+14:00")), "is no time"),
        (("fraud", "--env", "prod", *RESULT, "--hardware", "t5"), "Environments declare t4"),
        (("fraud", "--env", "prod", *RESULT, "--subject", "release"), "with `--hardware`."),
        (("fraud", "--env", "prod", *RESULT, "--slice", "auc=0.9"), "no result on a slice"),
        (("fraud", "--env", "prod", *RESULT, "--metrics", f"n={2**53}"), "2^53"),
        (("fraud", "--env", "prod", "--name", "holdout", "--data", "s3://d/", "--metrics", "auc=1"), "`--data-digest`"),
    ],
)
def test_what_is_asked_wrongly_writes_nothing_and_says_what_to_do(
    typed: Typed, arguments: tuple[str, ...], message: str
) -> None:
    code, err = typed.refused(*arguments)
    assert code == 2
    assert message in err


@pytest.mark.parametrize("address", ["https://ada:CANARY@data.acme.dev/x", "https://data.acme.dev/x?token=CANARY"])
def test_an_address_with_a_credential_is_neither_written_nor_shown(typed: Typed, address: str) -> None:
    canary = "canary-0123456789abcdef"
    address = address.replace("CANARY", canary)
    for arguments in (option("--data", address), (*RESULT, "--run", address)):
        code, err = typed.refused("fraud", "--env", "prod", *arguments)
        assert code == 2
        assert "holds a credential" in err
        assert canary not in err


def test_a_release_without_a_digest_is_evaluated_as_a_whole(typed: Typed) -> None:
    state = typed.project / "environments/dev/state/fraud.yaml"
    state.write_text(STATE.replace(f', digest: "{MODEL}", format', ", format"))
    code, err = typed.refused("fraud", "--env", "dev", *RESULT)
    assert code == 2
    assert "names no digest of its model" in err
    assert typed("add", "fraud", "--env", "dev", *RESULT, "--hardware", "t4")[0] == 0


def test_jobs_are_not_evaluated(typed: Typed) -> None:
    state = STATE.replace("ModelDeployment", "TrainingJob").replace("  replicas: {min: 2, max: 6}\n", "")
    kept = [line for line in state.splitlines(keepends=True) if not line.startswith("  model:")]
    (typed.project / "environments/dev/state/fraud.yaml").write_text("".join(kept))
    code, err = typed.refused("fraud", "--env", "dev", *RESULT)
    assert code == 2
    assert "is a TrainingJob" in err


def test_programs_get_one_object(typed: Typed) -> None:
    code, out, err = typed("add", "fraud", "--env", "prod", *RESULT, "--format", "json")
    added = json.loads(out)
    assert (code, err, added["created"], added["release"]) == (0, "", True, "1.5.0")
    assert added["evaluation"] == typed.document(added["path"])
    assert [demand["demand"] for demand in added["demands"]] == ["holdout"]


def test_the_list_shows_what_answers_what(typed: Typed) -> None:
    old = typed.add(*option("--at", "2026-10-01T00:00:00Z"))
    new = typed.add(*RESULT)
    code, out, err = typed("list", "fraud")
    lines = [line.split() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[0][:2] == ["SERVICE", "SLOT"]
    assert [line[1:4] for line in lines[1:5]] == [
        ["prod", "1.5.0", "holdout"],
        ["prod", "1.5.0", "latency"],
        ["prod/challenger", "1.6.0", "holdout"],
        ["prod/challenger", "1.6.0", "latency"],
    ]
    assert new.rpartition("/")[2].removesuffix(".yaml") in lines[1]
    assert "missing: measured for others only" in out.splitlines()[3]
    assert [line[-1] for line in lines[7:]] == [new, old], "the newest first"


def test_the_list_is_narrowed_to_an_environment(typed: Typed) -> None:
    kept = typed.add(*RESULT)
    shown = json.loads(typed("list", "--env", "dev", "--format", "json")[1])
    assert (shown["demands"], shown["evaluations"]) == ([], [])
    shown = json.loads(typed("list", "--env", "prod", "--format", "json")[1])
    assert [one["path"] for one in shown["evaluations"]] == [kept]
    (found,) = [one for one in shown["demands"] if (one["slot"], one["demand"]) == ("champion", "holdout")]
    assert (found["met"], found["evaluation"]) == (True, kept)
    kinds = [(check["kind"], check["limit"], check["passed"]) for check in found["checks"]]
    assert kinds == [("within", "9999w", True), ("min", 0.9, True)]


def test_the_list_says_what_it_could_not_read(typed: Typed) -> None:
    path = typed.add(*RESULT)
    (typed.project / path).write_text("metrics: [\n")
    (typed.project / "environments/dev/state/fraud.yaml").write_text("{}\n")
    code, out, err = typed("list")
    assert code == 0
    assert "missing" in out
    assert err.splitlines() == [
        f"environments/{name} is broken: `mlgitops validate` says why"
        for name in ("dev/state/fraud.yaml", path.removeprefix("environments/"))
    ]


def test_an_unknown_service_is_suggested(typed: Typed) -> None:
    assert typed("list", "frauds")[0] == 2
    assert "Did you mean `fraud`?" in typed("list", "frauds")[2]
    assert "Did you mean `prod`?" in typed("list", "--env", "prd")[2]


def test_a_project_without_any_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_tree(tmp_path / "acme", FILES)
    assert Typed(project, capsys)("list") == (0, "there are no evaluations, and no environment demands any\n", "")


def test_the_program_records_and_finds_nothing_wrong(project: Path) -> None:
    def program(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mlgitops", *arguments]
        return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    done = program("evaluation", "add", "fraud", "--env", "dev", *RESULT)
    assert (done.returncode, done.stderr) == (0, "a result about the model of 1.5.0\ndev demands nothing of it\n")
    assert (project / done.stdout.strip()).is_file()
    listed = program("evaluation", "list")
    assert listed.returncode == 0
    assert done.stdout.strip() in listed.stdout
