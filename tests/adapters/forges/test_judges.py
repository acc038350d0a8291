"""What judges the fakes' requests refuses what no forge describes: else nothing else here would prove anything."""

from __future__ import annotations

import json

import pytest
from support.forges import description
from support.forges.fake import TOKEN
from support.forges.worlds import FAKES
from support.scripted import Received

REPO = {"github": "/api/v3/repos/acme/fleet", "gitea": "/api/v1/repos/acme/fleet", "gitlab": "/api/v4/projects/a%2Fb"}
PULLS = {"github": "pulls", "gitea": "pulls", "gitlab": "merge_requests"}
OPENING = {
    "github": {"head": "b", "base": "main", "title": "t"},
    "gitea": {"head": "b", "base": "main", "title": "t"},
    "gitlab": {"source_branch": "b", "target_branch": "main", "title": "t"},
}


def faults(kind: str, method: str, path: str, body: object = None) -> list[str]:
    if not description.FOLDER.is_dir():
        pytest.skip("no ../shared/forges beside the repository: it holds the descriptions")
    fake = FAKES[kind]()
    headers = {"authorization": TOKEN, "accept": "application/vnd.github+json"}
    content = b"" if body is None else json.dumps(body).encode()
    return fake.judge(Received(method, f"{REPO[kind]}/{path}", headers, content))


@pytest.mark.parametrize("kind", REPO)
def test_what_is_described_is_let_through(kind: str) -> None:
    assert faults(kind, "GET", f"{PULLS[kind]}?page=2") == []
    assert faults(kind, "POST", PULLS[kind], OPENING[kind]) == []


@pytest.mark.parametrize("kind", REPO)
def test_what_is_not_described_is_refused(kind: str) -> None:
    pulls, body = PULLS[kind], OPENING[kind]
    assert faults(kind, "GET", "pullrequests")
    assert faults(kind, "DELETE", pulls)
    assert faults(kind, "GET", f"{pulls}?size=2")
    assert faults(kind, "GET", f"{pulls}?page=two")
    assert faults(kind, "GET", f"{pulls}?state=opn")
    assert faults(kind, "POST", pulls, {**body, "headline": "t"})
    assert faults(kind, "POST", pulls, {**body, "title": 5})
    assert faults(kind, "POST", pulls, {**body, "title": None})
    assert faults(kind, "POST", pulls, [body])


def test_required_fields_are_demanded() -> None:
    assert faults("github", "POST", "pulls", {"head": "b", "title": "t"})
    assert faults("gitlab", "POST", "merge_requests", {"source_branch": "b", "target_branch": "main"})
    assert faults("gitea", "POST", "labels", {"name": "promotion"})
    assert faults("github", "POST", "issues/1/labels", {"labels": []})


@pytest.mark.parametrize("kind", ["github", "gitea"])
def test_answers_are_held_against_the_description_too(kind: str) -> None:
    if not description.FOLDER.is_dir():
        pytest.skip("no ../shared/forges beside the repository: it holds the descriptions")
    fake = FAKES[kind]()
    asked = Received("GET", f"{REPO[kind]}/pulls/1", {}, b"")
    assert fake.judge_answer(asked, 200, {"number": 1, "title": "t", "head": {"ref": "b"}}) == []
    assert fake.judge_answer(asked, 200, {"number": "1"})
    assert fake.judge_answer(asked, 200, {"head": {"branch": "b"}})
    assert fake.judge_answer(asked, 299, {})
