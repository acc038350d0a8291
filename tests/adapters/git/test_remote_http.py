"""A remote over smart HTTP: who is let in, what is sent to whom, and how long anyone waits."""

from __future__ import annotations

import base64
import os
import shutil
import ssl
import threading

import pytest
from support.git_http import GitServer
from support.remotes import hook, new_remote

from mlgitops.adapters.git import transport
from mlgitops.core.credential import Credential
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.git import Update

TOKEN = "t0ken-that-nobody-may-see"
STATE = "environments/prod/state/a.yaml"
BRANCH = "mlgitops/promote/staging/prod/teamless"
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
def remote(tmp_path):
    remote = new_remote(tmp_path, {STATE: "a: 1\n"})
    remote.bare.git("config", "http.receivepack", "true")
    return remote


@pytest.fixture
def server(remote):
    with GitServer(remote.bare.top.parent) as server:
        remote.repo.git("remote", "set-url", "origin", server.url("remote.git"))
        yield server


@pytest.fixture
def guarded(server):
    server.accounts["x-access-token"] = TOKEN
    return server


def credential(server, token=TOKEN):
    return Credential(server.host, "x-access-token", token)


def promote(opened, text="a: 2\n"):
    tip = opened.fetch("main")["main"]
    return tip, opened.commit(tip, {STATE: text.encode()}, [], "Promote a")


def test_a_server_for_everybody(remote, server):
    opened = remote.open()
    assert opened.default_branch() == "main"
    assert opened.tips("") == {"main": remote.tip}
    _, commit = promote(opened)
    opened.push([Update(BRANCH, commit, "")])
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit
    assert server.authorizations() == {None}


def test_a_token_opens_and_is_sent_at_once(remote, guarded):
    opened = remote.open(credential=credential(guarded))
    assert opened.default_branch() == "main"
    tip, commit = promote(opened)
    opened.push([Update(BRANCH, commit, ""), Update("main", commit, tip)])
    assert remote.branches() == {"main": commit, BRANCH: commit}
    assert guarded.authorizations() == {BASIC}


def test_the_token_is_nowhere_on_disk_nor_in_arguments(remote, guarded, tmp_path, monkeypatch):
    log = tmp_path / "seen"
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    real = shutil.which("git")
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{log}"\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    opened = remote.open(credential=credential(guarded))
    _, commit = promote(opened)
    opened.push([Update(BRANCH, commit, "")])
    assert "push" in log.read_text().split("\n")
    assert TOKEN not in log.read_text()
    assert BASIC.removeprefix("Basic ") not in log.read_text()
    for place in remote.repo.top.rglob("*"):
        assert not place.is_file() or TOKEN.encode() not in place.read_bytes()


def test_a_token_for_another_host_is_not_sent(remote, guarded):
    for host in ("127.0.0.1", "127.0.0.1:1", f"x{guarded.host}", "localhost"):
        with pytest.raises(NotPermittedError):
            remote.open(credential=Credential(host, "x-access-token", TOKEN)).tips("")
    assert guarded.authorizations() == {None}


@pytest.mark.parametrize("token", [None, "wrong-token-that-nobody-may-see"])
def test_wrong_or_no_credentials(remote, guarded, token):
    opened = remote.open(credential=credential(guarded, token) if token else None)
    tip, commit = remote.tip, remote.open().commit(remote.tip, {STATE: b"a: 2\n"}, [], "Promote a")
    for call in (
        opened.default_branch,
        lambda: opened.tips("main"),
        lambda: opened.fetch("main"),
        lambda: opened.push([Update("main", commit, tip)]),
    ):
        before = len(guarded.asked)
        with pytest.raises(NotPermittedError, match="does not let this account in") as caught:
            call()
        assert len(guarded.asked) - before <= 2  # a refused credential is not tried again and again
        assert "a token in the environment" in caught.value.hint
        assert "that-nobody-may-see" not in caught.value.message
        assert base64.b64encode(f"x-access-token:{token}".encode()).decode() not in caught.value.message
    assert remote.branches() == {"main": remote.tip}


def test_nobody_is_asked(remote, guarded, tmp_path, monkeypatch):
    canary = tmp_path / "asked"
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\ntouch {canary}\necho x\n")
    ask.chmod(0o755)
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(ask))
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "1")
    monkeypatch.setenv("DISPLAY", ":0")
    remote.repo.git("config", "core.askPass", str(ask))
    for given in (None, credential(guarded, "wrong-token")):
        with pytest.raises(NotPermittedError):
            remote.open(credential=given).tips("")
    assert not canary.exists()


def helper(tmp_path, password):
    """A credential helper that writes down what it is asked."""
    place = tmp_path / "helper"
    place.write_text(
        f'#!/bin/sh\necho "$1" >> {tmp_path}/helped\ncat >> {tmp_path}/helped\n'
        f'[ "$1" = get ] && printf "username=x-access-token\\npassword={password}\\n"\nexit 0\n'
    )
    place.chmod(0o755)
    return place


