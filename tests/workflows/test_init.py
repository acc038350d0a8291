"""A new environment repository: what is written, what is left alone, and that all of it holds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import definitions
from support.commands import fault
from support.commands import jobs as commands
from support.judges import judge
from support.repo import Repo, new_repo
from support.tree import Link, read_tree, write_tree

from mlgitops import __version__
from mlgitops.cli._boundary import run as command_line
from mlgitops.errors import InputError, RefusedError
from mlgitops.wiring import creation
from mlgitops.workflows.init import UNKNOWN, Report, Request, published

needs_definitions = pytest.mark.skipif(
    not definitions.FOLDER.is_dir(), reason="no ../shared/crds beside the repository"
)


WORKFLOWS = [".github/workflows/mlgitops.yml", ".github/workflows/mlgitops-promote.yml"]


def init(root: Path, remote: str | None = None) -> Report:
    return creation.init(root).run(Request(__version__, remote))


def mlgitops(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real program in `folder`."""
    command = [sys.executable, "-m", "mlgitops", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that `init` has just made; tests only read it."""
    root = tmp_path_factory.mktemp("init") / "platform"
    init(root, "git@git.example.com:ml/platform.git")
    return root


def documents(path: Path) -> list[Any]:
    return [found for found in yaml.safe_load_all(path.read_text()) if found]


def test_a_newcomer_gets_from_nothing_to_committed_manifests(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "platform")
    for arguments in (["init"], ["render"], ["validate"], ["render", "--check"]):
        done = mlgitops(repo.top, *arguments)
        assert (done.returncode, done.stderr) == (0, ""), done
    assert "no findings" in mlgitops(repo.top, "validate").stdout
    repo.commit(message="Begin")
    assert mlgitops(repo.top, "render", "--rev", "HEAD", "--check", "--no-cache").returncode == 0
    for environment in ("dev", "staging", "prod"):
        hydrated = repo.top / f"environments/{environment}/hydrated/sentiment"
        assert {"configmap-sentiment-provenance.yaml", "deployment-sentiment.yaml"} <= {
            path.name for path in hydrated.iterdir()
        }


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = init(tmp_path)
    before = read_tree(tmp_path)
    second = init(tmp_path)
    assert set(first.created) == set(before)
    assert (second.created, second.kept, second.unchanged) == ([], [], len(before))
    assert read_tree(tmp_path) == before


def test_a_run_that_was_killed_is_completed(tmp_path: Path) -> None:
    init(tmp_path)
    whole = read_tree(tmp_path)
    (tmp_path / "flux/prod.yaml").unlink()
    (tmp_path / "environments/dev/state/sentiment.yaml").unlink()
    assert init(tmp_path).created == ["environments/dev/state/sentiment.yaml", "flux/prod.yaml"]
    assert read_tree(tmp_path) == whole


def test_files_that_are_there_stay_and_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = {"README.md": "mine\n", ".gitattributes": "* binary\n", "src/train.py": "pass\n", "notes": Link("elsewhere")}
    write_tree(tmp_path, mine)
    before = read_tree(tmp_path)
    assert command_line(["init", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "kept    README.md: it is there already" in output
    assert "kept    .gitattributes: it is there already" in output
    after = read_tree(tmp_path)
    assert {path: after[path] for path in before} == before
    assert "mlgitops.yaml" in after


def test_somebodys_project_gets_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(tmp_path)
    project = tmp_path / "mlgitops.yaml"
    project.write_text(project.read_text().replace("ml-platform", "risk"))
    shutil.rmtree(tmp_path / "environments/dev/state")  # an example that was removed must not come back
    before = read_tree(tmp_path)
    assert command_line(["init", str(tmp_path)]) == 0
    assert "an environment repository already; nothing was written" in capsys.readouterr().out
    assert read_tree(tmp_path) == before


def test_an_environment_repository_holds_no_other(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "outer")
    init(repo.top)
    before = read_tree(repo.top)
    with pytest.raises(InputError, match="lies inside the environment repository"):
        init(repo.top / "environments")
    assert read_tree(repo.top) == before


def test_a_checkout_of_its_own_inside_another_is_none_of_its_business(tmp_path: Path) -> None:
    init(new_repo(tmp_path / "outer").top)
    inner = new_repo(tmp_path / "outer/inner")
    assert init(inner.top).created


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write_tree(tmp_path / "platform", {"schemas": Link("../elsewhere")})
    with pytest.raises(RefusedError):
        init(tmp_path / "platform")
    assert read_tree(tmp_path / "platform") == {"schemas": Link("../elsewhere")}
    assert not list((tmp_path / "elsewhere").iterdir())


def test_the_result_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["-C", str(tmp_path), "init", "new", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["created"]) == set(read_tree(tmp_path / "new"))
    assert (result["kept"], result["existing"], result["repository"]) == ([], False, UNKNOWN)


def test_the_advice_fits_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command_line(["init", str(tmp_path / "alone")])
    alone = capsys.readouterr().out
    assert "git init" in alone
    assert "argocd/ and flux/ name a placeholder" in alone
    repo = new_repo(tmp_path / "mono")
    repo.git("remote", "add", "origin", "https://somebody:s3cret-Token@git.example.com/ml/mono.git")
    command_line(["init", str(repo.top / "platform")])
    nested = capsys.readouterr().out
    assert "git init" not in nested
    assert "placeholder" not in nested
    assert "is no top of a Git checkout" in nested
    written = b"".join(data for data in read_tree(repo.top).values() if isinstance(data, bytes))
    assert b"https://git.example.com/ml/mono.git" in written
    assert b"s3cret" not in written


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/acme/ml.git", "https://github.com/acme/ml.git"),
        ("https://ada:token@git.acme.dev:8443/ml.git", "https://git.acme.dev:8443/ml.git"),
        ("ssh://git@git.acme.dev:2222/ml.git", "ssh://git@git.acme.dev:2222/ml.git"),
        ("git@github.com:acme/ml.git", "ssh://git@github.com/acme/ml.git"),
        ("github.com:acme/ml.git", "ssh://github.com/acme/ml.git"),
        ("/srv/git/ml.git", None),
        ("../ml.git", None),
        ("file:///srv/ml.git", None),
        ("C:/git/ml.git", None),
        ("https://git.acme.dev", None),
        ('https://git.acme.dev/x"\nkind: Secret', None),
        ("git@host:x y", None),
    ],
)
def test_addresses_are_as_controllers_take_them(remote: str, address: str | None) -> None:
    assert published(remote) == address


def test_everything_says_the_running_version(fresh: Path) -> None:
    pinned = re.compile(r"mlgitops==([0-9A-Za-z.+-]+)")
    found = {
        name: set(pinned.findall((fresh / name).read_text()))
        for name in (".pre-commit-config.yaml", *WORKFLOWS, ".gitlab-ci.yml", "README.md")
    }
    assert set(map(frozenset, found.values())) == {frozenset({__version__})}
    assert yaml.safe_load((fresh / "mlgitops.yaml").read_text())["requires"] == f"=={__version__}"
    assert not [path for path, data in read_tree(fresh).items() if re.search(rb"@[A-Z]+@", bytes(data))]


def test_editors_find_the_schema_of_each_document(fresh: Path) -> None:
    checked = 0
    for path in [fresh / "mlgitops.yaml", *fresh.glob("environments/**/*.yaml")]:
        modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
        assert modeline, path
        schema = (path.parent / modeline[1]).resolve()
        assert schema == fresh / f"schemas/{documents(path)[0]['kind']}.json"
        checked += 1
    assert checked == 9


def test_only_the_templates_that_are_used_are_copied(fresh: Path) -> None:
    used = {documents(path)[0]["release"]["template"] for path in fresh.glob("environments/*/state/*.yaml")}
    assert {
        f"{path.parent.parent.name}/{path.parent.name}" for path in fresh.glob("templates/*/*/template.yaml")
    } == used


@needs_definitions
@pytest.mark.parametrize("path", ["argocd/applicationset.yaml", "flux/dev.yaml", "flux/staging.yaml", "flux/prod.yaml"])
def test_what_controllers_read_is_valid(fresh: Path, path: str) -> None:
    verdicts = judge(documents(fresh / path))
    assert {verdict.outcome for verdict in verdicts} == {"accepted"}, list(map(str, verdicts))


def test_flux_reads_what_is_hydrated(fresh: Path) -> None:
    for environment in ("dev", "staging", "prod"):
        source, kustomization = documents(fresh / f"flux/{environment}.yaml")
        assert source["spec"]["url"] == "ssh://git@git.example.com/ml/platform.git"
        assert source["spec"]["sparseCheckout"] == [f"environments/{environment}/hydrated"]
        assert kustomization["spec"]["path"] == f"./environments/{environment}/hydrated"
        assert kustomization["spec"]["sourceRef"]["name"] == source["metadata"]["name"]
        assert "postBuild" not in kustomization["spec"]


def test_argo_cd_finds_each_service_once_with_teams_and_without(tmp_path: Path) -> None:
    """Argo CD asks `git ls-files` unless it is told to use doublestar patterns; here both find the same."""
    checkout = Path(__file__).resolve().parents[2]
    hydrated = [path.relative_to(checkout).as_posix() for path in checkout.glob("environments/*/hydrated/**/*.yaml")]
    repo = new_repo(tmp_path / "example", dict.fromkeys(hydrated, ""))
    init(tmp_path / "new")
    files = documents(tmp_path / "new/argocd/applicationset.yaml")[0]["spec"]["generators"][0]["git"]["files"]
    for matched in (_by_git, _by_path):
        found = matched(repo, files[0]["path"]) - matched(repo, files[1]["path"])
        assert {str(Path(path).parent) for path in found} == {str(Path(path).parent) for path in hydrated}
        assert len(found) == 9
        assert all(re.search("/configmap-[a-z-]+-provenance.yaml$", path) for path in found)
    assert files[1]["exclude"] is True


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(path.read_text())["jobs"].values() for step in job["steps"]]


def _by_git(repo: Repo, pattern: str) -> set[str]:
    return set(repo.git("ls-files", "--full-name", "-z", "--", pattern).split("\0")) - {""}


def _by_path(repo: Repo, pattern: str) -> set[str]:
    return {path.relative_to(repo.top).as_posix() for path in repo.top.glob(pattern)}


@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="check-jsonschema is not installed")
@pytest.mark.parametrize(
    ("schema", "path"), [*(("github-workflows", path) for path in WORKFLOWS), ("gitlab-ci", ".gitlab-ci.yml")]
)
def test_jobs_are_valid(fresh: Path, schema: str, path: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(fresh / path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_github_job_may_only_read(fresh: Path) -> None:
    text = (fresh / WORKFLOWS[0]).read_text()
    job = yaml.safe_load(text)
    assert job["permissions"] == {"contents": "read", "pull-requests": "read"}
    assert "permissions" not in job["jobs"]["judge"]
    assert "secrets." not in text


def test_what_people_review_is_judged_and_no_merge_made_for_the_job(fresh: Path) -> None:
    (step,) = [step for step in _steps(fresh / WORKFLOWS[0]) if "gates" in step.get("run", "")]
    assert step["env"]["HEAD"] == "${{ github.event.pull_request.head.sha }}"
    assert '--commit "$HEAD"' in step["run"]
    (checkout,) = [step for step in _steps(fresh / WORKFLOWS[0]) if "checkout" in step.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == 0
    script = "\n".join(yaml.safe_load((fresh / ".gitlab-ci.yml").read_text())["mlgitops gates"]["script"])
    for given, commit in (({"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "b"}, "b"), ({}, "a")):
        shell = script.replace("/tmp/mlgitops/bin/mlgitops", "echo")
        variables = {"CI_COMMIT_SHA": "a", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", **given}
        done = subprocess.run(["sh", "-ec", shell], env=variables, capture_output=True, text=True, check=True)
        assert done.stdout == f"gates --commit {commit} --base main\n"


def test_what_writes_on_github_never_runs_for_a_pull_request(fresh: Path) -> None:
    text = (fresh / WORKFLOWS[1]).read_text()
    workflow = yaml.safe_load(text)
    assert set(workflow[True]) == {"workflow_dispatch", "schedule", "push"}  # YAML 1.1 reads `on` so
    assert workflow["permissions"] == {}
    assert "default_branch" in workflow["jobs"]["promote"]["if"]
    assert workflow["jobs"]["promote"]["environment"] == "promotion"
    assert workflow["jobs"]["gates"]["permissions"]["contents"] == "read"
    assert "secrets." not in text


@pytest.mark.parametrize("path", WORKFLOWS)
def test_github_runs_what_is_pinned_and_no_text_of_a_request(fresh: Path, path: str) -> None:
    text = (fresh / path).read_text()
    assert "pull_request_target" not in text
    assert "workflow_run" not in text
    for job in yaml.safe_load(text)["jobs"].values():
        for step in job["steps"]:
            assert re.fullmatch("[^@]+@[0-9a-f]{40}", step.get("uses", f"x@{'0' * 40}"))
            assert "${{" not in step.get("run", "")
            assert step.get("with", {}).get("persist-credentials", False) is False


def test_what_writes_on_gitlab_runs_for_the_default_branch_with_a_token(fresh: Path) -> None:
    jobs = yaml.safe_load((fresh / ".gitlab-ci.yml").read_text())
    writing = [name for name, job in jobs.items() if re.search("promote --|--status", " ".join(job.get("script", [])))]
    assert writing == ["mlgitops statuses", "mlgitops promote"]
    for name in writing:
        (rule,) = jobs[name]["rules"]
        assert rule["if"].startswith("$GITLAB_TOKEN && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && ")


def test_commands_that_jobs_and_hooks_run_exist(fresh: Path) -> None:
    paths = [*WORKFLOWS, ".gitlab-ci.yml", ".pre-commit-config.yaml"]
    found = [command for path in paths for command in commands((fresh / path).read_text())]
    assert len(found) >= 12
    assert [why for command in found if (why := fault(command))] == []


def test_manifests_are_marked_as_generated_and_keep_their_line_ends(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "platform")
    init(repo.top)
    path = "environments/prod/hydrated/risk/fraud/deployment-fraud.yaml"
    attributes = repo.git("check-attr", "eol", "linguist-generated", "--", path)
    assert attributes.splitlines() == [f"{path}: eol: lf", f"{path}: linguist-generated: set"]
    state = repo.git("check-attr", "linguist-generated", "--", "environments/prod/state/risk/fraud.yaml")
    assert state.endswith("unspecified")
