"""`mlgitops validate` where history decides: what is staged, what has changed, and whose policy counts."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from support.project import DIGEST, FILES, PROJECT, STATE
from support.repo import Repo, new_repo
from support.tree import write_tree

from mlgitops.adapters.git.target import Target, target
from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from pathlib import Path

    from support.tree import Content

DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"
UNPINNED = STATE.replace(f"@{DIGEST}", "")
CHURN = STATE.replace("name: fraud", "name: churn")
SUPPRESSED = f"""{PROJECT}policy:
  severity: {{missing-digest: {{prod: info}}}}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = new_repo(tmp_path_factory.mktemp("prepared") / "acme", FILES)
    assert run(["-C", str(made.top), "render"]) == 0
    made.commit(message="Hydrate")
    return made.top


@pytest.fixture
def repo(prepared: Path, tmp_path: Path) -> Repo:
    return Repo(shutil.copytree(prepared, tmp_path / "acme"), commits=2)


@pytest.fixture
def judged(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Any:
    def judge(*arguments: str, top: Path | None = None) -> dict[str, Any]:
        capsys.readouterr()
        code = run(["-C", str(top or repo.top), "--format", "json", "validate", *arguments])
        return {"code": code, **json.loads(capsys.readouterr().out)}

    return judge


ASKED = {"missing-digest", "missing-template", "mutated-release", "stale-manifest", "unknown-rule"}


def rules(report: dict[str, Any]) -> set[tuple[str, str]]:
    """Rule and path of the errors that these tests are about; the little project has more to be told of."""
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    return {(finding["rule"], finding["path"]) for finding in errors if finding["rule"] in ASKED}


def test_what_is_staged_is_judged_and_the_work_tree_is_not(repo: Repo, judged: Any) -> None:
    write_tree(repo.top, {PROD: UNPINNED})
    repo.git("add", "--all")
    write_tree(repo.top, {PROD: STATE})
    assert ("missing-digest", PROD) in rules(judged("--staged", PROD))
    assert rules(judged(PROD)) == set()


def test_nothing_has_changed(judged: Any) -> None:
    report = judged("--changed-since", "HEAD")
    assert (report["code"], report["documents"], report["hydrated"], report["findings"]) == (0, 0, 0, [])


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize(
    ("change", "hydrated"),
    [
        ({"README.md": "notes\n"}, 0),
        ({DEV: f"{STATE}# a comment\n"}, 3),
        ({"environments/prod/state/churn.yaml": CHURN}, 3),
        ({"environments/dev/hydrated/fraud/deployment-fraud.yaml": None}, 2),
        ({"templates/plain/v1/workload.yaml.j2": "kind: ConfigMap\n"}, 3),
        ({"schemas/README.md": "notes\n"}, 3),
        ({"environments/dev/evaluations/fraud/holdout.yaml": "kind: Evaluation\n"}, 2),
        ({"environments/gone/notes.txt": "x"}, 0),
    ],
)
def test_a_change_is_judged_with_what_rests_on_it(
    repo: Repo, judged: Any, change: dict[str, Content], hydrated: int, *, committed: bool
) -> None:
    write_tree(repo.top, {"environments/dev/state/churn.yaml": CHURN})
    assert run(["-C", str(repo.top), "render"]) == 0
    repo.commit(message="Churn")
    for path, content in change.items():
        if content is None:
            (repo.top / path).unlink()
        else:
            write_tree(repo.top, {path: content})
    if committed:
        repo.commit()
    report = judged("--changed-since", "HEAD~1" if committed else "HEAD", *(["--rev", "HEAD"] if committed else []))
    assert report["hydrated"] == hydrated


def test_a_state_that_is_gone_leaves_its_manifests_to_be_told(repo: Repo, judged: Any) -> None:
    (repo.top / DEV).unlink()
    report = judged("--changed-since", "HEAD")
    assert {path.rpartition("/")[0] for rule, path in rules(report) if rule == "stale-manifest"} == {
        "environments/dev/hydrated/fraud"
    }


def test_a_template_that_is_gone_is_missed_by_its_states(repo: Repo, judged: Any) -> None:
    for path in (repo.top / "templates/plain/v1").iterdir():
        path.unlink()
    assert {("missing-template", DEV), ("missing-template", PROD)} <= rules(judged("--changed-since", "HEAD"))


def test_paths_and_changes_are_not_both_asked_for(judged: Any) -> None:
    assert judged("--changed-since", "HEAD", "environments")["code"] == 2


def changed_under_its_version(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "topic")
    changed = STATE.replace('THRESHOLD: "0.83"', 'THRESHOLD: "0.84"')
    write_tree(repo.top, {DEV: changed, PROD: changed})
    assert run(["-C", str(repo.top), "render"]) == 0
    repo.commit(message="Change under a version")


def test_a_base_is_what_immutable_things_are_compared_with(repo: Repo, judged: Any) -> None:
    changed_under_its_version(repo)
    assert rules(judged()) == set()
    assert ("mutated-release", DEV) in rules(judged("--base", "main"))
    assert ("mutated-release", DEV) in rules(judged("--changed-since", "main"))
    assert rules(judged("--changed-since", "main", "--base", "HEAD")) == set()


@pytest.mark.parametrize(
    "variables",
    [
        {"GITHUB_BASE_REF": "main"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
    ],
)
def test_in_ci_the_base_is_where_the_change_leaves_its_target(
    repo: Repo, judged: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str]
) -> None:
    changed_under_its_version(repo)
    repo.git("clone", "--quiet", "--branch=topic", f"file://{repo.top}", str(tmp_path / "job"))
    for name, value in {"CI": "true", **variables}.items():
        monkeypatch.setenv(name, value)
    assert ("mutated-release", DEV) in rules(judged(top=tmp_path / "job"))
    monkeypatch.delenv("CI")
    assert rules(judged(top=tmp_path / "job")) == set()


def test_in_ci_a_shallow_clone_is_told_and_never_taken_for_fine(
    repo: Repo, judged: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed_under_its_version(repo)
    repo.git("clone", "--quiet", "--branch=topic", "--depth=1", f"file://{repo.top}", str(tmp_path / "job"))
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    report = judged(top=tmp_path / "job")
    told = [finding for finding in report["findings"] if "shallow clone" in finding["message"]]
    assert told
    assert all("git fetch --unshallow" in finding["mend"] for finding in told)
    for option in ("--base", "--changed-since", "--policy-from"):
        report = judged(option, "HEAD~1", top=tmp_path / "job")
        assert report["code"] == 2
        assert "cannot tell" in report["error"]["message"]
        assert "shallow clone" in report["error"]["message"]
        assert "git fetch --unshallow" in report["error"]["hint"]


def test_in_ci_a_target_that_was_not_fetched_is_an_error(judged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    report = judged()
    assert report["code"] == 2
    assert "git fetch origin release" in report["error"]["hint"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"CI": "true"}, None),
        ({"GITHUB_BASE_REF": "main"}, None),
        ({"CI": "true", "GITHUB_BASE_REF": ""}, None),
        ({"CI": "true", "GITHUB_BASE_REF": "main"}, Target("main")),
        ({"CI": "1", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "trunk", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "a" * 40},
         Target("trunk", "a" * 40)),
    ],
)  # fmt: skip
def test_what_a_ci_server_says(variables: dict[str, str], expected: Target | None) -> None:
    assert target(variables) == expected


