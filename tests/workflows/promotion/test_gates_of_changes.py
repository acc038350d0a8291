"""Changes that are there: what is a rollback, whose approval counts, and what keeps no other from being judged."""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from support.memory_forge import MemoryForge
from support.promotions import CHURN, FRAUD, PROJECT, SCORE, Shop, evaluation, new_shop, state

from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Approvals
from mlgitops.wiring import promotions
from mlgitops.workflows.gates import Gates, Judged, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlgitops.ports.forge import PullRequest
    from mlgitops.workflows.promotion.session import Parts

HAND = "ada/by-hand"
HOLD = "\nhold: {reason: looking into it}\n"
OVERRIDE = "Bring a fix\n\nMlgitops-Override: hold: it burns\n"


class Silent(MemoryForge):
    """A forge that tells this account nothing, or not who has reviewed."""

    lists = False

    def pull_requests(self, prefix: str, base: str | None = None) -> list[PullRequest]:
        if not self.lists:
            raise NotPermittedError("the forge answers 403")
        return super().pull_requests(prefix, base)

    def approvals(self, found: PullRequest) -> Approvals:
        raise NotPermittedError(f"the forge answers 403 for {found.number}")


@pytest.fixture
def forge(shop: Shop) -> MemoryForge:
    return MemoryForge(shop.bare)


def judged(shop: Shop, forge: MemoryForge | None, **asked: object) -> list[Judged]:
    with shop.parts(forge) as parts:
        return Gates(parts).run(Request(**asked))


def one(shop: Shop, forge: MemoryForge | None, **asked: object) -> Judged:
    (found,) = judged(shop, forge, **asked)
    return found


def results(change: Judged) -> dict[str, str]:
    return {told.gate: told.verdict.result for planned in change.planned for told in planned.told}


def prod(version: str, more: str = "", **changes: str) -> dict[str, str]:
    return {CHURN.path("prod"): state(CHURN, "prod", version) + more, **evaluation(CHURN, version), **changes}


def fetched(shop: Shop, commit: str) -> str:
    shop.clone.git("fetch", "--quiet", "origin")
    return commit


@pytest.mark.long
def test_a_revert_of_a_rollback_is_a_promotion(shop: Shop) -> None:
    shop.push(prod("1.1.0"))
    shop.push(prod("1.0.0", HOLD), message="Roll back")
    change = one(shop, None, commit=fetched(shop, shop.push(prod("1.1.0"), HAND, 'Revert "Roll back"')))
    assert [planned.move.action for planned in change.planned] == ["promotion"]
    assert change.failed
    assert (results(change)["hold"], results(change)["regression"]) == ("failed", "failed")
    back = one(shop, None, commit=fetched(shop, shop.push(prod("0.9.0"), "b")))
    assert back.planned[0].move.action == "promotion", "it has never been there"


@pytest.mark.long
def test_what_was_there_before_is_a_rollback_however_often_it_came(shop: Shop) -> None:
    for version in ("1.1.0", "1.0.0", "1.1.0", "1.2.0"):
        shop.push(prod(version))
    for version in ("1.0.0", "1.1.0"):
        change = one(shop, None, commit=fetched(shop, shop.push(prod(version), f"back/{version}")))
        assert [planned.move.action for planned in change.planned] == ["rollback"], version


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Shop, MemoryForge]]:
    """A change by hand that asks to override a hold, by the code owners of the base."""

    @functools.cache
    def made(owners: str) -> tuple[Shop, MemoryForge]:
        shop = new_shop(tmp_path_factory.mktemp("owned"))
        shop.push(prod("1.0.0", HOLD, CODEOWNERS=owners))
        shop.push({**prod("1.1.0"), **evaluation(CHURN, "1.9.0")}, HAND, OVERRIDE)
        forge = MemoryForge(shop.bare)
        forge.open(HAND, author="ada")
        return shop, forge

    return made