@pytest.fixture
def users_file(tmp_path, monkeypatch):
    """The user's own configuration, to be written."""
    place = tmp_path / "gitconfig"
    place.write_text("[user]\n  name = Ada Example\n  email = ada@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
    return place


@pytest.mark.parametrize("key", ["credential.helper", "credential.http://127.0.0.1.helper"])
def test_the_users_credential_helper_is_asked(remote, guarded, tmp_path, users_file, key):
    remote.repo.git(
        "config", "--file", str(users_file), key.replace("127.0.0.1", guarded.host), str(helper(tmp_path, TOKEN))
    )
    opened = remote.open()
    _, commit = promote(opened)
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit
    assert guarded.authorizations() == {None, BASIC}


def test_a_netrc_file_counts_where_no_token_is_given(remote, guarded, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login x-access-token password {TOKEN}\n")
    netrc.chmod(0o600)
    assert remote.open().tips("") == {"main": remote.tip}
    netrc.write_text("machine 127.0.0.1 login ada password of-another-account\n")
    guarded.asked.clear()
    assert remote.open(credential=credential(guarded)).tips("") == {"main": remote.tip}
    assert guarded.authorizations() == {BASIC}


def test_the_users_helper_is_not_asked_where_a_token_is_given(remote, guarded, tmp_path, users_file):
    remote.repo.git("config", "--file", str(users_file), "credential.helper", str(helper(tmp_path, TOKEN)))
    assert remote.open(credential=credential(guarded)).tips("") == {"main": remote.tip}
    with pytest.raises(NotPermittedError):
        remote.open(credential=credential(guarded, "wrong-token")).tips("")
    assert not (tmp_path / "helped").exists()


def test_the_repositorys_helper_is_never_asked(remote, guarded, tmp_path):
    for key in ("credential.helper", f"credential.http://{guarded.host}.helper"):
        remote.repo.git("config", key, str(helper(tmp_path, TOKEN)))
    with pytest.raises(NotPermittedError):
        remote.open().tips("")
    assert not (tmp_path / "helped").exists()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("given", [True, False])
def test_no_redirection_is_followed_and_no_token_goes_along(remote, guarded, tmp_path, status, given):
    other = new_remote(tmp_path / "other", {STATE: "theirs: 1\n"})
    with GitServer(other.bare.top.parent) as elsewhere:
        guarded.answer = lambda asked: (status, {"Location": f"http://{elsewhere.host}{asked.target}"})
        opened = remote.open(credential=credential(guarded) if given else None)
        for call in (lambda: opened.tips(""), lambda: opened.fetch("main"), opened.default_branch):
            with pytest.raises(InputError, match="no redirection is followed"):
                call()
        with pytest.raises(InputError, match="no redirection is followed"):
            opened.push([Update(BRANCH, remote.tip, "")])
        assert elsewhere.asked == []


def test_what_the_repository_says_of_http_does_not_count(remote, guarded, tmp_path):
    """Settings for this very address are more specific than any that could be laid over them."""
    with GitServer(tmp_path) as elsewhere:
        for place in ("http", f"http.http://{guarded.host}/remote.git"):
            remote.repo.git("config", f"{place}.proxy", f"http://{elsewhere.host}")
            remote.repo.git("config", f"{place}.followRedirects", "true")
            remote.repo.git("config", f"{place}.cookieFile", str(tmp_path / "cookies"))
            remote.repo.git("config", f"{place}.saveCookies", "true")
            remote.repo.git("config", f"{place}.extraHeader", "X-Evil: yes")
        remote.repo.git("config", f"url.http://{elsewhere.host}/.insteadOf", f"http://{guarded.host}/")
        remote.repo.git("config", f"url.http://{elsewhere.host}/.pushInsteadOf", f"http://{guarded.host}/")
        opened = remote.open(credential=credential(guarded))
        _, commit = promote(opened)
        opened.push([Update(BRANCH, commit, "")])
        assert elsewhere.asked == []
    assert not (tmp_path / "cookies").exists()


def test_a_proxy_never_stands_before_this_machine(remote, guarded, tmp_path, monkeypatch, users_file):
    with GitServer(tmp_path) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        monkeypatch.setenv("ALL_PROXY", f"http://{proxy.host}")
        remote.repo.git("config", "--file", str(users_file), "http.proxy", f"http://{proxy.host}")
        assert remote.open(credential=credential(guarded)).tips("") == {"main": remote.tip}
        assert proxy.asked == []


def test_a_lease_and_a_race_over_http(remote, server):
    opened = remote.open()
    _, commit = promote(opened)
    _, other = promote(remote.open(), "a: 3\n")
    remote.open().push([Update(BRANCH, other, "")])
    with pytest.raises(RaceError):
        opened.push([Update(BRANCH, commit, "")])
    with pytest.raises(RaceError):
        opened.push([Update("x", commit, ""), Update(BRANCH, commit, remote.tip)])
    assert remote.branches() == {"main": remote.tip, BRANCH: other}
    assert server.asked


def test_a_branch_that_moves_between_look_and_write(remote, server):
    opened = remote.open()
    _, commit = promote(opened)
    _, other = promote(remote.open(), "a: 3\n")
    remote.repo.git("push", "--quiet", str(remote.bare.top), f"{other}:refs/heads/other")

    def move(asked):
        if asked.method == "POST" and asked.target.endswith("git-receive-pack"):
            remote.bare.git("update-ref", f"refs/heads/{BRANCH}", other)

    server.answer = move
    with pytest.raises(RaceError, match=BRANCH):
        opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == other


def test_a_protected_branch_over_http(remote, guarded):
    refuse = "echo 'GH006: Protected branch update failed for refs/heads/main.'; exit 1"
    hook(remote.bare, "pre-receive", f"while read _ _ ref; do [ $ref != refs/heads/main ] || {{ {refuse}; }}; done")
    opened = remote.open(credential=credential(guarded))
    tip, commit = promote(opened)
    opened.push([Update(BRANCH, commit, "")])
    with pytest.raises(NotPermittedError, match="GH006: Protected branch") as caught:
        opened.push([Update("main", commit, tip), Update("x", commit, "")])
    assert TOKEN not in caught.value.message
    assert remote.branches() == {"main": tip, BRANCH: commit}


def test_an_account_that_may_only_read(remote, server):
    remote.bare.git("config", "http.receivepack", "false")
    opened = remote.open()
    _, commit = promote(opened)
    with pytest.raises(NotPermittedError):
        opened.push([Update(BRANCH, commit, "")])
    assert server.asked


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotPermittedError), (403, NotPermittedError), (429, RefusedError), (500, RefusedError), (502, RefusedError)],
)
def test_what_a_server_answers_instead(remote, guarded, status, error):
    guarded.answer = lambda _: (status, {"Retry-After": "1"})
    opened = remote.open(credential=credential(guarded))
    for call in (lambda: opened.tips(""), lambda: opened.push([Update(BRANCH, remote.tip, "")])):
        with pytest.raises(error) as caught:
            call()
        assert caught.type is error
        assert guarded.host in caught.value.message
        assert TOKEN not in caught.value.message


