"""Bad input: one clear message with file, line and what to do, the right exit code, and every file as it was."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from support.bad_input import BASE, CASES, Case, lay
from support.repo import new_repo
from support.tree import read_tree, write_tree

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_tree(tmp_path_factory.mktemp("base") / "acme", BASE)
    assert run(["render", "-C", str(root)]) == 0
    assert run(["validate", "-C", str(root)]) == 0
    return root


@pytest.fixture
def root(rendered: Path, tmp_path: Path) -> Path:
    """A repository that is in order."""
    place = tmp_path / "acme"
    shutil.copytree(rendered, place)
    return place


FOLLOWING = {"stale-manifest", "doubled-name", "duplicate-object", "misplaced-file"}
"""Rules of what follows from a misplaced file: it leaves manifests, names and templates without what they belong to."""


class Typed:
    """Types command lines, and reads what comes back."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._root = root
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = run([*arguments, "-C", str(self._root)])
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "bug of mlgitops" not in captured.err
        assert "\x1b" not in captured.out + captured.err
        return code, captured.out, captured.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the one document on stdout."""
        code, out, _ = self(*arguments, "--format", "json")
        document = json.loads(out)
        assert document["version"] == 1
        return code, document


@pytest.fixture
def typed(root: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(root, capsys)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_bad_input_is_told_once_and_changes_nothing(case: Case, root: Path, typed: Typed) -> None:
    lay(root, case.changes)
    before = read_tree(root)

    code, document = typed.json("validate")
    errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
    found = [finding for finding in errors if finding["path"] == case.path]
    assert code == 1
    assert [(finding["line"]) for finding in found] == [case.line], errors
    assert case.says in found[0]["message"]
    assert case.mend.lower() in found[0]["mend"].lower()
    assert found[0]["mend"], "what to do"
    others = {finding["rule"] for finding in errors if finding not in found}
    assert others <= FOLLOWING, errors

    code, out, err = typed("render", "--no-cache")
    if case.rendered:
        assert code == 0
    else:
        assert (code, out) == (2, "")
        assert case.path in err
        assert case.says in err
        assert err.count("error: ") == len(found) + len(others & {"doubled-name"}), err
    assert read_tree(root) == before


@pytest.mark.parametrize(
    ("arguments", "says", "hint"),
    [
        (["render", "prd"], "there is no environment `prd`", "the path has: dev"),
        (["render", "--service", "froud"], "no environment asked for has a state called `froud`", "`fraud`?"),
        (["render", "--rev", "HEAD"], "--rev reads a commit, which cannot be written to", "--check or --diff"),
        (["render", "--check", "--rev", "nowhere"], "nowhere", ""),
        (["validate", "--rev", "HEAD", "--staged"], "two different snapshots", "give one"),
        (["validate", "environments/dev/state/froud.yaml"], "no file or folder", "correct the name"),
        (["validate", "--rev", "--output=x"], "--output=x", ""),
        (["explain", "froud", "--env", "dev"], "no state called `froud`", "did you mean `fraud`?"),
        (["explain", "fraud", "--env", "dve"], "there is no environment `dve`", "did you mean `dev`?"),
        (["explain", "fraud", "--env", "dev", "deploy.replica"], "nothing sets `deploy.replica`", "deploy.replicas"),
        (["schema", "project"], "no kind of document called `project`", "did you mean `Project`?"),
        (["template", "show", "kserv/v1"], "there is no template `kserv/v1`", "did you mean `kserve/v1`?"),
        (["template", "check", "plain/v2"], "there is no template `plain/v2`", "did you mean `plain/v1`?"),
        (["template", "add", "kserve/v1", "--as", "../x/v1"], "cannot be the name and version", "kserve/v2"),
        (["template", "add", "kserve/v1", "--as", "x"], "cannot be the name and version", "kserve/v2"),
        (["validate", "--nonsense"], "--nonsense", "--help"),
        (["nonsense"], "nonsense", "--help"),
        (["explain", "fraud"], "--env", "--help"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_answered_with_2(
    arguments: list[str], says: str, hint: str, root: Path, typed: Typed
) -> None:
    repo = new_repo(root)
    repo.commit()
    before = read_tree(root)
    code, out, err = typed(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert hint.lower() in err.lower()
    assert err.startswith("error: ")
    code, document = typed.json(*arguments)
    assert code == 2
    assert says in document["error"]["message"]
    assert read_tree(root) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mlgitops.yaml": None}, "there is no mlgitops.yaml in"),
        (
            {"mlgitops.yaml": BASE["mlgitops.yaml"] + 'requires: ">=9"\n'},
            "mlgitops.yaml:5:11: this repository requires",
        ),
    ],
)
@pytest.mark.parametrize("verb", [["validate"], ["render"], ["explain", "fraud", "--env", "dev"]])
def test_what_is_no_repository_of_this_version_is_not_judged(
    change: dict[str, str | None], says: str, verb: list[str], root: Path, typed: Typed
) -> None:
    lay(root, change)
    before = read_tree(root)
    code, out, err = typed(*verb)
    assert (code, out) == (2, "")
    assert says in err
    assert "hint: " in err
    assert typed.json(*verb)[0] == 2
    assert read_tree(root) == before
