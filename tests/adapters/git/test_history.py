from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

import pytest
from support.repo import Repo, new_repo

from mlgitops.adapters.git.history import CommitHistory
from mlgitops.adapters.git.process import Git
from mlgitops.core.entries import MAX_BYTES
from mlgitops.errors import InputError

STATE = "environments/prod/state/fraud.yaml"


@pytest.fixture
def repo(tmp_path):
    return new_repo(tmp_path.resolve() / "repo", {STATE: "1", "README": "x"})


def told(repo, *folders, commit="HEAD", prefix=""):
    return list(CommitHistory(Git(repo.top), prefix).revisions(commit, folders))


def contents(repo, revisions):
    history = CommitHistory(Git(repo.top))
    return [dict(zip(one.files, history.read(list(one.files.values())), strict=True)) for one in revisions]


def forged(repo, commit):
    """The name of a commit that `git commit` would not make."""
    command = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    made = subprocess.run(command, cwd=repo.top, input=commit + b"\n", capture_output=True, check=True)
    return made.stdout.decode().strip()


def test_commits_that_changed_a_folder_newest_first_and_the_first_among_them(repo):
    first = repo.git("rev-parse", "HEAD")
    second = repo.commit({STATE: "2", "README": "y"}, "Second\n\nwith a body")
    repo.commit({"README": "z"}, "Elsewhere")
    third = repo.commit({"environments/prod/state/risk/new.yaml": "n"}, "Third")
    found = told(repo, "environments/prod/state")
    assert [one.commit for one in found] == [third, second, first]
    assert [one.subject for one in found] == ["Third", "Second", "First"]
    assert found[1].message.strip() == "Second\n\nwith a body"
    assert found[1].author == "Ada Example"
    assert found[1].email == "ada@example.org"
    assert found[1].at == dt.datetime.fromtimestamp(1_760_000_060, dt.UTC)
    assert contents(repo, found) == [{"environments/prod/state/risk/new.yaml": b"n"}, {STATE: b"2"}, {STATE: b"1"}]
    assert [one.commit for one in told(repo, STATE)] == [second, first]
    assert len(told(repo)) == 4
    assert told(repo, "no/such/folder") == []


def test_a_removed_file_and_one_that_became_a_link_have_no_object(repo):
    (repo.top / STATE).unlink()
    repo.commit(message="Remove")
    (repo.top / STATE).symlink_to("elsewhere")
    repo.commit(message="Link")
    assert [one.files for one in told(repo, STATE)][:2] == [{STATE: ""}, {STATE: ""}]


def test_a_merge_is_one_change_and_what_it_merged_is_none(repo):
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({STATE: "2"}, "On the side")
    repo.commit({STATE: "3"}, "Again on the side")
    repo.git("checkout", "--quiet", "main")
    repo.commit({"README": "y"}, "On main")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from acme/side", "side")
    found = told(repo, "environments")
    assert [one.subject for one in found] == ["Merge pull request #7 from acme/side", "First"]
    assert contents(repo, found[:1]) == [{STATE: b"3"}]
    assert [one.subject for one in told(repo)] == ["Merge pull request #7 from acme/side", "On main", "First"]
    assert set(told(repo)[0].files) == {STATE}


def test_a_merge_that_took_our_side_changed_nothing(repo):
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({STATE: "2"}, "On the side")
    repo.git("checkout", "--quiet", "main")
    repo.commit({"README": "y"}, "On main")
    repo.git("merge", "--quiet", "--no-ff", "--strategy", "ours", "-m", "Merge ours", "side")
    assert [one.subject for one in told(repo, STATE)] == ["First"]


def test_a_moved_file_is_removed_here_and_added_there(repo):
    repo.git("mv", STATE, "environments/prod/state/renamed.yaml")
    repo.commit(message="Move")
    (moved, first) = told(repo, "environments")
    assert set(moved.files) == {STATE, "environments/prod/state/renamed.yaml"}
    assert moved.files[STATE] == ""
    assert moved.files["environments/prod/state/renamed.yaml"] == first.files[STATE]


def test_in_a_subfolder_paths_are_relative_to_it(tmp_path):
    repo = new_repo(tmp_path.resolve() / "repo", {f"platform/envs/{STATE}": "1", STATE: "other"})
    repo.commit({STATE: "outside"}, "Outside")
    assert [one.files.keys() for one in told(repo, "environments", prefix="platform/envs")] == [{STATE}]
    assert [one.files.keys() for one in told(repo, prefix="platform/envs")] == [{STATE}]


