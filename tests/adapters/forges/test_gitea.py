"""What only Gitea does, and what a real Gitea 1.15 was recorded to answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.clocks import Sleeper
from support.forges import description
from support.forges.fake import TOKEN, Fault
from support.forges.gitea import FakeGitea
from support.forges.worlds import Where, served
from support.scripted import Received, ScriptedServer, answer

from mlgitops.adapters import forges
from mlgitops.adapters.http import Client
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.forges.worlds import FakeWorld

    from mlgitops.ports.forge import Forge

RECORDED = description.FOLDER / "gitea-recorded-flow.json"
REPOSITORY = "bot/fleet1795232893"
BRANCH = "promote/staging/fraud-1"
PROPOSAL = Proposal(BRANCH, "main", "promote", "b", draft=False)


@pytest.fixture
def fake() -> Iterator[FakeWorld]:
    with served("gitea") as world:
        yield world


def flow() -> dict[str, dict[str, Any]]:
    if not RECORDED.exists():
        pytest.skip("no ../shared/forges beside the repository: it holds the recorded answers")
    return {step["label"]: step for step in json.loads(RECORDED.read_bytes())}


class Replay:
    """Answers as recorded: each label once, in the order of the requests; the last one again."""

    def __init__(self, *labels: str) -> None:
        steps = flow()
        self.steps = [steps[label] for label in labels]

    def __call__(self, received: Received) -> bytes:
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        assert received.method == step["request"]["method"]
        assert received.target.partition("?")[0] == step["request"]["path"].partition("?")[0]
        told = step["response"]
        headers = {name.lower().replace("-", "_"): value for name, value in told["headers"].items() if name != "Link"}
        body = told["json"] if isinstance(told["json"], str) else json.dumps(told["json"])
        return answer(told["status"], body.encode(), **headers)


def against(replay: Replay) -> Iterator[Forge]:
    with (
        ScriptedServer(replay) as server,
        Client(trust_env=False, patience=forges.PATIENCE, time=Sleeper().time()) as client,
    ):
        where = Where("http", "127.0.0.1", int(server.address.rpartition(":")[2]), REPOSITORY)
        found = forges.recognise(where, {"kind": "gitea"}, {"GITEA_TOKEN": TOKEN}, client)
        assert found is not None
        yield found


def test_a_recorded_pull_request_is_read() -> None:
    for forge in against(Replay("list pulls empty", "create PR")):
        made = forge.create(PROPOSAL)
        assert (made.number, made.branch, made.base, made.state) == (1, BRANCH, "main", "open")
        assert (made.title, made.body, made.draft, made.author) == ("promote", "b", False, "bot")
        assert made.commit == "90d751f205b8e3d37ceeec0f00d696fbc6cd0840"


def test_a_recorded_duplicate_is_found() -> None:
    for forge in against(Replay("list pulls empty", "create duplicate PR", "list pulls")):
        with pytest.raises(RaceError):
            forge.create(PROPOSAL)  # what was listed then is another branch's


def test_recorded_lists_without_reviewers_are_read() -> None:
    for forge in against(Replay("list pulls")):
        assert [pull.branch for pull in forge.pull_requests("")] == ["same-as-main"]


@pytest.mark.parametrize(
    ("label", "raises"),
    [
        ("create PR same branch", InputError),
        ("create PR empty title", InputError),
        ("create PR head missing", InputError),
    ],
)
def test_recorded_refusals_of_a_new_pull_request(label: str, raises: type[Exception]) -> None:
    for forge in against(Replay("list pulls empty", label)):
        with pytest.raises(raises):
            forge.create(PROPOSAL)


def test_a_recorded_merge_that_must_wait_is_not_an_answer() -> None:
    for forge in against(Replay("list pulls empty", "create PR", "get PR", "merge without approval")):
        made = forge.create(PROPOSAL)
        with pytest.raises(RefusedError, match="try again"):
            forge.auto_merge(made)


def test_the_fake_answers_as_the_real_one_was_recorded() -> None:
    """The recorded requests that the fake knows, in their order, with the statuses that they had."""
    fake = FakeGitea(*REPOSITORY.split("/"))
    fake.most = 50
    commit = "90d751f205b8e3d37ceeec0f00d696fbc6cd0840"
    fake.branches = {"main": "a" * 40, BRANCH: commit, "same-as-main": "a" * 40, "promote/staging/fraud-2": "b" * 40}
    asked = 0
    for label, step in flow().items():
        if (
            "request" not in step
            or "merge" in label
            or not step["request"]["path"].startswith(f"/api/v1/repos/{REPOSITORY}/")
        ):
            continue
        asking = step["request"]
        if asking["auth"] is None or "branch" in asking["path"] or "contents" in asking["path"]:
            continue
        if "pulls/main/" in asking["path"]:
            continue
        body = json.dumps(asking["json"]).encode() if asking["json"] is not None else b""
        received = Received(asking["method"], asking["path"], {"authorization": f"token {TOKEN}"}, body)
        got = fake(received)
        assert isinstance(got, bytes)
        assert got.split(b" ")[1] == str(step["response"]["status"]).encode(), label
        asked += 1
    assert asked > 15


@pytest.mark.parametrize(
    ("status", "message", "raises"),
    [
        (405, "User not allowed to merge PR", NotPermittedError),
        (405, "Work in progress PRs cannot be merged", InputError),
        (405, "Please try again later", RefusedError),
        (409, "head out of date", RaceError),
    ],
)
def test_what_keeps_it_from_merging_by_itself(
    fake: FakeWorld, status: int, message: str, raises: type[Exception]
) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    said = json.dumps({"message": message}).encode()
    fake.fake.faults = [Fault("POST .*/merge$", answer(status, said, content_type="application/json"))]
    with pytest.raises(raises):
        forge.auto_merge(made)


def test_a_commit_that_came_in_between_takes_the_schedule_back(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)

    def moves() -> Iterator[bytes]:
        fake.push(BRANCH, "2")
        fake.fake.pulls[1].merges = "whatever comes"
        yield answer(201, b"")

    fake.fake.faults = [Fault("POST .*/merge$", moves)]
    with pytest.raises(RaceError, match="another commit"):
        forge.auto_merge(made)
    assert fake.merges_at(1) == ""


def test_reviews_that_the_forge_does_not_count_are_not_told(fake: FakeWorld) -> None:
    commit = fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    fake.review(1, "ada", "APPROVED", commit)
    fake.review(1, "mallory", "APPROVED", commit)
    fake.fake.pulls[1].reviews[-1]["official"] = False
    fake.review(1, "grace", "APPROVED", commit)
    fake.fake.pulls[1].reviews[-1]["dismissed"] = True
    assert forge.approvals(made) == (("ada",), (), None)


def test_teams_of_the_owner_are_asked(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    made = fake.forge().create(PROPOSAL._replace(reviewers=("acme/risk-ml",)))
    assert made.reviewers == ("acme/risk-ml",)
    fake.fake.pulls[1].reviewers.clear()
    before = list(fake.fake.writes)
    fake.forge().create(PROPOSAL._replace(reviewers=("acme/risk-ml",)))
    assert fake.fake.writes == before


@pytest.mark.servers
def test_git_is_let_in_by_the_same_token(gitea: Any, tmp_path: Any) -> None:
    repo = gitea.repository(tmp_path / "clone")
    where = Where("http", "127.0.0.1", int(gitea.url.rpartition(":")[2]), "bot/x")
    found = forges.credential(where, {"kind": "gitea"}, {"GITEA_TOKEN": gitea.tokens["bot"]})
    assert found is not None
    url = repo.git("remote", "get-url", "origin").replace("://", f"://{found.username}:{found.token}@")
    assert repo.git("ls-remote", url, "refs/heads/main").startswith(repo.git("rev-parse", "main"))
    assert repo.git("push", "--quiet", url, "main:refs/heads/other") == ""
