"""What only GitLab does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.forges.fake import Fault
from support.forges.gitlab import FakeGitLab
from support.forges.worlds import served
from support.scripted import answer

from mlgitops.adapters import forges
from mlgitops.adapters.forges.gitlab import _moment
from mlgitops.adapters.http import Client
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Proposal, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.forges.worlds import FakeWorld

BRANCH = "mlgitops/promote/dev/staging/teamless"
PROPOSAL = Proposal(BRANCH, "main", "Promote fraud", "Words.", draft=False)


@pytest.fixture
def fake() -> Iterator[FakeWorld]:
    with served("gitlab") as world:
        yield world


def of(world: FakeWorld) -> FakeGitLab:
    assert isinstance(world.fake, FakeGitLab)
    return world.fake


def refusal(status: int, message: str) -> bytes:
    return answer(status, json.dumps({"message": message}).encode(), content_type="application/json")


@pytest.mark.parametrize("tells_when", [True, False], ids=["newer", "older"])
def test_an_approval_from_before_the_push_does_not_count(fake: FakeWorld, tells_when: bool) -> None:
    of(fake).tells_when = tells_when
    commit = fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    forge.approvals(made)
    fake.review(1, "ada", "APPROVED", commit)
    assert forge.approvals(made).approved == ("ada",)
    newer = fake.push(BRANCH, "2")
    with pytest.raises(RaceError):
        forge.approvals(made)
    moved = made._replace(commit=newer)
    assert forge.approvals(moved).approved == ()  # GitLab itself keeps it
    fake.review(1, "grace", "APPROVED", newer)
    assert forge.approvals(moved).approved == ("grace",)


@pytest.mark.parametrize(
    ("left", "required", "satisfied"), [(None, 2, None), (0, 2, True), (2, 2, False), (0, 0, None), (1, 0, False)]
)
def test_the_project_s_own_demands(fake: FakeWorld, left: int | None, required: int, satisfied: bool | None) -> None:
    """Where nothing is demanded, that nothing is missing says nothing of anybody's approval."""
    of(fake).approvals_left, of(fake).approvals_required = left, required
    fake.push(BRANCH)
    forge = fake.forge()
    assert forge.approvals(forge.create(PROPOSAL)).satisfied is satisfied


def test_moments_are_compared_across_zones() -> None:
    assert _moment("2026-11-21T09:00:00.000+01:00") < _moment("2026-11-21T08:00:01.000Z")
    assert _moment("2026-11-21T08:00:00") == _moment("2026-11-21T08:00:00Z")
    with pytest.raises(RefusedError):
        _moment("yesterday")


def test_groups_cannot_review_and_labels_have_no_comma(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    with pytest.raises(InputError, match="not groups"):
        fake.forge().create(PROPOSAL._replace(reviewers=("acme/risk-ml",)))
    with pytest.raises(InputError, match="label"):
        fake.forge().create(PROPOSAL._replace(labels=("a,b",)))
    assert fake.fake.log == []


@pytest.mark.parametrize(
    ("status", "message", "raises"),
    [
        (401, "401 Unauthorized", NotPermittedError),
        (405, "405 Method Not Allowed", RefusedError),
        (422, "Branch cannot be merged", RefusedError),
    ],
)
def test_what_keeps_it_from_merging_by_itself(
    fake: FakeWorld, status: int, message: str, raises: type[Exception]
) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    fake.fake.faults = [Fault("PUT .*/merge$", refusal(status, message))]
    with pytest.raises(raises, match="merged"):
        forge.auto_merge(made)
    forge.auto_merge(made)  # the credential is good all the same


def test_another_step_that_a_status_does_not_take_is_told(fake: FakeWorld) -> None:
    commit = fake.push(BRANCH)
    said = "Cannot transition status via :run from :success"
    fake.fake.faults = [Fault("POST .*/statuses/", refusal(400, said))]
    with pytest.raises(InputError, match="Cannot transition"):
        fake.forge().set_statuses(commit, [Status("mlgitops/soak", "pending", "1 h")])


def test_a_job_s_token_that_may_not_open_says_what_would(fake: FakeWorld) -> None:
    where = fake.where
    environment = {"GITLAB_CI": "true", "CI_SERVER_URL": fake.url, "CI_JOB_TOKEN": "j0b-canary-0123456789"}
    with Client(trust_env=False, patience=forges.PATIENCE) as client:
        found = forges.recognise(where, {}, environment, client)
        assert found is not None
        with pytest.raises((NotPermittedError, InputError)) as caught:
            found.pull_requests("mlgitops/")
    assert "CI_JOB_TOKEN" in (caught.value.hint or "")
    assert "GITLAB_TOKEN" in (caught.value.hint or "")
    assert fake.fake.server.received[0].headers["job-token"] == "j0b-canary-0123456789"


def test_a_commit_that_gitlab_does_not_know_yet_is_not_merged(fake: FakeWorld) -> None:
    fake.push(BRANCH)
    forge = fake.forge()
    made = forge.create(PROPOSAL)
    before = list(fake.fake.log)
    with pytest.raises(RefusedError, match="does not know the commit"):
        forge.auto_merge(made._replace(commit=""))
    assert fake.fake.log == before
