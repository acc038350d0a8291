"""Several at once, and a base that moves: one wins, the other is told, and nothing is lost."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from support.promotions import CHURN, Outcome, Shop, state
from support.remotes import hook
from support.repo import Repo
from support.waiting import eventually

from mlgitops.core.slots import slot_name
from mlgitops.errors import RaceError
from mlgitops.workflows.promote import Promote, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BRANCH = "mlgitops/promote/staging/prod/teamless"
REQUEST = Request(slot_name("staging"), slot_name("prod"), ("churn",))


class Interrupted:
    """A remote before one of whose calls something else happens."""

    def __init__(self, inner: Any, call: str, before: Callable[[], object]) -> None:
        self._inner = inner
        self._call = call
        self._before = before

    def __getattr__(self, name: str) -> Any:
        if name == self._call:
            self._before()
        return getattr(self._inner, name)


@contextmanager
def interrupted(shop: Shop, call: str, before: Callable[[], object]) -> Iterator[Promote]:
    with shop.parts() as parts:
        yield Promote(parts._replace(remote=Interrupted(parts.remote, call, before)))


def test_a_base_that_moved_while_it_was_planned(shop: Shop) -> None:
    with (
        interrupted(shop, "commit", lambda: shop.push({"README.md": "news\n"})) as promote,
        pytest.raises(RaceError) as caught,
    ):
        promote.run(REQUEST)
    assert caught.value.exit_code == 5
    assert "main has moved" in caught.value.message
    assert caught.value.hint == "Run the same command again: it plans on what is there now."
    assert shop.branches().keys() == {"main"}
    assert shop.run("promote", "staging", "prod", "churn").code == 0


@pytest.mark.long
def test_somebody_else_was_faster_with_the_same_branch(shop: Shop) -> None:
    other = state(CHURN, "prod", "1.0.0").replace("max: 6", "max: 9")
    theirs = {CHURN.path("prod"): other}
    with interrupted(shop, "push", lambda: shop.push(theirs, BRANCH)) as promote, pytest.raises(RaceError):
        promote.run(REQUEST)
    assert shop.show(BRANCH, CHURN.path("prod")) == other
    assert shop.run("promote", "staging", "prod", "churn").code == 0
    assert "max: 9" in shop.show(BRANCH, CHURN.path("prod")), "what they pushed is kept"


@pytest.mark.long
def test_people_who_push_while_it_is_brought_up_to_date_lose_nothing(shop: Shop) -> None:
    shop.run("promote", "staging", "prod", "churn")
    shop.release("1.1.1", CHURN, environments=("dev", "staging"))
    before = shop.branches()
    theirs = {"notes.md": "mind the holiday\n"}
    with (
        interrupted(shop, "push", lambda: shop.push(theirs, BRANCH, render=False)) as promote,
        pytest.raises(RaceError),
    ):
        promote.run(REQUEST)
    assert shop.bare.git("rev-parse", f"{BRANCH}^") == before[BRANCH]
    assert shop.show(BRANCH, "notes.md") == theirs["notes.md"]


@pytest.mark.long
def test_the_same_from_two_clones_is_one_branch(shop: Shop) -> None:
    """Both may say that it is done: their commits are one, or one of them lost."""
    second = Repo(shop.folder / "second")
    shutil.copytree(shop.clone.top, second.top)
    barrier, outcomes = Barrier(2), {}

    def promote(name: str, repo: Repo) -> None:
        barrier.wait()
        command = [sys.executable, "-m", "mlgitops", "-C", str(repo.top), "promote", "staging", "prod"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        outcomes[name] = Outcome(done.returncode, done.stdout, done.stderr)

    threads = [Thread(target=promote, args=pair) for pair in (("first", shop.clone), ("second", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(outcome.code for outcome in outcomes.values())
    assert codes in ([0, 0], [0, 5]), outcomes
    for outcome in outcomes.values():
        assert outcome.code == 0 or "Run the same command again" in outcome.err
    assert shop.branches().keys() == {"main", BRANCH, BRANCH.replace("teamless", "team.risk")}
    before = shop.branches()
    assert [shop.run("promote", "staging", "prod", where=repo).code for repo in (shop.clone, second)] == [0, 0]
    assert shop.branches() == before


@pytest.mark.long
@pytest.mark.parametrize("where", ["pre-receive", "post-receive"])
def test_a_run_that_is_killed_while_it_pushes_is_ended_by_the_next(shop: Shop, where: str) -> None:
    """Killed for good, before the remote has changed anything and after it has."""
    flag = shop.folder / "reached"
    hook(shop.bare, where, f"touch {flag}; while [ -e {flag} ]; do sleep 0.05; done")
    command = [sys.executable, "-m", "mlgitops", "-C", str(shop.clone.top), "promote", "staging", "prod", "churn"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert eventually(flag.exists)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        (shop.bare.top / "hooks" / where).unlink()
        flag.unlink(missing_ok=True)
    assert eventually(lambda: not list(shop.bare.top.glob("refs/heads/**/*.lock")))  # what it left running ends
    codes = [shop.run("promote", "staging", "prod", "churn").code for _ in range(2)]
    assert codes[-1] == 0
    assert shop.branches().keys() == {"main", BRANCH}
    assert shop.bare.git("rev-list", "--count", f"main..{BRANCH}") == "1"
    assert not shop.clone.git("status", "--porcelain")


def test_a_push_that_is_refused_for_one_branch_changes_none(shop: Shop) -> None:
    hook(shop.bare, "update", 'case "$1" in *teamless) echo "not yet" >&2; exit 1;; esac')
    shop.bare.git("config", "receive.advertiseAtomic", "true")
    outcome = shop.run("promote", "staging", "prod")
    assert outcome.code in (3, 6), outcome
    assert shop.branches().keys() == {"main"}
    (shop.bare.top / "hooks/update").unlink()
    assert shop.run("promote", "staging", "prod").code == 0