@pytest.mark.parametrize(
    ("owners", "reviews", "counts"),
    [
        ("* @carol\n", Approvals(("bob",), (), True), False),
        ("* @carol\n", Approvals(("carol",), (), None), True),
        ("* @acme/ml\n", Approvals(("bob",), (), True), True),
        ("* @acme/ml\n", Approvals((), (), True), False),
        ("* @acme/ml\n", Approvals(("ada",), (), True), False),
        ("* @acme/ml\n", Approvals(("bob",), (), None), False),
        ("* @carol\n/environments/dev/ @dan\n", Approvals(("carol",), (), None), False),
        ("* @carol\n/environments/dev/ @dan\n", Approvals(("carol", "dan"), (), None), True),
        ("/environments/dev/ @dan\n", Approvals(("dan",), (), True), False),
        ("", Approvals(("bob",), (), True), False),
    ],
)
def test_an_override_needs_an_owner_of_all_that_changes(
    owned: Callable[[str], tuple[Shop, MemoryForge]], owners: str, reviews: Approvals, counts: bool
) -> None:
    shop, forge = owned(owners)
    forge.reviews[HAND] = reviews
    assert one(shop, forge).failed is not counts


def test_an_override_counts_for_the_services_that_it_names(shop: Shop, forge: MemoryForge) -> None:
    score = {SCORE.path("prod"): state(SCORE, "prod", "1.0.0") + HOLD}
    shop.push({**prod("1.0.0", HOLD, CODEOWNERS="* @carol\n"), **score})
    new = {**prod("1.1.0"), SCORE.path("prod"): state(SCORE, "prod", "1.1.0")}
    shop.push(new, HAND, OVERRIDE.replace("hold:", "hold churn:"))
    forge.open(HAND, author="ada")
    forge.reviews[HAND] = Approvals(("carol",), (), None)
    told = {planned.move.unit.name: planned.refused for planned in one(shop, forge).planned}
    assert told == {"churn": False, "score": True}


def test_a_commit_is_judged_with_its_pull_request(shop: Shop, forge: MemoryForge) -> None:
    shop.push(prod("1.0.0", HOLD, CODEOWNERS="* @carol\n"))
    commit = fetched(shop, shop.push(prod("1.1.0"), HAND, OVERRIDE))
    forge.open(HAND, author="ada")
    forge.reviews[HAND] = Approvals(("carol",), (), None)
    change = one(shop, forge, commit=commit)
    assert not change.failed
    assert (change.pull_request and change.pull_request.number, results(change)["approval"]) == (1, "passed")
    assert one(shop, None, commit=commit).failed


def test_the_merge_that_a_forge_makes_for_a_job_stands_for_the_pull_request(shop: Shop, forge: MemoryForge) -> None:
    head = shop.push(prod("1.1.0"), HAND)
    shop.push({"README.md": "news\n"})
    forge.open(HAND, author="ada")
    people = shop.people
    people.git("checkout", "--quiet", "--detach", "origin/main")
    people.git("merge", "--quiet", "--no-ff", "--message", "Merge", head)
    merge = people.git("rev-parse", "HEAD")
    (people.top / "more.md").write_text("what nobody reviews\n")
    people.git("add", "--all")
    people.git("commit", "--quiet", "--amend", "--message", "Merge and more")
    evil = people.git("rev-parse", "HEAD")
    people.git("push", "--quiet", "origin", f"{merge}:refs/merge/1", f"{evil}:refs/merge/2")
    shop.clone.git("fetch", "--quiet", "origin", "refs/merge/1", "refs/merge/2")
    change = one(shop, forge, commit=merge, status=True)
    assert (change.commit, change.pull_request is not None) == (head, True)
    assert {commit for commit, _ in forge.statuses} == {head}
    change = one(shop, forge, commit=evil)
    assert (change.commit, change.pull_request) == (evil, None)


