"""What only GitHub does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.clocks import Sleeper
from support.forges import documented, graphql
from support.forges.fake import Fault
from support.forges.github import FakeGitHub
from support.forges.worlds import served
from support.scripted import answer

from mlgitops.adapters import forges
from mlgitops.adapters.forges import github
from mlgitops.adapters.forges.shared.rest import Access, Rest
from mlgitops.adapters.forges.shared.site import Site
from mlgitops.adapters.forges.shared.tokens import Token
from mlgitops.adapters.http import Client
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.forges.worlds import FakeWorld

    from mlgitops.errors import MlgitopsError

BRANCH = "mlgitops/promote/dev/staging/teamless"
PROPOSAL = Proposal(BRANCH, "main", "Promote fraud", "Words.", draft=False)


@pytest.fixture
def fake() -> Iterator[FakeWorld]:
    with served("github") as world:
        yield world


def of(world: FakeWorld) -> FakeGitHub:
    assert isinstance(world.fake, FakeGitHub)
    return world.fake


def test_a_plan_without_drafts_gets_a_marked_title(fake: FakeWorld) -> None:
    of(fake).drafts = False
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL._replace(draft=True))
    assert (made.draft, made.title, fake.title(1)) == (True, "Promote fraud", "[Draft] Promote fraud")
    before = list(fake.fake.writes)
    assert forge.create(PROPOSAL._replace(draft=True)) == made
    assert fake.fake.writes == before
    ready = forge.update(made, PROPOSAL)
    assert (ready.draft, fake.title(1)) == (False, "Promote fraud")
    again = forge.update(ready, PROPOSAL._replace(draft=True))
    assert (again.draft, fake.title(1)) == (True, "[Draft] Promote fraud")


def test_what_can_be_merged_at_once_is_merged_at_its_commit(fake: FakeWorld) -> None:
    of(fake).clean = True
    commit = fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    forge.auto_merge(made)
    assert (fake.fake.pulls[1].state, fake.merges_at(1)) == ("merged", commit)
    forge.auto_merge(made)


def test_a_commit_that_came_in_between_is_not_merged(fake: FakeWorld) -> None:
    of(fake).clean = True
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    conflict = json.dumps({"message": "Head branch was modified. Review and try the merge again."}).encode()
    fake.fake.faults = [Fault("PUT .*/merge$", answer(409, conflict, content_type="application/json"))]
    with pytest.raises(RaceError, match="another commit"):
        forge.auto_merge(made)
    assert fake.fake.pulls[1].state == "open"


def test_a_repository_that_does_not_allow_it_says_so(fake: FakeWorld) -> None:
    of(fake).auto_merges = False
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    with pytest.raises(InputError, match="does not allow") as caught:
        forge.auto_merge(made)
    assert "--auto-merge" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("kind", "message", "raises"),
    [
        ("FORBIDDEN", "Resource not accessible by integration", NotPermittedError),
        ("INSUFFICIENT_SCOPES", "Your token has not been granted the required scopes", NotPermittedError),
        ("NOT_FOUND", "Could not resolve to a Repository", InputError),
        ("RATE_LIMITED", "API rate limit exceeded", RefusedError),
        ("UNPROCESSABLE", "Something else", InputError),
        (None, "Something went wrong while executing your query.", RefusedError),
    ],
)
def test_errors_that_come_with_200(
    fake: FakeWorld, kind: str | None, message: str, raises: type[MlgitopsError]
) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    error = {"message": f"{message} {fake.token}\u001b[31m"} | ({"type": kind} if kind else {})
    body = json.dumps({"data": None, "errors": [error]}).encode()
    fake.fake.faults = [Fault("POST .*graphql", answer(200, body, content_type="application/json"))]
    with pytest.raises(raises) as caught:
        forge.approvals(made)
    assert message in caught.value.message
    assert fake.token not in caught.value.message
    assert "\u001b" not in caught.value.message


def test_a_moved_branch_has_no_approvals_to_tell(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    fake.push(BRANCH, "2")
    with pytest.raises(RaceError):
        forge.approvals(made)


def test_reviews_of_strangers_and_comments_do_not_count(fake: FakeWorld) -> None:
    commit = fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    assert forge.approvals(made).satisfied is None
    for number, account in enumerate(["ada", "grace", "linus", "margaret", "tim"]):
        fake.review(1, account, "APPROVED", commit)
        fake.fake.pulls[1].reviews[-1]["official"] = number != 2
    assert forge.approvals(made) == (("ada", "grace", "margaret", "tim"), (), True)
    fake.review(1, "ada", "COMMENTED", commit)
    fake.review(1, "tim", "CHANGES_REQUESTED", commit)
    assert forge.approvals(made) == (("ada", "grace", "margaret"), ("tim",), False)


def test_teams_of_the_owner_are_asked_by_their_slug(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    made = fake.forge().create(PROPOSAL._replace(reviewers=("acme/risk-ml", "ada")))
    assert made.reviewers == ("acme/risk-ml", "ada")
    fake.fake.pulls[1].reviewers.clear()  # one of the team has answered
    before = list(fake.fake.writes)
    fake.forge().create(PROPOSAL._replace(reviewers=("acme/risk-ml", "ada")))
    assert fake.fake.writes == before


def test_on_github_com_a_second_lies_between_two_writes(fake: FakeWorld) -> None:
    site = Site("github", "https://github.com", "acme/fleet", public=True)
    public, address = github.access(site, None, {})
    assert (public.pause, address) == (1.0, "https://api.github.com/graphql")
    sleeper = Sleeper()
    with Client(trust_env=False, patience=forges.PATIENCE, time=sleeper.time()) as client:
        local = Access(
            f"{fake.url}/api/v3", Token(fake.token, github.TOKENS[0]), public.authorization, (), public.headers, 1.0
        )
        rest = Rest(local, client)
        fake.push(BRANCH)
        for number in range(3):
            rest.send(
                "POST",
                "/repos/acme/fleet/statuses/" + "a" * 40,
                {"state": "success", "context": str(number)},
                accept=(201,),
            )
            rest.get("/repos/acme/fleet/pulls", {"state": "open"})
    assert len(sleeper.slept) == 2
    assert all(0.8 < seconds <= 1.0 for seconds in sleeper.slept)


def test_the_judge_of_queries_refuses_what_is_not_documented(fake: FakeWorld) -> None:
    assert fake.kind == "github"
    for query in (github._REVIEWS, github._MERGING, github._MERGE, github._TO_DRAFT, github._TO_READY):
        assert graphql.faults(query, documented.GITHUB_TYPES, documented.GITHUB_ARGUMENTS) == []
    for query in (
        github._REVIEWS.replace("headRefOid", "headOid"),
        github._REVIEWS.replace("writersOnly", "writers"),
        github._REVIEWS.replace("$after: String", ""),
        github._MERGE.replace("expectedHeadOid", "expectedHead"),
        github._MERGING.replace("{ enabledAt }", ""),
    ):
        assert graphql.faults(query, documented.GITHUB_TYPES, documented.GITHUB_ARGUMENTS) != []
