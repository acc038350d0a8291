"""What every forge does, whichever it is: the same tests over all adapters, and over a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.forges.worlds import FakeWorld

from mlgitops.errors import InputError, NotPermittedError, RaceError
from mlgitops.ports.forge import Proposal, Status

if TYPE_CHECKING:
    from support.forges.worlds import GiteaWorld

    World = FakeWorld | GiteaWorld

BRANCH = "mlgitops/promote/dev/staging/team.risk-ml"
BODY = "Promotes **fraud** 1.4 → 1.5.\n\n| metric | before | after |\n|---|---|---|\n| auc | 0.93 | 0.94 |\n"
PROPOSAL = Proposal(BRANCH, "main", "Promote fraud to staging", BODY, draft=False)


@pytest.fixture
def commit(world: World) -> str:
    return world.push(BRANCH)


def writes(world: World) -> list[str] | None:
    """What was written; None where nobody counts."""
    return list(world.fake.writes) if isinstance(world, FakeWorld) else None


def reads_only(world: World, before: list[str] | None) -> bool:
    """Whether nothing but GraphQL queries was posted since."""
    after = writes(world)
    return before is None or after is None or [one for one in after[len(before) :] if "graphql" not in one] == []


def test_a_pull_request_is_opened_as_proposed(world: World, commit: str) -> None:
    made = world.forge().create(PROPOSAL)
    assert (made.branch, made.base, made.commit) == (BRANCH, "main", commit)
    assert (made.title, made.body.strip(), made.draft, made.state) == (PROPOSAL.title, BODY.strip(), False, "open")
    assert (made.author, made.labels, made.reviewers) == (world.account, (), ())
    assert made.url.startswith(world.url)


def test_a_second_run_finds_it_and_writes_nothing(world: World, commit: str) -> None:
    proposal = PROPOSAL._replace(draft=True, labels=("promotion", "risk ml"), reviewers=("ada",))
    made = world.forge().create(proposal)
    before = writes(world)
    forge = world.forge()
    assert forge.create(proposal) == made
    assert forge.update(made, proposal) == made
    assert reads_only(world, before)
    assert made.commit == commit
    assert made.labels == ("promotion", "risk ml")
    assert made.reviewers == ("ada",)
    assert world.labels() in ([], ["promotion", "risk ml"], ["risk ml", "promotion"])


def test_what_was_proposed_differently_is_brought_up_to_date(world: World, commit: str) -> None:
    made = world.forge().create(PROPOSAL)
    newer = PROPOSAL._replace(title="Promote fraud and churn", body="Other words.", labels=("promotion",))
    again = world.forge().create(newer)
    assert (again.number, again.title, again.body) == (made.number, newer.title, newer.body)
    assert again.labels == ("promotion",)
    assert again.commit == commit


@pytest.mark.usefixtures("commit")
def test_a_draft_becomes_ready_and_a_draft_again(world: World) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL._replace(draft=True))
    assert (made.draft, made.title) == (True, PROPOSAL.title)
    ready = forge.update(made, PROPOSAL)
    assert (ready.draft, ready.title, world.title(ready.number)) == (False, PROPOSAL.title, PROPOSAL.title)
    again = forge.update(ready, PROPOSAL._replace(draft=True))
    assert (again.draft, again.title) == (True, PROPOSAL.title)


@pytest.mark.usefixtures("commit")
def test_labels_and_reviewers_that_stand_there_stay(world: World) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL._replace(labels=("by-hand",), reviewers=("ada",)))
    again = forge.update(made, PROPOSAL._replace(labels=("promotion",)))
    assert (again.labels, again.reviewers) == (("by-hand", "promotion"), ("ada",))


def test_who_has_answered_is_not_asked_again(world: World, commit: str) -> None:
    proposal = PROPOSAL._replace(reviewers=("ada", world.account))
    made = world.forge().create(proposal)
    world.review(made.number, "ada", "APPROVED", commit)
    before = writes(world)
    assert world.account not in world.forge().create(proposal).reviewers
    assert reads_only(world, before)


@pytest.mark.usefixtures("commit")
def test_someone_who_cannot_review_is_named(world: World) -> None:
    with pytest.raises(InputError, match="nobody-here") as caught:
        world.forge().create(PROPOSAL._replace(reviewers=("nobody-here",)))
    assert "forge.reviewers" in (caught.value.hint or "")


@pytest.mark.usefixtures("commit")
def test_a_team_of_another_owner_is_refused_before_anything_is_written(world: World) -> None:
    before = writes(world)
    with pytest.raises(InputError, match="elsewhere/team cannot review"):
        world.forge().create(PROPOSAL._replace(reviewers=("elsewhere/team",)))
    assert reads_only(world, before)


def test_pull_requests_are_found_by_the_beginning_of_their_branch(world: World, commit: str) -> None:
    forge = world.forge()
    world.push("staging")
    world.push("mlgitops/hold/prod/x")
    world.push("other/branch")
    first = forge.create(PROPOSAL)
    second = forge.create(PROPOSAL._replace(branch="mlgitops/hold/prod/x"))
    into = forge.create(PROPOSAL._replace(base="staging"))
    forge.create(PROPOSAL._replace(branch="other/branch"))
    assert [pull.number for pull in forge.pull_requests("mlgitops/")] == [first.number, second.number, into.number]
    assert forge.pull_requests("mlgitops/promote/", "main") == [first]
    assert forge.pull_requests("mlgitops/", "staging") == [into]
    assert forge.pull_requests("nothing/") == []
    assert first.commit == commit


def test_a_fork_s_pull_request_is_not_taken_for_ours(world: World, commit: str) -> None:
    world.open_from_fork(BRANCH)
    forge = world.forge()
    assert forge.pull_requests("mlgitops/") == []
    made = forge.create(PROPOSAL)
    assert made.commit == commit
    assert forge.pull_requests("mlgitops/") == [made]


@pytest.mark.usefixtures("commit")
def test_what_a_person_wrote_meanwhile_is_not_overwritten(world: World) -> None:
    made = world.forge().create(PROPOSAL)
    world.edit(made.number, body="A person's words.")
    with pytest.raises(RaceError, match="changed by someone else"):
        world.forge().update(made, PROPOSAL._replace(body="New words."))
    found = world.forge().pull_requests("mlgitops/")[0]
    assert found.body == "A person's words."


@pytest.mark.usefixtures("commit")
def test_closed_with_a_comment_once(world: World) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL)
    forge.close(made, "Superseded by #2.")
    forge.close(made, "Superseded by #2.")
    assert world.comments(made.number) == ["Superseded by #2."]
    assert forge.pull_requests("mlgitops/") == []
    with pytest.raises(RaceError):
        forge.update(made, PROPOSAL._replace(body="New words."))


def test_after_closing_another_one_is_opened(world: World, commit: str) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL)
    forge.close(made, "")
    again = forge.create(PROPOSAL)
    assert again.number != made.number
    assert (again.state, again.commit) == ("open", commit)
    assert world.comments(made.number) == []


def test_reviews_of_the_newest_commit_count(world: World, commit: str) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL)
    assert forge.approvals(made)[:2] == ((), ())
    world.review(made.number, "ada", "APPROVED", commit)
    assert forge.approvals(made)[:2] == (("ada",), ())
    newer = world.push(BRANCH, "2")
    (found,) = forge.pull_requests("mlgitops/")
    assert found.commit == newer
    assert forge.approvals(found).approved == ()
    world.review(made.number, "ada", "CHANGES_REQUESTED", newer)
    assert forge.approvals(found)[:2] == ((), ("ada",))


def test_statuses_are_said_once_and_changed_when_they_change(world: World, commit: str) -> None:
    forge = world.forge()
    said = [
        Status("mlgitops/soak", "pending", "23 h of 24 h"),
        Status("mlgitops/hold", "success", "Nothing is held.", "https://example.org/hold"),
        Status("mlgitops/no-worse", "failure", "auc is 0.91, below 0.92. " * 30),
    ]
    forge.set_statuses(commit, said)
    before = writes(world)
    world.forge().set_statuses(commit, said)
    assert reads_only(world, before)
    assert world.statuses(commit) == {
        "mlgitops/soak": "pending",
        "mlgitops/hold": "success",
        "mlgitops/no-worse": "failure",
    }
    forge.set_statuses(commit, [Status("mlgitops/soak", "success", "24 h of 24 h")])
    assert world.statuses(commit)["mlgitops/soak"] == "success"


def test_a_pending_status_may_get_other_words(world: World, commit: str) -> None:
    forge = world.forge()
    forge.set_statuses(commit, [Status("mlgitops/soak", "pending", "1 h of 24 h")])
    forge.set_statuses(commit, [Status("mlgitops/soak", "pending", "2 h of 24 h")])
    assert world.statuses(commit) == {"mlgitops/soak": "pending"}


def test_merging_by_itself_is_for_one_commit(world: World, commit: str) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL)
    with pytest.raises(RaceError):
        forge.auto_merge(made._replace(commit="1" * 40))
    forge.auto_merge(made)
    forge.auto_merge(made)
    if isinstance(world, FakeWorld):
        assert world.merges_at(made.number) == commit


@pytest.mark.usefixtures("commit")
def test_a_body_over_the_limit_is_refused_here(world: World) -> None:
    forge = world.forge()
    with pytest.raises(InputError, match="characters"):
        forge.create(PROPOSAL._replace(body="x" * (forge.body_limit + 1)))
    at_limit = forge.create(PROPOSAL._replace(body="é" * min(forge.body_limit, 65_536)))
    assert len(at_limit.body) == min(forge.body_limit, 65_536)


@pytest.mark.usefixtures("commit")
def test_titles_that_forges_could_misread(world: World) -> None:
    forge = world.forge()
    made = forge.create(PROPOSAL._replace(title="[Draft] WIP: Promote   to\nstaging " + "x" * 300))
    assert not made.draft
    assert made.title.startswith("Promote to staging xxx")
    assert forge.create(PROPOSAL._replace(title="[Draft] WIP: Promote   to\nstaging " + "x" * 300)) == made


def test_a_branch_that_is_not_there_is_told_after_a_few_seconds(world: World) -> None:
    with pytest.raises(InputError):
        world.forge().create(PROPOSAL._replace(branch="mlgitops/never/pushed"))
    assert 5 < sum(world.sleeper.slept) < 15
    assert any("does not know of the push yet" in line for line in world.said)


def test_a_bad_token_is_refused_and_not_sent_again(world: World) -> None:
    world.push(BRANCH)
    world.token = "b4d-token-canary-0123456789"
    forge = world.forge()
    for _ in range(2):
        with pytest.raises(NotPermittedError) as caught:
            forge.create(PROPOSAL)
        assert "canary" not in str(caught.value)
    if isinstance(world, FakeWorld):
        assert len(world.fake.log) == 1