@pytest.mark.long
def test_a_merge_into_something_else_stands_for_itself(shop: Shop, forge: MemoryForge) -> None:
    """Whoever pushes a merge of a reviewed commit into a commit of their own has that judged, too."""
    head = shop.push(prod("1.1.0"), HAND)
    forge.open(HAND, author="ada")
    own = shop.push({SCORE.path("prod"): state(SCORE, "prod", "1.3.0")}, "eve")
    people = shop.people
    people.git("checkout", "--quiet", "--detach", own)
    people.git("merge", "--quiet", "--no-ff", "--message", "Merge", head)
    merge = people.git("rev-parse", "HEAD")
    people.git("push", "--quiet", "origin", f"{merge}:refs/merge/1")
    shop.clone.git("fetch", "--quiet", "origin", "refs/merge/1")
    change = one(shop, forge, commit=merge)
    assert (change.commit, change.pull_request) == (merge, None)
    assert {planned.move.unit.name for planned in change.planned} == {"churn", "score"}


@pytest.mark.parametrize("lists", [True, False])
def test_a_forge_that_tells_nothing_is_said(shop: Shop, lists: bool) -> None:
    silent = Silent(shop.bare)
    silent.lists = lists
    commit = fetched(shop, shop.push(prod("1.1.0"), HAND))
    silent.open(HAND)
    change = one(shop, silent, commit=commit)
    assert (change.failed, "approval" in results(change)) == (False, False)
    assert change.untold.startswith("the forge answers 403")
    with pytest.raises(NotPermittedError):
        judged(shop, silent, commit=commit, status=True)
    with pytest.raises(NotPermittedError):
        judged(shop, silent)