def test_paths_are_taken_literally(repo):
    repo.commit({"environments/prod/state/a*.yaml": "star", "environments/prod/state/ab.yaml": "b"}, "Star")
    (star,) = told(repo, "environments/prod/state/a*.yaml")
    assert set(star.files) == {"environments/prod/state/a*.yaml"}
    assert told(repo, ":(glob)environments/**") == []
    assert told(repo, "--all") == []


def test_names_and_messages_cannot_forge_a_commit(repo):
    name = "Eve\x1b[2J\u202e\x01:100644 000000"
    hostile = os.environ | {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": "a\x7fb"}
    body = ":100644 100644 0 0 M\n" + "f" * 40 + "\n\x01\x02\n\n---\ndiff"
    (repo.top / STATE).write_text("2")
    command = ["git", "commit", "--quiet", "--cleanup=verbatim", "--all", f"--message={body}"]
    subprocess.run(command, cwd=repo.top, env=hostile, check=True)
    odd = "environments/prod/state/:100644 000000 a\tb\nc.yaml"
    repo.commit({odd: "odd"}, "Odd")
    found = told(repo)
    assert [len(one.files) for one in found] == [1, 1, 2]
    assert list(found[0].files) == [odd]
    assert found[1].author == name
    assert found[1].message.strip() == body
    assert contents(repo, found[1:2]) == [{STATE: b"2"}]


def test_no_message_and_other_encodings_are_read(repo):
    repo.git("commit", "--quiet", "--allow-empty-message", "--message", "", "--allow-empty")
    (repo.top / STATE).write_text("2")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--allow-empty-message", "--message", "")
    (repo.top / STATE).write_text("3")
    repo.git("add", "--all")
    latin = Path(repo.top, ".git", "message")
    latin.write_bytes("Gr\u00fc\u00dfe".encode("latin-1"))
    repo.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "--file", str(latin))
    assert [one.subject for one in told(repo, "environments")] == ["Gr\u00fc\u00dfe", "", "First"]


def test_bytes_that_are_not_of_the_encoding_are_replaced(repo):
    written = repo.git("cat-file", "commit", "HEAD").encode().replace(b"Ada", b"Ad\xe4").replace(b"First", b"\xff")
    (one,) = told(repo, STATE, commit=forged(repo, written))
    assert one.author == "Ad\ufffd Example"
    assert one.subject == "\ufffd"


@pytest.mark.parametrize("seconds", ["99999999999999", "-1", "18446744073709551614"])
def test_a_broken_time_is_the_first_that_git_knows(repo, seconds):
    lines = repo.git("cat-file", "commit", "HEAD").split("\n")
    written = "\n".join(f"committer A <a@b> {seconds} +0000" if line[:9] == "committer" else line for line in lines)
    (one,) = told(repo, STATE, commit=forged(repo, written.encode()))
    assert one.at.year in (1969, 1970)


def test_configuration_of_git_log_and_git_diff_changes_nothing(repo):
    repo.git("mv", STATE, "environments/prod/state/renamed.yaml")
    repo.commit({".mailmap": "Eve <eve@example.org> <ada@example.org>\n", ".gitattributes": "* diff=x\n"}, "Move")
    before = told(repo)
    repo.git("notes", "add", "-m", "a note")
    for key, value in {
        "log.showRoot": "false", "log.showSignature": "true", "log.mailmap": "true", "log.follow": "true",
        "log.diffMerges": "off", "diff.renames": "copies", "diff.external": "false", "diff.x.command": "false",
        "diff.noprefix": "true", "diff.orderFile": "/nowhere", "color.ui": "always", "format.pretty": "oneline",
        "i18n.logOutputEncoding": "UTF-16", "core.quotePath": "true", "log.date": "relative", "core.pager": "false",
    }.items():  # fmt: skip
        repo.git("config", key, value)
    assert told(repo) == before


def test_a_shallow_clone_cannot_tell(repo, tmp_path):
    repo.commit({STATE: "2"})
    source, target = f"file://{repo.top}", str(tmp_path / "shallow")
    subprocess.run(["git", "clone", "--quiet", "--depth=1", source, target], check=True)
    shallow = Repo((tmp_path / "shallow").resolve())
    with pytest.raises(InputError, match="cannot tell what was declared before: shallow clone") as caught:
        told(shallow, STATE)
    assert "git fetch --unshallow" in caught.value.hint
    shallow.git("fetch", "--quiet", "--unshallow")
    assert len(told(shallow, STATE)) == 2


def test_no_such_commit(repo):
    with pytest.raises(InputError, match="there is no commit `nowhere`"):
        told(repo, commit="nowhere")