def test_a_server_that_is_not_there(remote, server):
    server.__exit__()
    try:
        with pytest.raises(RefusedError, match="no usable answer"):
            remote.open().tips("")
    finally:
        server.__enter__()


def test_a_server_that_never_answers(remote, server, monkeypatch):
    given_up = threading.Event()
    server.answer = lambda _: given_up.wait(60) and (500, {})
    monkeypatch.setitem(transport.SECONDS, "ls-remote", 0.3)
    with pytest.raises(RefusedError, match="git ls-remote was not done within"):
        remote.open().tips("")
    assert not given_up.is_set()
    given_up.set()


def test_a_large_push_is_sent_in_portions(remote, guarded):
    opened = remote.open(credential=credential(guarded))
    tip = opened.fetch("main")["main"]
    commit = opened.commit(tip, {"environments/big": os.urandom(1_200_000)}, [], "Big")
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit
    assert guarded.authorizations() == {BASIC}


# --- HTTPS


@pytest.fixture
def secure(remote, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    with GitServer(remote.bare.top.parent, {"x-access-token": TOKEN}, tls=context) as server:
        host = f"localhost:{server.host.partition(':')[2]}"
        remote.repo.git("remote", "set-url", "origin", f"https://{host}/remote.git")
        yield remote, server, Credential(host, "x-access-token", TOKEN)


def test_an_unknown_authority_gets_no_token(secure, users_file):
    remote, server, own = secure
    remote.repo.git("config", "http.sslVerify", "false")
    remote.repo.git("config", "--file", str(users_file), "http.sslVerify", "false")
    with pytest.raises(RefusedError, match="certificate is not trusted") as caught:
        remote.open(credential=own).tips("")
    assert "http.sslCAInfo" in caught.value.hint
    assert server.asked == []


@pytest.mark.parametrize("how", ["file", "variable"])
def test_an_authority_that_the_user_names(secure, certificate, users_file, monkeypatch, how):
    remote, server, own = secure
    if how == "file":
        remote.repo.git("config", "--file", str(users_file), "http.sslCAInfo", str(certificate[1]))
    else:
        monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate[1]))
    opened = remote.open(credential=own)
    _, commit = promote(opened)
    opened.push([Update(BRANCH, commit, "")])
    assert remote.branches()[BRANCH] == commit
    assert server.authorizations() == {BASIC}
