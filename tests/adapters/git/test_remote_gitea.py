"""A remote on a real Gitea: whom it lets in, what it protects, and what it says."""

from __future__ import annotations

import pytest

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.remote import open_remote
from mlgitops.core.credential import Credential
from mlgitops.errors import InputError, NotPermittedError, RaceError
from mlgitops.ports.git import Update

pytestmark = pytest.mark.servers

BRANCH = "mlgitops/promote/staging/prod/teamless"


@pytest.fixture
def repo(gitea, tmp_path):
    return gitea.repository((tmp_path / "clone").resolve())


def opened(gitea, repo, account="ada", token=None):
    host = gitea.url.removeprefix("http://")
    credential = Credential(host, account, token or gitea.tokens[account]) if account else None
    return open_remote(Git(repo.top), "", "origin", credential)


def promote(remote, text="a: 1\n"):
    tip = remote.fetch("main")["main"]
    return tip, remote.commit(tip, {"environments/prod/state/a.yaml": text.encode()}, [], "Promote a")


def test_a_branch_is_pushed_moved_and_deleted(gitea, repo):
    remote = opened(gitea, repo)
    assert remote.default_branch() == "main"
    tip, commit = promote(remote)
    remote.push([Update(BRANCH, commit, "")])
    remote.push([Update(BRANCH, commit, "")])
    assert remote.tips("mlgitops/") == {BRANCH: commit}
    _, second = promote(remote, "a: 2\n")
    remote.push([Update(BRANCH, second, commit), Update("main", second, tip)])
    assert remote.tips("") == {BRANCH: second, "main": second}
    with pytest.raises(RaceError):
        remote.push([Update(BRANCH, "", commit)])
    remote.push([Update(BRANCH, "", second)])
    assert remote.tips("mlgitops/") == {}


def test_a_protected_branch(gitea, repo):
    path = repo.git("remote", "get-url", "origin").removeprefix(f"{gitea.url}/").removesuffix(".git")
    gitea.call("POST", f"/repos/{path}/branch_protections", {"branch_name": "main", "rule_name": "main"})
    remote = opened(gitea, repo)
    tip, commit = promote(remote)
    with pytest.raises(NotPermittedError, match="protected branch main"):
        remote.push([Update("main", commit, tip), Update(BRANCH, commit, "")])
    assert remote.tips("") == {"main": tip}


def test_a_branch_in_the_way(gitea, repo):
    remote = opened(gitea, repo)
    _, commit = promote(remote)
    with pytest.raises(InputError, match="no branch `main/x`: `main` is in the way"):
        remote.push([Update("main/x", commit, "")])


@pytest.mark.parametrize(("account", "token"), [(None, None), ("ada", "0" * 40), ("mallory", None)])
def test_who_is_not_let_in(gitea, repo, account, token):
    remote = opened(gitea, repo, account, token)
    tip = repo.git("rev-parse", "main")
    commit = remote.commit(tip, {"a": b"x"}, [], "Promote a")
    for call in (lambda: remote.tips(""), lambda: remote.push([Update(BRANCH, commit, "")])):
        with pytest.raises(NotPermittedError) as caught:
            call()
        assert "0" * 40 not in caught.value.message
        assert gitea.tokens["mallory"] not in caught.value.message


def test_an_account_that_may_only_read(gitea, repo):
    path = repo.git("remote", "get-url", "origin").removeprefix(f"{gitea.url}/").removesuffix(".git")
    gitea.call("PUT", f"/repos/{path}/collaborators/mallory", {"permission": "read"})
    remote = opened(gitea, repo, "mallory")
    _, commit = promote(remote)
    with pytest.raises(NotPermittedError):
        remote.push([Update(BRANCH, commit, "")])