def test_objects_of_sha256_repositories(tmp_path):
    top = tmp_path.resolve()
    repo = Repo(top)
    repo.git("init", "--quiet", "--object-format=sha256")
    commit = repo.commit({STATE: "1"})
    (one,) = told(repo, STATE)
    assert one.commit == commit
    assert len(commit) == 64
    assert contents(repo, [one]) == [{STATE: b"1"}]


def test_contents_are_read_in_the_order_that_was_asked_for(repo):
    repo.commit({STATE: "2"})
    one, other = (next(iter(found.files.values())) for found in told(repo, STATE))
    assert CommitHistory(Git(repo.top)).read([one, other, one]) == [b"2", b"1", b"2"]
    assert CommitHistory(Git(repo.top)).read([]) == []
    with pytest.raises(InputError, match="missing or broken"):
        CommitHistory(Git(repo.top)).read(["0" * 39 + "1"])


def test_of_what_is_too_large_to_be_a_document_nothing_is_read(repo):
    repo.commit({STATE: b"#" * (MAX_BYTES + 1)})
    large = told(repo, STATE)[0].files[STATE]
    small = told(repo, STATE)[1].files[STATE]
    assert CommitHistory(Git(repo.top)).read([large, small]) == [b"", b"1"]


def test_history_longer_than_a_batch_has_no_seam(tmp_path):
    repo = new_repo(tmp_path.resolve() / "repo")
    count = 2500
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {number} +0000\ndata 0\n"
        f"M 100644 inline {STATE}\ndata {len(str(number))}\n{number}\n"
        for number in range(count)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.top, input=stream.encode(), check=True)
    assert [one.at.timestamp() for one in told(repo, STATE, commit="main")] == list(range(count))[::-1]


def test_the_commit_that_a_branch_was_at_some_time(repo):
    history = CommitHistory(Git(repo.top))
    first = repo.git("rev-parse", "HEAD")
    second = repo.commit({STATE: "2"})
    start = dt.datetime.fromtimestamp(1_760_000_000, dt.UTC)
    assert history.at("HEAD", start) == first
    assert history.at("HEAD", start + dt.timedelta(seconds=59)) == first
    assert history.at("HEAD", start + dt.timedelta(seconds=60)) == second
    assert history.at(first, start + dt.timedelta(days=1)) == first
    with pytest.raises(InputError, match="nothing was committed at") as caught:
        history.at("HEAD", start - dt.timedelta(seconds=1))
    assert caught.value.hint == "History begins at 2025-10-09 08:53 UTC."


def test_of_a_clock_that_was_wrong_the_newest_commit_that_fits_counts(repo):
    first = repo.git("rev-parse", "HEAD")
    lines = repo.git("cat-file", "commit", "HEAD").split("\n")
    early = [f"committer A <a@b> {1_600_000_000} +0000" if line[:9] == "committer" else line for line in lines]
    tip = forged(repo, "\n".join([early[0], f"parent {first}", *early[1:]]).encode())
    moment = dt.datetime.fromtimestamp(1_600_000_001, dt.UTC)
    assert CommitHistory(Git(repo.top)).at(tip, moment) == tip


def test_branches_of_remotes_and_what_they_bring(repo, tmp_path):
    top = tmp_path.resolve() / "outer"
    outer = new_repo(top, {f"envs/{STATE}": "1", "other": "x"})
    outer.git("checkout", "--quiet", "-b", "mlgitops/promote/a/b/service.fraud")
    outer.commit({f"envs/{STATE}": "2"})
    tip = outer.commit({"other": "y"})
    outer.git("checkout", "--quiet", "-b", "mlgitops/other", "main")
    outer.commit({"other": "z"})
    outer.git("checkout", "--quiet", "--orphan", "mlgitops/orphan")
    outer.commit({f"envs/{STATE}": "3"})
    outer.git("checkout", "--quiet", "main")
    outer.commit({f"envs/{STATE}": "4"}, "Since then")
    clone = tmp_path.resolve() / "clone"
    subprocess.run(["git", "clone", "--quiet", str(top), str(clone)], check=True)
    subprocess.run(["git", "remote", "rename", "origin", "up/stream"], cwd=clone, check=True)
    history = CommitHistory(Git(clone), "envs")
    (found,) = history.branches("HEAD", "mlgitops/")
    assert (found.remote, found.name, found.commit) == ("up/stream", "mlgitops/promote/a/b/service.fraud", tip)
    assert set(found.files) == {STATE}
    assert history.read(list(found.files.values())) == [b"2"]
    assert CommitHistory(Git(repo.top)).branches("HEAD", "mlgitops/") == []