def test_the_command_says_what_the_forge_does_not_tell(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = fetched(shop, shop.push(prod("1.1.0"), HAND))
    asked: list[tuple[bool, bool]] = []

    real = promotions.opened

    @contextmanager
    def opened(root: Path, options: promotions.Options) -> Iterator[Parts]:
        asked.append((options.forge, options.with_token))
        with real(root, options._replace(forge=False)) as parts:
            yield parts._replace(forge=lambda _: Silent(shop.bare))

    monkeypatch.setattr(promotions, "opened", opened)
    outcome = shop.run("gates", "--commit", commit)
    assert (outcome.code, asked) == (0, [(True, True)])
    assert outcome.err == "approval is not judged and no override counts: the forge answers 403\n"
    assert shop.run("gates", "--commit", commit, "--status").code == 6
    assert shop.run("gates", "--pull-requests").code == 6
    assert asked[1:] == [(True, False), (True, False)]


BROKEN = state(CHURN, "prod", "1.0.0").replace("replicas: {min: 2, max: 6}", "replicas: {min: many}")


@pytest.mark.parametrize(("found", "verdict"), [(BROKEN, "passed"), (BROKEN + HOLD, "failed"), ("kind: [\n", "passed")])
def test_the_change_that_mends_the_base_is_judged(shop: Shop, forge: MemoryForge, found: str, verdict: str) -> None:
    shop.push({CHURN.path("prod"): found}, render=False)
    commit = fetched(shop, shop.push(prod("1.1.0"), HAND))
    forge.open(HAND)
    change = one(shop, forge, commit=commit)
    assert (change.broken, results(change)["hold"], change.failed) == ("", verdict, verdict == "failed")
    before = change.planned[0].move.before
    assert (before and before["version"]) == (None if found.startswith("kind") else "1.0.0")


@pytest.mark.long
def test_a_file_where_no_state_can_stand_keeps_no_change_from_being_judged(shop: Shop, forge: MemoryForge) -> None:
    shop.push({"environments/prod/state/deep/er/x.yaml": "kind: [\n"}, render=False)
    shop.push(prod("1.1.0"), HAND, render=False)
    forge.open(HAND)
    assert results(one(shop, forge))["step"] == "passed"


def test_what_is_judged_is_the_merge(shop: Shop, forge: MemoryForge) -> None:
    """The branch brings a release, and the base has changed what stays in the same file since: Git merges both."""
    commit = shop.push(prod("1.1.0"), HAND)
    more = state(CHURN, "prod", "1.0.0").replace("max: 6", "max: 5")
    shop.push({CHURN.path("prod"): more})
    forge.open(HAND)
    change = one(shop, forge)
    assert (change.commit, change.failed) == (commit, False)
    (planned,) = change.planned
    assert planned.findings == []
    assert (planned.move.version, planned.move.document["deploy"]["replicas"]) == ("1.1.0", {"min": 2, "max": 5})


def test_a_conflict_is_said_once(shop: Shop, forge: MemoryForge) -> None:
    commit = fetched(shop, shop.push(prod("1.1.0"), HAND))
    shop.push(prod("1.2.0"))
    forge.open(HAND)
    (change,) = found = judged(shop, forge, status=True)
    paths = [path for path in shop.changed(HAND) if "evaluations" not in path]
    assert change.broken.startswith(f"it conflicts with main in {', '.join(sorted(paths)[:3])}")
    assert change.broken.endswith("; merge main into it, and run `mlgitops render` where manifests are among them")
    assert (change.planned, change.failed, forge.verdicts(commit)) == ([], True, {"findings": "failure"})
    outcome = shop.run("gates", "--commit", commit)
    assert (outcome.code, outcome.out) == (1, f"commit {commit[:12]}\n  cannot be judged: {change.broken}\n")
    assert found[0].pull_request


def test_each_pull_request_is_judged_for_itself(
    shop: Shop, forge: MemoryForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.push(prod("1.1.0"), "a/good")
    shop.push({SCORE.path("prod"): state(SCORE, "prod", "1.1.0"), **evaluation(SCORE, "1.1.0")}, "b/moved")
    people = shop.people
    people.git("checkout", "--quiet", "--orphan", "apart", "origin/main")
    people.commit(message="No past")
    people.git("push", "--quiet", "origin", "HEAD:refs/heads/c/apart")
    shop.push({"README.md": "news\n"}, "d/gone")
    shop.push({"README.md": "more\n"}, "e/fine")
    for branch in ("a/good", "b/moved", "c/apart", "d/gone", "e/fine"):
        forge.open(branch)
    shop.bare.git("update-ref", "-d", "refs/heads/d/gone")
    monkeypatch.setattr(forge, "_look", lambda: None)  # the forge has not noticed
    approvals = forge.approvals

    def told(found: PullRequest) -> Approvals:
        if found.branch == "b/moved":
            raise RaceError("it has another commit by now")
        return approvals(found)

    monkeypatch.setattr(forge, "approvals", told)
    found = {change.pull_request.branch: change for change in judged(shop, forge, status=True) if change.pull_request}
    assert {branch: bool(change.broken) for branch, change in found.items()} == {
        "a/good": False,
        "b/moved": True,
        "c/apart": True,
        "d/gone": True,
        "e/fine": False,
    }
    assert "no branch" in found["d/gone"].broken
    assert results(found["a/good"])["step"] == "passed"
    assert forge.verdicts(found["c/apart"].commit) == {"findings": "failure"}


@pytest.mark.long
def test_a_change_that_git_breaks_off_over_keeps_no_other_from_being_judged(
    shop: Shop, forge: MemoryForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.push(prod("1.1.0"), "a/good")
    bad = shop.push({"README.md": "news\n"}, "b/bad")
    shop.push({"other.md": "the base moves\n"})
    for branch in ("a/good", "b/bad"):
        forge.open(branch)
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    fails = f'case "$*" in *merge-tree*{bad}) echo "fatal: out of memory" >&2; exit 128;; esac'
    program.write_text(f'#!/bin/sh\n{fails}\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    broken = {one.pull_request.branch: one.broken for one in judged(shop, forge) if one.pull_request}
    assert broken["a/good"] == ""
    assert "out of memory" in broken["b/bad"]
    shop.clone.git("fetch", "--quiet", "origin")
    with pytest.raises(RefusedError, match="out of memory"):
        judged(shop, forge, commit=bad)


def test_a_shallow_clone_is_asked_wrongly_for_all(shop: Shop, forge: MemoryForge) -> None:
    shop.push(prod("1.1.0"), HAND)
    forge.open(HAND)
    shallow = shop.folder / "shallow"
    shop.clone.git("clone", "--quiet", "--depth=1", "--no-single-branch", shop.bare.top.as_uri(), str(shallow))
    with shop.parts(forge, type(shop.clone)(shallow)) as parts, pytest.raises(InputError, match="shallow"):
        Gates(parts).run(Request())


@pytest.mark.long
def test_history_is_read_once_an_environment(shop: Shop, forge: MemoryForge, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (CHURN, SCORE, FRAUD)
    for service in names:
        change = {service.path("prod"): state(service, "prod", "1.1.0"), **evaluation(service, "1.1.0")}
        shop.push(change, f"by-hand/{service.name}")
        forge.open(f"by-hand/{service.name}")
    from mlgitops.adapters.git.history import CommitHistory

    asked: Counter[tuple[str, ...]] = Counter()
    revisions = CommitHistory.revisions

    def counted(self: CommitHistory, commit: str, folders: list[str]) -> object:
        asked[tuple(folders)] += 1
        return revisions(self, commit, folders)

    monkeypatch.setattr(CommitHistory, "revisions", counted)
    assert len(judged(shop, forge)) == len(names)
    assert asked["environments/prod/state",] == 1
    assert max(asked.values()) == 1


def test_code_owners_stand_at_the_top_of_git(shop: Shop, forge: MemoryForge) -> None:
    people, clone = shop.people, shop.clone
    people.git("checkout", "--quiet", "main")
    people.git("pull", "--quiet", "--ff-only", "origin", "main")
    (people.top / "ml").mkdir()
    for name in ("environments", "mlgitops.yaml", "templates"):
        people.git("mv", name, f"ml/{name}")
    (people.top / "CODEOWNERS").write_text("/environments/ @mallory\n/ml/environments/ @carol\n")
    people.commit(message="Move")
    people.git("push", "--quiet", "origin", "main")
    people.git("checkout", "--quiet", "-B", HAND)
    for path, text in prod("1.1.0").items():
        (people.top / "ml" / path).write_text(text)
    assert shop.run("render", "--no-cache", where=type(people)(people.top / "ml")).code == 0
    people.commit(message="By hand")
    people.git("push", "--quiet", "origin", HAND)
    clone.git("pull", "--quiet", "--ff-only", "origin", "main")
    forge.open(HAND)
    for name, result in (("mallory", "pending"), ("carol", "passed")):
        forge.reviews[HAND] = Approvals((name,), (), None)
        with shop.parts(forge, type(clone)(clone.top / "ml")) as parts:
            (change,) = Gates(parts).run(Request())
        assert results(change)["approval"] == result, name


def test_overridable_is_the_base_s(shop: Shop, forge: MemoryForge) -> None:
    shop.push(
        {"mlgitops.yaml": PROJECT.replace("prod: [step, hold, soak]", "prod: [step]"), "CODEOWNERS": "* @carol\n"}
    )
    shop.push(prod("1.0.0", HOLD))
    shop.push(prod("1.1.0"), HAND, OVERRIDE)
    forge.open(HAND)
    forge.reviews[HAND] = Approvals(("carol",), (), True)
    assert one(shop, forge).failed


def test_a_forge_is_asked_where_a_token_for_it_is_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgitops.cli._remote import options

    shop.clone.git("remote", "set-url", "origin", "https://github.com/acme/ml.git")
    asked = options("origin", forge=True, writes=False)._replace(with_token=True)
    with promotions.opened(shop.clone.top, asked) as parts:
        assert parts.forge({}) is None
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_made_up")
    with promotions.opened(shop.clone.top, asked) as parts:
        known = parts.forge({})
        assert known is not None
        assert known.kind == "github"
    shop.clone.git("remote", "set-url", "origin", "https://git.example/acme/ml.git")
    with promotions.opened(shop.clone.top, asked) as parts:
        assert parts.forge({}) is None, "nothing tells what it is"
