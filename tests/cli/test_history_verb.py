"""`history` as typed, over real repositories."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.declared import challenged, minute, place, repository, state

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from support.repo import Repo

FRAUD = place("prod")


@pytest.fixture
def repo(tmp_path):
    return repository(tmp_path)


@pytest.fixture
def typed(repo, capsys):
    def type_(*arguments: str, code: int = 0, top=None) -> str:
        capsys.readouterr()
        assert run(["-C", str(top or repo.top), *arguments]) == code
        captured = capsys.readouterr()
        return captured.out if code == 0 else captured.err

    return type_


def told(typed, *arguments: str) -> list[dict[str, Any]]:
    document = json.loads(typed("history", *arguments, "--format", "json"))
    assert document["version"] == 1
    return document["declared"]


def spans(found: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(one["release"], one["since"]["commit"], one["until"] and one["until"]["commit"]) for one in found]


def test_each_release_from_when_to_when_by_whom_and_through_what(repo, typed):
    one = repo.commit({FRAUD: state("1.0.0")}, "Declare fraud")
    repo.commit({FRAUD: state("1.0.0") + "# watched\n"}, "Say so")
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({FRAUD: state("1.5.0")}, "Bring 1.5")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from acme/side", "side")
    merge = repo.git("rev-parse", "HEAD")
    squash = repo.commit({FRAUD: state("1.6.0")}, "Bring 1.6 (#9)")
    found = told(typed, "prod", "fraud")
    assert spans(found) == [("1.6.0", squash, None), ("1.5.0", merge, squash), ("1.0.0", one, merge)]
    assert [one["since"]["pullRequest"] for one in found] == ["9", "7", None]
    assert found[0]["since"]["author"] == "Ada Example"
    assert found[0]["since"]["at"] == f"{minute(4):%Y-%m-%dT%H:%M:%SZ}"
    assert found[0]["digest"].startswith("sha256:")
    assert found[0]["lineage"]["code"]["commit"] == "0123abcdef" * 4
    assert found[0]["lineage"]["data"][0]["digest"] == "sha256:" + "a1" * 32
    text = typed("history", "prod", "fraud").splitlines()
    assert [line.split()[0] for line in text] == ["RELEASE", "1.6.0", "1.5.0", "1.0.0"]
    assert "declared now" in text[1]
    assert f"#7 {merge[:8]}" in text[2]
    assert "code 0123abcd, training a1a1a1a1a1a1" in text[3]


def test_a_hotfix_a_removal_and_a_return(repo, typed):
    one = repo.commit({FRAUD: state("1")})
    hotfix = repo.commit({FRAUD: state("1-fix")}, "Mend at once")
    (repo.top / FRAUD).unlink()
    gone = repo.commit(message="Take it out")
    back = repo.commit({FRAUD: state("1-fix")}, "Bring it back")
    assert spans(told(typed, "prod", "fraud")) == [
        ("1-fix", back, None),
        ("1-fix", hotfix, gone),
        ("1", one, hotfix),
    ]


def test_a_service_is_followed_into_another_folder(repo, typed):
    one = repo.commit({FRAUD: state("1")})
    (repo.top / FRAUD).unlink()
    repo.commit({place("prod", "risk/fraud"): state("1")}, "Move to the team")
    two = repo.commit({place("prod", "risk/fraud"): state("2")})
    for name in ("fraud", "risk/fraud"):
        assert spans(told(typed, "prod", name)) == [("2", two, None), ("1", one, two)]


def test_a_challenger_until_it_is_crowned(repo, typed):
    repo.commit({FRAUD: state("1")})
    started = repo.commit({FRAUD: challenged("1", "2")})
    crowned = repo.commit({FRAUD: state("2")}, "Crown it")
    assert spans(told(typed, "prod/challenger", "fraud")) == [("2", started, crowned)]
    assert spans(told(typed, "prod", "fraud"))[0] == ("2", crowned, None)


def test_what_could_not_be_read_changes_nothing(repo, typed):
    one = repo.commit({FRAUD: state("1")})
    repo.commit({FRAUD: "release: [broken\n"}, "Break it")
    repo.commit({FRAUD: b"\xff\xfe"}, "Break it more")
    two = repo.commit({FRAUD: state("2")}, "Mend it")
    assert spans(told(typed, "prod", "fraud")) == [("2", two, None), ("1", one, two)]


def test_what_came_before_a_commit(repo, typed):
    one = repo.commit({FRAUD: state("1")})
    repo.commit({FRAUD: state("2")})
    assert spans(told(typed, "prod", "fraud", "--rev", "HEAD~1")) == [("1", one, None)]


def test_a_slot_that_was_always_empty_is_an_answer_and_a_name_that_nothing_has_is_not(repo, typed):
    repo.commit({FRAUD: state("1")})
    assert told(typed, "prod/challenger", "fraud") == []
    assert "no release of fraud was ever declared in prod/challenger" in typed("history", "prod/challenger", "fraud")
    assert "never had one" in typed("history", "prod", "froud", code=2)
    assert "Turn the two round: `mlgitops history prod fraud`." in typed("history", "fraud", "prod", code=2)
    assert "`mlgitops history prod/challenger fraud`." in typed("history", "prod", "fraud/challenger", code=2)
    assert "Did you mean `fraud`?" in typed("history", "prod", "froud", code=2)
    assert "Did you mean `prod`?" in typed("history", "prd", "fraud", code=2)
    assert "is no slot" in typed("history", "prod/shadow", "fraud", code=2)


def test_a_shallow_clone_refuses_with_the_command_that_deepens_it(repo, typed, tmp_path):
    repo.commit({FRAUD: state("1")})
    repo.commit({FRAUD: state("2")})
    clone = tmp_path / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repo.top}", str(clone)], check=True)
    refused = typed("history", "prod", "fraud", code=2, top=clone)
    assert "shallow clone" in refused
    assert "git fetch --unshallow" in refused


def test_outside_git(repo, typed, tmp_path):
    (repo.top / ".git").rename(tmp_path / "elsewhere")
    assert "not in a Git checkout" in typed("history", "prod", "fraud", code=2)


def test_a_repository_in_a_subfolder(repo, typed, tmp_path):
    outer = tmp_path / "outer"
    (outer / "platform").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=outer, check=True)
    (repo.top / ".git").rename(tmp_path / "elsewhere")
    repo.top.rename(outer / "platform" / "envs")
    repo.top = outer / "platform" / "envs"
    one = repo.commit({FRAUD: state("1")})
    repo.commit({"../../other.yaml": "x"}, "Elsewhere")
    two = repo.commit({FRAUD: state("2")})
    assert spans(told(typed, "prod", "fraud")) == [("2", two, None), ("1", one, two)]


def test_nothing_steers_a_terminal_and_no_secret_is_told(repo, typed, monkeypatch):
    token = "ghp_" + "a1B2" * 10
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve\x1b[2J\u202e")
    text = state("1").replace("lineage:\n", f"lineage:\n    run: https://eve:{token}@runs.example/1\n")
    text = text.replace("lineage:\n", "lineage:\n    hyperparameters: {api_key: correct-horse}\n")
    repo.commit({FRAUD: text}, f"Bring 1 with {token} \x1b[31m##[error]")
    for form in ("text", "json"):
        out = typed("history", "prod", "fraud", "--format", form)
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "##[" not in out
        assert token not in out
        assert "correct-horse" not in out


steps = st.lists(st.sampled_from([None, "1", "2", "3", "1c2", "1c3"]), min_size=1, max_size=5)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_newest_release_is_the_one_that_is_declared(tmp_path_factory, capsys, versions):
    repo: Repo = repository(tmp_path_factory.mktemp("past"))
    for version in versions:
        if version is None:
            (repo.top / FRAUD).unlink(missing_ok=True)
            repo.commit()
        else:
            champion, _, rival = version.partition("c")
            repo.commit({FRAUD: challenged(champion, rival) if rival else state(champion)})
    champion, _, rival = (versions[-1] or "").partition("c")
    for slot, version in (("prod", champion), ("prod/challenger", rival)):
        capsys.readouterr()
        code = run(["-C", str(repo.top), "history", slot, "fraud", "--format", "json"])
        out = capsys.readouterr().out
        if code:  # it was never declared anywhere
            assert set(versions) == {None}
            continue
        now = [one["release"] for one in json.loads(out)["declared"] if one["until"] is None]
        assert now == ([version] if version else [])
