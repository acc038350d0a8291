"""A promotion from the command line to a real Gitea: what a team would see."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import gitea as servers

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.gitea import Gitea
    from support.repo import Repo

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def gitea() -> Iterator[Gitea]:
    with servers.running() as server:
        yield server


@pytest.fixture
def repo(gitea: Gitea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A clone of the worked example on the server."""
    repo = gitea.repository((tmp_path / "clone").resolve())
    for part in ("environments", "templates", "schemas", "mlgitops.yaml"):
        source, target = ROOT / part, repo.top / part
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    project = repo.top / "mlgitops.yaml"
    text = project.read_text().replace("kind: github", "kind: gitea").replace("[acme/ml-production]", "[bot]")
    project.write_text(text.replace("    staging: 2h\n", ""))
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "Declare three services")
    push(gitea, repo, "main")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")  # as it was last fetched
    monkeypatch.setenv("GITEA_TOKEN", gitea.tokens["ada"])
    return repo


def push(gitea: Gitea, repo: Repo, branch: str) -> None:
    """Push what is checked out, as `ada`."""
    address = repo.git("remote", "get-url", "origin").strip().removeprefix("http://")
    repo.git("push", "-q", f"http://ada:{gitea.tokens['ada']}@{address}", f"HEAD:{branch}")


def told(repo: Repo, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["-C", str(repo.top), *arguments, "--format", "json"]) == code, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_promotion_is_opened_once_and_brought_up_to_date(
    gitea: Gitea, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repo.git("remote", "get-url", "origin").strip().removeprefix(f"{gitea.url}/").removesuffix(".git")
    first = told(repo, capsys, "promote", "dev", "staging")
    numbers = [one["pullRequest"]["number"] for one in first["promotions"]]
    assert len(numbers) == 2

    opened = gitea.call("GET", f"/repos/{path}/pulls/{numbers[0]}")
    assert opened["title"].startswith("Promote ")
    assert [label["name"] for label in opened["labels"]] == ["promotion"]
    assert [account["login"] for account in opened["requested_reviewers"]] == ["bot"]
    assert "| `no-worse` | ✅ passed |" in opened["body"] or "| `findings` | ✅ passed |" in opened["body"]
    statuses = gitea.call("GET", f"/repos/{path}/commits/{opened['head']['sha']}/statuses")
    assert {one["context"]: one["status"] for one in statuses}["mlgitops/findings"] == "success"

    gitea.call("PATCH", f"/repos/{path}/pulls/{numbers[0]}", {"body": f"Mind the holidays.\n\n{opened['body']}"})
    before = gitea.call("GET", f"/repos/{path}/pulls/{numbers[0]}")
    again = told(repo, capsys, "promote", "dev", "staging")
    assert [one["pullRequest"]["number"] for one in again["promotions"]] == numbers
    assert not any(one["pushed"] for one in again["promotions"])
    after = gitea.call("GET", f"/repos/{path}/pulls/{numbers[0]}")
    assert after["body"].startswith("Mind the holidays.")
    assert after["updated_at"] == before["updated_at"]

    state = repo.top / "environments/dev/state/risk/fraud-retrain.yaml"
    state.write_text(state.read_text().replace("version: 2026.11.1", "version: 2026.11.2"))
    repo.git("commit", "-q", "-am", "Retrain anew")
    push(gitea, repo, "main")
    moved = told(repo, capsys, "promote", "dev", "staging")
    assert [one["pullRequest"]["number"] for one in moved["promotions"]] == numbers
    (newer,) = (one for one in moved["promotions"] if one["pushed"])
    after = gitea.call("GET", f"/repos/{path}/pulls/{newer['pullRequest']['number']}")
    assert after["head"]["sha"] == newer["commit"]
    assert "`2026.11.2`" in after["body"]

    single = told(repo, capsys, "promote", "dev", "staging", "--per-service")
    assert sorted(one["number"] for one in single["closed"]) == sorted(numbers)


def test_gates_are_told_of_a_pull_request_written_by_hand(
    gitea: Gitea, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repo.git("remote", "get-url", "origin").strip().removeprefix(f"{gitea.url}/").removesuffix(".git")
    state = repo.top / "environments/prod/state/assistant.yaml"
    state.write_text(state.read_text().replace("version: 2.1.0", "version: 9.9.9"))
    repo.git("checkout", "-q", "-b", "by-hand")
    repo.git("commit", "-q", "-am", "Deploy at once")
    push(gitea, repo, "by-hand")
    gitea.settle(path)
    gitea.call("POST", f"/repos/{path}/pulls", {"head": "by-hand", "base": "main", "title": "Deploy at once"})

    judged = told(repo, capsys, "gates", "--pull-requests", "--status", code=1)
    (change,) = judged["changes"]
    verdicts = {gate["gate"]: gate["result"] for gate in change["services"][0]["gates"]}
    assert verdicts["hold"] == verdicts["step"] == verdicts["findings"] == "failed"
    statuses = gitea.call("GET", f"/repos/{path}/commits/{change['commit']}/statuses")
    said = {one["context"]: one["status"] for one in statuses}
    assert said["mlgitops/hold"] == said["mlgitops/step"] == "failure"
    assert said["mlgitops/approval"] == "pending"
