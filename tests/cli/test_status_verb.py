"""`status` as typed, over real repositories."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.declared import challenged, minute, place, repository, state
from support.repo import Repo, new_repo

from mlgitops import wiring
from mlgitops.adapters.git.history import CommitHistory
from mlgitops.adapters.git.process import Git
from mlgitops.cli._boundary import run
from mlgitops.output.status import status_text
from mlgitops.ports.forge import PullRequest
from mlgitops.workflows.status import Before, Request, Status

DEV, STAGING, PROD = (place(name) for name in ("dev", "staging", "prod"))
BRANCH = "mlgitops/promote/staging/prod/service.fraud"


@pytest.fixture
def repo(tmp_path):
    made = repository(tmp_path)
    made.commit({path: state("1") for path in (DEV, STAGING, PROD)}, "Declare fraud")
    return made


@pytest.fixture
def typed(repo, capsys):
    def type_(*arguments: str, code: int = 0, top=None) -> Any:
        capsys.readouterr()
        assert run(["-C", str(top or repo.top), "status", *arguments]) == code
        return capsys.readouterr()

    return type_


@pytest.fixture
def slots(typed):
    """The slots of the only service, by name."""

    def of(*arguments: str, top=None) -> dict[str, dict[str, Any]]:
        document = json.loads(typed(*arguments, "--format", "json", top=top).out)
        assert document["version"] == 1
        (service,) = document["services"]
        return {one["slot"]: one for one in service["slots"]}

    return of


def beside(slot: dict[str, Any]) -> tuple[int | None, int]:
    return slot["source"]["behind"], slot["source"]["ahead"]


def promote(repo, version, *paths):
    return [repo.commit({path: state(version)}) for path in paths]


def test_releases_since_when_and_how_far_behind(repo, slots):
    first = repo.git("rev-parse", "HEAD")
    promote(repo, "2", DEV, STAGING)
    newest = promote(repo, "3", DEV)[0]
    found = slots()
    assert [(name, one["release"]) for name, one in found.items()] == [("dev", "3"), ("staging", "2"), ("prod", "1")]
    assert found["dev"]["source"] is None
    assert found["dev"]["since"]["commit"] == newest
    assert beside(found["staging"]) == (1, 0)
    assert beside(found["prod"]) == (1, 0)
    assert found["prod"]["since"]["commit"] == first
    assert found["prod"]["source"]["environment"] == "staging"
    promote(repo, "3", STAGING, PROD)
    assert [one["source"]["level"] for name, one in slots().items() if name != "dev"] == [True, True]


def test_a_hotfix_was_never_in_the_source(repo, slots, typed):
    promote(repo, "2", DEV, STAGING, PROD)
    promote(repo, "3", DEV, STAGING)
    promote(repo, "2-fix", PROD)
    assert beside(slots()["prod"]) == (1, 1)
    assert "never in staging, 1 behind" in typed().out
    promote(repo, "2-fix", DEV, STAGING)
    assert beside(slots()["prod"]) == (0, 0)


def test_after_a_rollback_it_is_behind_again(repo, slots):
    promote(repo, "2", DEV, STAGING, PROD)
    promote(repo, "1", PROD)
    assert beside(slots()["prod"]) == (1, 0)


def test_what_came_first_is_not_known_of_what_history_begins_with(repo, typed):
    promote(repo, "2", STAGING)
    repo.commit({place("prod", "other"): state("9", "other"), place("staging", "other"): state("8", "other")})
    found = {line.split()[0]: line for line in typed("--env", "prod").out.splitlines()[1:]}
    assert "unlike staging" in found["other"]
    assert "1 behind staging" in found["fraud"]


def test_a_source_that_has_no_release_any_more(repo, slots, typed):
    (repo.top / STAGING).unlink()
    repo.commit()
    assert beside(slots()["prod"]) == (None, 0)
    assert "unlike staging" in typed().out


def test_a_challenger_stands_beside_the_champion(repo, slots, typed):
    promote(repo, "2", DEV, STAGING)
    repo.commit({PROD: challenged("1", "2")})
    found = slots()["prod/challenger"]
    assert (found["release"], found["mode"], found["percent"]) == ("2", "shadow", 10)
    assert beside(found) == (0, 0)
    assert "shadow 10 %" in typed().out


def test_a_step_of_several_environments_counts_by_the_nearest(tmp_path, capsys):
    repo = repository(tmp_path)
    project = (repo.top / "mlgitops.yaml").read_text().replace("[dev, staging, prod]", "[[dev, staging], prod]")
    repo.commit({"mlgitops.yaml": project, DEV: state("1"), STAGING: state("1"), PROD: state("1")})
    promote(repo, "2", DEV)
    promote(repo, "3", STAGING)
    assert run(["-C", str(repo.top), "status", "--env", "prod", "--format", "json"]) == 0
    (service,) = json.loads(capsys.readouterr().out)["services"]
    assert service["slots"][0]["source"] == {"environment": "dev", "level": False, "behind": 1, "ahead": 0}
    promote(repo, "3", PROD)
    assert run(["-C", str(repo.top), "status", "--env", "prod", "--format", "json"]) == 0
    (service,) = json.loads(capsys.readouterr().out)["services"]
    assert service["slots"][0]["source"] == {"environment": "staging", "level": True, "behind": 0, "ahead": 0}


def test_holds_until_their_last_day_has_passed(repo, slots, typed):
    hold = "hold: {reason: german tickets, by: grace@acme.dev, until: '2026-03-01'}\n"
    moment = ("--at", "2026-03-01")
    repo.commit({PROD: state("1", more=hold)})
    assert slots(*moment)["prod"]["hold"]["by"] == "grace@acme.dev"
    assert "held until 2026-03-01: german tickets" in typed(*moment).out
    assert slots("--at", "2026-03-02")["prod"]["hold"] is None
    assert slots("--at", "2026-03-02T00:30:00+02:00")["prod"]["hold"] is not None


def test_what_is_not_committed_has_no_age(repo, slots, typed):
    (repo.top / DEV).write_text(state("2"))
    found = slots()
    assert (found["dev"]["release"], found["dev"]["since"]) == ("2", None)
    assert beside(found["staging"]) == (1, 0)
    assert "not committed" in typed("--env", "dev").out


def test_names_and_environments(repo, typed):
    repo.commit({place("dev", "risk/other"): state("1", "other")})
    assert [line.split()[0] for line in typed().out.splitlines()] == ["SERVICE", *["fraud"] * 3, "risk/other"]
    for name in ("other", "risk/other"):
        assert len(typed(name).out.splitlines()) == 2
    assert len(typed("--env", "prod", "--env", "dev").out.splitlines()) == 4
    assert "Did you mean `fraud`?" in typed("froud", code=2).err
    assert "Did you mean `prod`?" in typed("--env", "prd", code=2).err


def test_what_waits_on_branches_of_remotes(repo, slots, typed, tmp_path):
    promote(repo, "2", DEV, STAGING)
    remote = new_repo(tmp_path / "remote")
    remote.git("config", "receive.denyCurrentBranch", "ignore")
    repo.git("remote", "add", "origin", str(remote.top))
    repo.git("checkout", "--quiet", "-b", BRANCH)
    repo.commit({PROD: state("2")}, "Bring 2")
    repo.git("push", "--quiet", "origin", BRANCH)
    repo.git("checkout", "--quiet", "-b", "mlgitops/hold/dev/service.fraud", "main")
    repo.commit({DEV: state("2", more="hold: {reason: wait}\n")})
    repo.commit({place("staging", "new"): state("7", "new")})
    repo.git("push", "--quiet", "origin", "HEAD")
    repo.git("checkout", "--quiet", "main")
    found = slots("fraud")
    assert found["prod"]["waiting"] == [
        {
            "branch": BRANCH, "remote": "origin", "version": "2", "digest": found["staging"]["digest"],
            "number": None, "url": "", "draft": False,
        }
    ]  # fmt: skip
    assert [one["version"] for one in found["dev"]["waiting"]] == [None]
    assert f"2 waits on {BRANCH}" in typed("fraud").out
    assert slots("fraud", "--rev", "main")["prod"]["waiting"] == []  # of the past, branches of today tell nothing
    assert slots("new")["staging"] | {"waiting": []} == {
        "slot": "staging", "release": None, "digest": None, "mode": None, "percent": None, "since": None,
        "source": None, "broken": None, "hold": None, "waiting": [],
    }  # fmt: skip
    repo.commit({PROD: state("2")}, "Bring 2 (#9)")  # squashed; the branch is left behind
    assert slots("fraud")["prod"]["waiting"] == []
    repo.commit({PROD: state("3")}, "Bring 3 (#10)")
    assert slots("fraud")["prod"]["waiting"] == []


def test_what_a_branch_only_has_of_before_does_not_wait(repo, slots):
    """The base has moved on: a branch that holds dev brings back neither its release nor the absence of a hold."""
    repo.git("checkout", "--quiet", "-b", "side")
    held = repo.commit({DEV: state("1", more="hold: {reason: wait}\n")})
    repo.git("checkout", "--quiet", "main")
    repo.git("checkout", "--quiet", "-b", "other")
    lifted = repo.commit({PROD: state("1", more="# nothing of a release\n")})
    repo.git("checkout", "--quiet", "main")
    repo.commit({DEV: state("2"), PROD: state("1", more="hold: {reason: a campaign}\n")})
    for name, tip in (("mlgitops/hold/dev/service.fraud", held), ("mlgitops/x", lifted)):
        repo.git("update-ref", f"refs/remotes/origin/{name}", tip)
    found = slots("fraud")
    assert [(one["branch"], one["version"]) for one in found["dev"]["waiting"]] == [
        ("mlgitops/hold/dev/service.fraud", None)
    ]
    assert found["prod"]["waiting"] == []


def test_what_mends_a_broken_state_waits(repo, slots):
    repo.commit({PROD: "release: [\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    mended = repo.commit({PROD: state("1")})
    repo.git("checkout", "--quiet", "main")
    repo.git("update-ref", "refs/remotes/origin/mlgitops/rollback/prod/service.fraud", mended)
    (waiting,) = slots("fraud")["prod"]["waiting"]
    assert waiting["version"] == "1"


def test_a_remote_is_asked_for_what_waits_now(repo, slots, typed, tmp_path):
    promote(repo, "2", DEV, STAGING)
    bare, other = tmp_path / "bare.git", tmp_path / "other"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(repo.top), str(bare)], check=True)
    repo.git("remote", "add", "origin", str(bare))
    subprocess.run(["git", "clone", "--quiet", str(bare), str(other)], check=True)
    colleague = Repo(other)
    colleague.git("checkout", "--quiet", "-b", BRANCH)
    colleague.commit({PROD: state("2")}, "Bring 2")
    colleague.git("push", "--quiet", "origin", BRANCH)
    assert slots()["prod"]["waiting"] == []
    (found,) = slots("--remote", "origin")["prod"]["waiting"]
    assert (found["branch"], found["version"], found["number"]) == (BRANCH, "2", None)
    assert repo.git("for-each-ref", "refs/remotes") == ""
    assert "no remote `upstream`" in typed("--remote", "upstream", code=2).err


def test_of_what_a_forge_was_asked_about_only_open_pull_requests_wait(repo):
    promote(repo, "2", DEV, STAGING)
    repo.git("checkout", "--quiet", "-b", "side")
    tip = repo.commit({PROD: state("2"), DEV: state("3")}, "Bring 2 and 3")
    repo.git("checkout", "--quiet", "main")
    history = CommitHistory(Git(repo.top))
    branches = history.brought("HEAD", "origin", {BRANCH: tip, "mlgitops/promote/left/behind/teamless": tip})
    asked = PullRequest(
        9, "https://forge.example/9", BRANCH, "main", tip, "Bring 2", "", True, "open", (), (), "ada"
    )  # fmt: skip

    def waiting(pull_requests):
        with wiring.snapshot(repo.top) as source:
            before = Before(history, "HEAD", branches, pull_requests)
            report = Status(source, wiring.schemas(), before, "2026-01-01").run(Request())
        text = status_text(report, minute(9), drawn=False, color=False)
        return {str(one.slot): one.waiting for one in report.services[0].slots}, text

    found, text = waiting({BRANCH: asked})
    assert [(one.number, one.url, one.draft) for one in found["prod"]] == [(9, asked.url, True)]
    assert len(found["dev"]) == 1
    assert "2 waits in #9, a draft" in text
    assert waiting({})[0] == {"dev": [], "staging": [], "prod": []}
    assert len(waiting(None)[0]["prod"]) == 2


def test_what_was_declared_at_a_time(repo, slots, typed):
    second, third = promote(repo, "2", DEV, STAGING)
    for moment, dev, staging in (
        (minute(1), "1", "1"), (minute(2), "2", "1"), (minute(3), "2", "2"), (minute(90), "2", "2")
    ):  # fmt: skip
        found = slots("--at", moment.isoformat())
        assert (found["dev"]["release"], found["staging"]["release"]) == (dev, staging)
    assert slots("--at", f"{minute(0):%Y-%m-%d}")["dev"]["release"] == "2"  # the end of the day
    document = json.loads(typed("--at", minute(2).isoformat(), "--format", "json").out)
    assert document["commit"] == second
    assert document["at"] == f"{minute(2):%Y-%m-%dT%H:%M:%SZ}"
    assert slots("--at", minute(90).isoformat(), "--rev", second)["staging"]["release"] == "1"
    (repo.top / DEV).write_text(state("4"))
    assert slots("--at", minute(90).isoformat())["dev"]["since"]["commit"] == second
    assert third


def test_a_time_before_the_first_commit_and_what_is_no_time(typed):
    assert "nothing was committed at 2020-01-01 23:59 UTC yet" in typed("--at", "2020-01-01", code=2).err
    for text in ("yesterday", "2026-02-30", "", "0001-01-01T00:00:00+14:00"):
        assert "neither a date nor a time" in typed(f"--at={text}", code=2).err


def test_a_shallow_clone_shows_the_rest_and_refuses_the_past(repo, typed, slots, tmp_path):
    promote(repo, "2", DEV, STAGING)
    clone = tmp_path / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repo.top}", str(clone)], check=True)
    shown = typed(top=clone)
    assert "shallow clone" in shown.err
    assert "git fetch --unshallow" in shown.err
    assert "not committed" not in shown.out
    found = slots(top=clone)
    assert found["prod"]["since"] is None
    assert found["staging"]["source"] == {"environment": "dev", "level": True, "behind": 0, "ahead": 0}
    assert beside(found["prod"]) == (None, 0)
    refused = typed("--at", "2026-01-01", code=2, top=clone).err
    assert "cannot tell what was declared at 2026-01-01 23:59 UTC: shallow clone" in refused
    assert "git fetch --unshallow" in refused


def test_outside_git_and_before_the_first_commit(repo, typed, slots, tmp_path):
    (repo.top / ".git").rename(tmp_path / "elsewhere")
    assert "no Git checkout" in typed().err
    assert slots()["prod"]["release"] == "1"
    repo.git("init", "--quiet")
    assert "nothing is committed yet" in typed().err
    assert "not in a Git checkout" not in typed("--at", "2026-01-01", code=2).err


def test_a_broken_state_is_named_and_the_others_are_shown(repo, typed):
    repo.commit({PROD: "release: [\n"})
    shown = typed()
    assert f"{PROD} is broken: " in shown.err
    rows = [line.split() for line in shown.out.splitlines()[1:]]
    assert [row[1] for row in rows] == ["dev", "staging", "prod"]
    assert rows[-1] == ["fraud", "prod", "-", "-", "broken"]
    document = json.loads(typed("--format", "json").out)
    (broken,) = document["broken"]
    assert (broken["path"], document["services"][0]["slots"][2]["broken"]) == (PROD, broken["message"])
    assert json.loads(typed("--format", "json", "--rev", "HEAD~1").out)["broken"] == []


def test_nothing_declared(tmp_path, typed):
    empty = repository(tmp_path / "empty")
    assert typed(top=empty.top).out == "no environment declares a service\n"


def test_nothing_steers_a_terminal_and_no_secret_is_told(repo, typed):
    token = "ghp_" + "a1B2" * 10
    hold = f'hold: {{reason: "see https://u:{token}@h/ \\e[2J ##[error] \\u202e"}}\n'
    repo.commit({PROD: state("1", more=hold)})
    for form in ("text", "json"):
        out = typed("--format", form).out
        for hostile in ("\x1b", "\u202e", "##[", token):
            assert hostile not in out


steps = st.lists(st.tuples(st.sampled_from([DEV, STAGING, PROD]), st.sampled_from("123")), min_size=1, max_size=4)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(0, 5))
def test_the_status_at_a_time_is_that_of_the_commit_of_that_time(tmp_path_factory, capsys, changes, number):
    repo = repository(tmp_path_factory.mktemp("past"))
    commits = [repo.git("rev-parse", "HEAD")]
    commits += [repo.commit({path: state(version)}) for path, version in changes]

    def services(*arguments: str) -> Any:
        capsys.readouterr()
        assert run(["-C", str(repo.top), "status", "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)["services"]

    then = services("--at", minute(number).isoformat())
    assert then == services("--rev", commits[min(number, len(changes))])