def test_the_policy_of_another_commit_judges_the_documents_of_this_one(repo: Repo, judged: Any) -> None:
    repo.git("checkout", "--quiet", "-b", "topic")
    write_tree(repo.top, {PROD: UNPINNED, "mlgitops.yaml": SUPPRESSED})
    assert run(["-C", str(repo.top), "render"]) == 0
    repo.commit(message="Widen the policy and use it")
    assert ("missing-digest", PROD) not in rules(judged("--base", "HEAD"))
    assert ("missing-digest", PROD) in rules(judged("--base", "HEAD", "--policy-from", "main"))


def test_a_path_that_moves_an_environment_to_its_first_step_is_judged_by_the_old_one(repo: Repo, judged: Any) -> None:
    repo.git("checkout", "--quiet", "-b", "topic")
    write_tree(repo.top, {PROD: UNPINNED, "mlgitops.yaml": PROJECT.replace("[dev, prod]", "[prod, dev]")})
    assert run(["-C", str(repo.top), "render"]) == 0
    repo.commit(message="Turn the path around")
    assert ("missing-digest", PROD) not in rules(judged("--base", "HEAD"))
    assert ("missing-digest", PROD) in rules(judged("--base", "HEAD", "--policy-from", "main"))


def test_the_projects_own_policy_is_judged_whichever_is_applied(repo: Repo, judged: Any) -> None:
    write_tree(repo.top, {"mlgitops.yaml": f"{PROJECT}policy: {{severity: {{no-such-rule: {{prod: info}}}}}}\n"})
    for policy in ([], ["--policy-from", "HEAD"]):
        assert rules(judged(*policy)) == {("unknown-rule", "mlgitops.yaml")}


def test_a_policy_that_cannot_be_read_ends_the_command(repo: Repo, judged: Any) -> None:
    before = repo.commit({"mlgitops.yaml": "kind: Project\n"})
    repo.commit({"mlgitops.yaml": PROJECT})
    report = judged("--policy-from", before)
    assert report["code"] == 2
    assert before[:12] in report["error"]["message"]
