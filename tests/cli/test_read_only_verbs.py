"""`validate`, `explain`, `schema` and `template` as typed: stdout, stderr and exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.bad_input import BASE, ENVIRONMENT_PATH, STATE_PATH
from support.project import STATE
from support.repo import new_repo
from support.tree import read_tree, write_tree

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", BASE)


class Typed:
    """Types command lines in a folder, and reads what comes back."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *arguments: object) -> Any:
        """The document that a run which ends well answers with."""
        code, out, err = self(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(capsys)


def broken(root: Path) -> Path:
    """The repository with an error in line 21 of its state."""
    (root / STATE_PATH).write_text(STATE.replace("min: 2", 'min: "2"'))
    return root


def test_findings_are_the_result_of_validate(root: Path, typed: Typed) -> None:
    assert typed("validate", "-C", root, STATE_PATH)[0] == 0
    code, out, err = typed("validate", "-C", broken(root), STATE_PATH)
    assert (code, err) == (1, "")
    assert out.startswith(
        f"{STATE_PATH}\n"
        '  21:19   error: `deploy.replicas.min`: expected an integer, got the string "2" [invalid-document]\n'
        '          21 |   replicas: {min: "2", max: 6}\n'
        "             |                   ^\n"
        "          mend: Remove the quotes.\n"
    )
    assert out.endswith("1 document: 1 error\n")


def test_paths_are_those_of_the_folder_where_they_are_typed(
    root: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_repo(broken(root))
    monkeypatch.chdir(root / "environments/dev/state")
    for path in ("fraud.yaml", "./fraud.yaml", "../state/fraud.yaml", root / STATE_PATH):
        assert STATE_PATH in typed("validate", path)[1]
    monkeypatch.chdir(root.parent)
    assert STATE_PATH in typed("validate", f"acme/{STATE_PATH}")[1], "the repository is found around the path"
    assert STATE_PATH in typed("validate", "-C", "acme", STATE_PATH)[1]


def test_index_and_commits_are_judged_as_they_are(root: Path, typed: Typed) -> None:
    repo = new_repo(root)
    repo.commit()
    broken(root)
    assert typed("validate", "-C", root, STATE_PATH)[0] == 1
    assert typed("validate", "-C", root, STATE_PATH, "--staged")[0] == 0
    repo.git("add", "--all")
    assert typed("validate", "-C", root, STATE_PATH, "--staged")[0] == 1
    assert typed("validate", "-C", root, STATE_PATH, "--rev", "HEAD")[0] == 0
    repo.commit()
    (root / STATE_PATH).write_text(STATE)
    code, out, _ = typed("validate", "-C", root, STATE_PATH, "--rev", "HEAD")
    assert code == 1
    assert '21 |   replicas: {min: "2", max: 6}' in out, "the line of the commit is shown"


def test_files_of_no_repository_are_judged_by_their_schemas(tmp_path: Path, typed: Typed) -> None:
    files = write_tree(tmp_path / "loose", {"good.yaml": STATE, "bad.yaml": STATE.replace("min: 2", 'min: "2"')})
    assert typed("validate", files / "good.yaml")[0] == 0
    code, out, _ = typed("validate", files / "good.yaml", files / "bad.yaml")
    assert code == 1
    assert out.startswith(f"{files}/bad.yaml\n  21:19")
    assert out.endswith("2 documents: 1 error\n")


def test_paths_outside_are_named_and_not_judged(root: Path, typed: Typed) -> None:
    readme = root.parent / "README.md"
    readme.write_text("hello\n")
    code, _, err = typed("validate", "-C", root, STATE_PATH, readme)
    assert (code, err) == (0, f"{readme} lies outside the environment repository: not judged\n")


def test_piped_explanations_are_aligned_lines(root: Path, typed: Typed) -> None:
    code, out, err = typed("explain", "fraud", "--env", "dev", "deploy.replicas", "-C", root)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "FIELD                VALUE  LAYER  WHERE",
        f"deploy.replicas.max  6      state  {STATE_PATH}:21",
        f"deploy.replicas.min  2      state  {STATE_PATH}:21",
    ]


def test_an_explanation_shows_what_a_location_does(root: Path, typed: Typed) -> None:
    environment = root / ENVIRONMENT_PATH
    environment.write_text(environment.read_text() + 'locations: [{from: "s3://models", to: "gs://dev"}]\n')
    lines = typed("explain", "fraud", "--env", "dev", "release.model.uri", "-C", root)[1].splitlines()
    assert lines[1].split()[:3] == ["release.model.uri", "gs://dev/fraud/1.5.0/", "state"]
    assert lines[2].split()[:3] == ["written", "s3://models/fraud/1.5.0/", "location"]
    (value,) = typed.json("explain", "fraud", "--env", "dev", "release.model.uri", "-C", root)["values"]
    assert value["written"] == "s3://models/fraud/1.5.0/"
    assert value["location"]["path"] == ENVIRONMENT_PATH


def test_schemas_are_listed_printed_and_refreshed(root: Path, typed: Typed) -> None:
    assert len(typed.json("schema")["schemas"]) == 6
    assert typed("schema")[1].startswith("KIND ")
    assert json.loads(typed("schema", "Project")[1])["title"] == "Project"
    code, out, _ = typed("schema", "--check", "-C", root)
    assert code == 1
    assert out.count("stale schemas/") == 6
    assert typed("schema", "--write", "-C", root)[1].count("created schemas/") == 6
    assert typed("schema", "--check", "-C", root)[:2] == (0, "all 6 copies are as they should be\n")
    assert typed.json("schema", "--write", "-C", root)["created"] == []


def test_templates_are_listed_shown_added_and_checked(root: Path, typed: Typed) -> None:
    listed = {one["template"]: one for one in typed.json("template", "list", "-C", root)["templates"]}
    assert (listed["plain/v1"]["home"], listed["plain/v1"]["used"]) == ("repository", 1)
    assert "packaged: `mlgitops template add`" in typed("template", "list", "-C", root)[1]
    shown = typed("template", "show", "plain/v1", "-C", root)[1]
    assert "batch      release  integer  8        Requests in a batch." in shown
    assert typed.json("template", "show", "kserve/v1", "-C", root)["home"] == "packaged"
    assert "created templates/job/v1/template.yaml\n" in typed("template", "add", "job/v1", "-C", root)[1]
    assert typed("template", "add", "job/v1", "-C", root)[1] == "templates/job/v1 is there already\n"
    assert typed.json("template", "add", "job/v1", "--as", "mine/v2", "-C", root)["template"] == "mine/v2"


def test_a_failed_check_shows_the_template(root: Path, typed: Typed) -> None:
    before = read_tree(root)
    code, out, _ = typed("template", "check", "plain/v1", "-C", root)
    assert code == 1
    assert "          6 |   replicas: {{ deploy.replicas.min }}\n" in out
    assert "plain/v1: all " in out
    assert read_tree(root) == before


def test_a_verb_without_a_subject_shows_its_help(typed: Typed) -> None:
    code, out, err = typed("template")
    assert code == 2
    assert "check" in out + err
